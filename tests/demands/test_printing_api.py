"""The printing pack by the JSON API: what there is, and the address of one document."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from deskops.app import create_app
from deskops.core import runtime
from deskops.core.config import Settings
from deskops.demands.models import PaperForm
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def press(who: Browser, trip: SmallTrip, **more: Any) -> Any:
    body = {"parts": ["signs", "forms"], "which": "all", "copies": 2}
    return who.post(f"/api/v1/trips/{trip.id}/print", json=body | more)


def reserved() -> int:
    with runtime.current().database.reading() as session:
        return int(session.scalar(select(func.count()).select_from(PaperForm)) or 0)


def test_a_pack_has_an_address_under_which_all_of_it_is_printed(
    trip: SmallTrip, coordinator: Browser
) -> None:
    made = press(coordinator, trip)
    assert (made.status_code, made.json["batch"]) == (201, 1)
    assert made.json["desks"] == [*trip.desks.values()]
    page = coordinator.get(made.json["address"]).text
    assert (page.count('class="paper"'), page.count('class="sign ')) == (8, 4)
    assert "data-print-now" not in page


def test_what_can_be_printed_is_listed_with_the_documents_of_earlier_forms(
    trip: SmallTrip, coordinator: Browser
) -> None:
    press(coordinator, trip, loose=1)
    listed = coordinator.get(f"/api/v1/trips/{trip.id}/print").json
    assert listed["parts"] == ["signs", "cards", "queue", "forms"]
    assert (listed["desks"], listed["most_forms"]) == ([*trip.desks.values()], 600)
    [batch] = listed["batches"]
    assert (batch["printed"], batch["typed_in"]) == (9, 0)
    assert coordinator.get(batch["address"]).text.count('class="paper"') == 9


def test_a_desk_head_prints_for_their_own_desk_only(trip: SmallTrip, sign_in: Join) -> None:
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    assert head.get(f"/api/v1/trips/{trip.id}/print").json["desks"] == [trip.desks["a"]]
    own = [trip.desks["a"]]
    assert press(head, trip, which="some", desks=own).json["desks"] == own


def test_desks_and_sites_of_others_are_not_found_and_reserve_nothing(trip: SmallTrip, sign_in: Join) -> None:
    other = make_small_trip("other")
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    for chosen in ([*trip.desks.values()], [other.desks["a"]], [trip.desks["a"], 999999]):
        assert press(head, trip, which="some", desks=chosen).status_code == 404
    for site in (trip.sites["two"], other.sites["one"]):
        assert press(head, trip, which=str(site)).status_code == 404
    assert reserved() == 0


def test_sent_again_with_its_key_no_codes_are_reserved_twice(trip: SmallTrip, coordinator: Browser) -> None:
    body = {"parts": ["forms"], "copies": 1}
    path = f"/api/v1/trips/{trip.id}/print"
    for _ in range(2):
        coordinator.post(path, json=body, headers={"Idempotency-Key": "k1"})
    assert reserved() == 4


@pytest.mark.parametrize(
    "body",
    [
        {"parts": []},
        {"parts": ["posters"]},
        {"which": "many"},
        {"copies": 201},
        {"copies": 200, "loose": 500},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_printed_is_refused_and_reserves_nothing(
    trip: SmallTrip, coordinator: Browser, body: dict[str, Any]
) -> None:
    assert press(coordinator, trip, **body).status_code == 422
    assert reserved() == 0


def test_without_an_address_for_phones_nothing_is_printed(
    trip: SmallTrip, coordinator: Browser, settings: Settings
) -> None:
    create_app(replace(settings, public_url=None))
    answer = press(coordinator, trip)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "no_public_address")


@pytest.mark.parametrize("role", ["staff", "inspector", "official"])
def test_other_roles_print_nothing(trip: SmallTrip, sign_in: Join, role: str) -> None:
    other = sign_in(role, trip_id=trip.id)
    assert press(other, trip).status_code == 403
    assert other.get(f"/api/v1/trips/{trip.id}/print").status_code == 403


def test_another_trips_pack_is_not_found(trip: SmallTrip, sign_in: Join) -> None:
    stranger = sign_in("coordinator", trip_id=make_small_trip("other").id)
    assert press(stranger, trip).status_code == 404
