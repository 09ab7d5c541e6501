"""The printing pack: one document of what was chosen, for one's own desks."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from deskops.app import create_app
from deskops.core import clock, runtime
from deskops.core.codes import group_code
from deskops.core.config import Settings
from deskops.demands.models import PaperForm
from deskops.desks.queries import signs_printed
from tests.demands.paper import printed
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip

ALL = ["signs", "cards", "queue", "forms"]
# Each desk has them; every site that takes walk-ins has its instructions.
SIGN, CARD, STEPS, FORM = 'class="sign ', 'class="tent"', 'class="steps"', 'class="paper"'


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def press(who: Browser, trip: SmallTrip, **more: Any) -> Any:
    chosen = {"parts": ALL, "which": "all", "copies": 2, "loose": 0}
    return who.post(f"/trips/{trip.id}/print", data=chosen | more)


def counted(page: str) -> tuple[int, ...]:
    return tuple(page.count(part) for part in (SIGN, CARD, STEPS, FORM))


def reserved() -> int:
    with runtime.current().database.reading() as session:
        return int(session.scalar(select(func.count()).select_from(PaperForm)) or 0)


def test_one_press_gives_one_document_that_opens_the_print_dialog(
    trip: SmallTrip, coordinator: Browser
) -> None:
    pressed = press(coordinator, trip, loose=3)
    assert pressed.status_code == 303
    page = coordinator.get(pressed.location).text
    assert "data-print-now" in page
    assert counted(page) == (4, 4, 2, 4 * 2 + 3)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["signs"], (4, 0, 0, 0)),
        (["cards"], (0, 4, 0, 0)),
        (["queue"], (0, 0, 2, 0)),
        (["forms"], (0, 0, 0, 8)),
    ],
)
def test_only_what_is_ticked_is_printed(
    trip: SmallTrip, coordinator: Browser, parts: list[str], expected: tuple[int, ...]
) -> None:
    page = coordinator.get(press(coordinator, trip, parts=parts).location).text
    assert counted(page) == expected
    assert reserved() == expected[3]


def test_a_site_or_some_desks_can_be_printed_alone(trip: SmallTrip, coordinator: Browser) -> None:
    of_site = press(coordinator, trip, which=trip.sites["two"])
    assert counted(coordinator.get(of_site.location).text) == (1, 1, 1, 2)
    some = press(coordinator, trip, which="some", desks=[trip.desks["a"], trip.desks["b"]])
    assert counted(coordinator.get(some.location).text) == (2, 2, 2, 4)


def test_a_form_shows_its_code_twice_and_no_other_trip_knows_it(
    trip: SmallTrip, coordinator: Browser
) -> None:
    [code] = printed(trip)
    page = coordinator.get(f"/trips/{trip.id}/print/pack?parts=forms&batch=1").text
    assert page.count(group_code(code)) == 2
    other = make_small_trip("other")
    printed(other)
    assert counted(coordinator.get(f"/trips/{trip.id}/print/pack?parts=forms&batch=2").text)[3] == 0


def test_printed_again_the_forms_have_the_same_codes(trip: SmallTrip, coordinator: Browser) -> None:
    address = press(coordinator, trip, parts=["forms"]).location
    assert coordinator.get(address).text.count(FORM) == 8
    page = coordinator.get(f"/trips/{trip.id}/print").text
    assert f"/trips/{trip.id}/print/pack?parts=forms&amp;batch=1" in page
    assert reserved() == 8


def test_a_second_press_with_the_same_key_reserves_no_more_codes(
    trip: SmallTrip, coordinator: Browser
) -> None:
    pressed = [press(coordinator, trip, idempotency_key="k1").location for _ in range(2)]
    assert pressed[0] == pressed[1]
    assert reserved() == 8


def test_a_desk_head_prints_for_their_own_desk_only(trip: SmallTrip, sign_in: Join) -> None:
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["b"])
    assert counted(head.get(press(head, trip).location).text) == (1, 1, 1, 2)
    foreign = press(head, trip, which="some", desks=[trip.desks["a"]], parts=["forms", "signs"])
    assert foreign.status_code == 404
    assert reserved() == 2


def test_a_desk_head_does_not_get_at_the_forms_of_other_desks(trip: SmallTrip, sign_in: Join) -> None:
    printed(trip, desk="a", count=3)
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["b"])
    assert head.get(f"/trips/{trip.id}/print/pack?parts=forms&batch=1").text.count(FORM) == 0


def test_the_signs_of_a_press_are_marked_as_printed(trip: SmallTrip, coordinator: Browser) -> None:
    press(coordinator, trip, parts=["cards"])
    press(coordinator, trip, parts=["signs"], which="some", desks=[trip.desks["a"]])
    with runtime.current().database.reading() as session:
        assert signs_printed(session, trip.id).keys() == {trip.desks["a"]}
    clock.advance(minutes=1)
    press(coordinator, trip, parts=["signs"])
    with runtime.current().database.reading() as session:
        assert signs_printed(session, trip.id).keys() == set(trip.desks.values())


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"parts": []}, "parts"),
        ({"parts": ["posters"]}, "parts"),
        ({"which": "everything"}, "which"),
        ({"copies": "many"}, "copies"),
        ({"copies": "-1"}, "copies"),
        ({"copies": "201"}, "copies"),
    ],
)
def test_what_cannot_be_printed_is_said_at_its_field(
    trip: SmallTrip, coordinator: Browser, chosen: dict[str, Any], field: str
) -> None:
    answer = press(coordinator, trip, **chosen)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert reserved() == 0


def test_where_no_phone_could_reach_the_server_nothing_is_printed_and_no_code_reserved(
    settings: Settings, trip: SmallTrip, sign_in: Join
) -> None:
    coordinator = sign_in("coordinator", trip_id=trip.id)
    create_app(replace(settings, public_url="http://127.0.0.1:8000"))
    answers = [press(coordinator, trip), coordinator.get(f"/trips/{trip.id}/print/pack?parts=signs")]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("127.0.0.1" in answer.text and "DESKOPS_PUBLIC_URL" in answer.text for answer in answers)
    assert reserved() == 0


@pytest.mark.parametrize("role", ["staff", "official", "follow_up", "inspector", "board"])
def test_other_roles_print_nothing(trip: SmallTrip, sign_in: Join, role: str) -> None:
    assert press(sign_in(role, trip_id=trip.id), trip).status_code == 403


def test_the_papers_speak_both_languages_whatever_the_readers(trip: SmallTrip, coordinator: Browser) -> None:
    page = coordinator.get(press(coordinator, trip).location).text
    for words in ("برگه ثبت مورد", "Form for a demand", "چگونه نوبت بگیریم", "How to take your turn"):
        assert words in page
