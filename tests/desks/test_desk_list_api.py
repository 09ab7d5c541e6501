"""Several desks at once by the JSON API: with the same effect, refusals and permissions as on the page."""

from typing import Any

import pytest
from sqlalchemy import select

from deskops.core import runtime
from deskops.desks.models import Desk
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def many(browser: Browser, trip: SmallTrip, **body: Any) -> Any:
    return browser.post(f"/api/v1/trips/{trip.id}/desks/many", json=body)


def order(browser: Browser, trip: SmallTrip, *names: str) -> Any:
    body = {"desk_ids": [trip.desks[name] for name in names]}
    return browser.put(f"/api/v1/trips/{trip.id}/desks/order", json=body)


def desks(trip: SmallTrip) -> dict[str, Desk]:
    with runtime.current().database.reading() as session:
        return {desk.code: desk for desk in session.scalars(select(Desk).where(Desk.trip_id == trip.id))}


def test_desks_that_are_named_and_those_of_a_site_are_changed_at_once(
    trip: SmallTrip, coordinator: Browser
) -> None:
    answer = many(coordinator, trip, desk_ids=[trip.desks["b"]], site_ids=[trip.sites["one"]], line="111")
    assert answer.status_code == 200
    assert answer.json["change_id"]
    at_one = {code for code, desk in desks(trip).items() if desk.site_id == trip.sites["one"]}
    assert {code for code, desk in desks(trip).items() if desk.line == "111"} == at_one | {"b"}


def test_a_preview_lists_what_would_change_and_changes_nothing(trip: SmallTrip, coordinator: Browser) -> None:
    ids = [trip.desks["a"], trip.desks["b"]]
    many(coordinator, trip, desk_ids=ids[:1], line="111")
    answer = many(coordinator, trip, desk_ids=ids, line="111", act="preview")
    assert answer.json == {"ticked": 2, "changing": ids[1:]}
    assert desks(trip)["b"].line == ""


def test_two_desks_exchange_their_numbers(trip: SmallTrip, coordinator: Browser) -> None:
    before = desks(trip)
    many(coordinator, trip, desk_ids=[trip.desks["a"], trip.desks["b"]], numbers="exchange")
    after = desks(trip)
    assert (after["a"].number, after["b"].number) == (before["b"].number, before["a"].number)


def test_sent_again_with_its_key_it_is_done_once(trip: SmallTrip, coordinator: Browser) -> None:
    body = {"desk_ids": [trip.desks["a"], trip.desks["b"]], "numbers": "exchange"}
    path, headers = f"/api/v1/trips/{trip.id}/desks/many", {"Idempotency-Key": "k1"}
    before = desks(trip)["a"].number
    answers = [coordinator.post(path, json=body, headers=headers).json for _ in range(2)]
    assert answers[0] == answers[1]
    assert desks(trip)["a"].number != before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"line": "111"}, "desk_ids"),
        ({"desk_ids": ["a"]}, "state"),
        ({"desk_ids": ["a"], "state": "paused"}, "reason"),
        ({"desk_ids": ["a"], "state": "failed"}, "state"),
        ({"desk_ids": ["a"], "numbers": "exchange"}, "numbers"),
        ({"desk_ids": ["a"], "colour": "red"}, "colour"),
        ({"desk_ids": ["a"], "opens": "08:00"}, "closes"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    trip: SmallTrip, coordinator: Browser, body: dict[str, Any], field: str
) -> None:
    named = {"desk_ids": [trip.desks[name] for name in body["desk_ids"]]} if "desk_ids" in body else {}
    answer = many(coordinator, trip, **body | named)
    assert answer.status_code == 422
    error = answer.json["error"]
    assert field in (error.get("errors") or {error.get("field")})


def test_desks_are_put_in_an_order(trip: SmallTrip, coordinator: Browser) -> None:
    assert order(coordinator, trip, "hq", "hall", "b", "a").status_code == 200
    places = {code: desk.position for code, desk in desks(trip).items()}
    assert sorted(places, key=lambda code: places[code]) == ["hq", "hall", "b", "a"]


def test_an_order_of_desks_of_another_trip_is_not_found(trip: SmallTrip, coordinator: Browser) -> None:
    foreign = make_small_trip("other").desks["a"]
    body = {"desk_ids": [trip.desks["a"], foreign]}
    path = f"/api/v1/trips/{trip.id}/desks"
    assert coordinator.put(f"{path}/order", json=body).status_code == 404
    assert coordinator.post(f"{path}/many", json=body | {"line": "1"}).status_code == 404


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector", "official"])
def test_only_those_who_lead_change_many(trip: SmallTrip, sign_in: Join, role: str) -> None:
    other = sign_in(role, trip_id=trip.id)
    assert many(other, trip, desk_ids=[trip.desks["a"]], line="1").status_code == 403
    assert order(other, trip, "b", "a").status_code == 403
