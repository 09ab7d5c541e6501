"""The page that ends the day begins with the desks whose hours are over; and the same for programs."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.events import SetupChanged
from deskops.desks.models import DeskHours, Trip
from tests.control.stopping import states
from tests.demands.counter import Counter, sit_down, somebody, ticket_row
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)


def at(hour: int, minute: int = 0) -> datetime:
    """Tehran's wall clock."""
    return datetime(2026, 11, 22, hour, minute, tzinfo=UTC) - timedelta(hours=3, minutes=30)


@pytest.fixture(autouse=True)
def _two_o_clock() -> Iterator[None]:
    clock.freeze(at(14))
    yield
    clock.reset()


@pytest.fixture
def counter(trip: SmallTrip, sign_in: Join) -> Counter:
    return sit_down(sign_in, trip)


@pytest.fixture
def leader(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def hours(trip: SmallTrip, desk: str, opens: int, closes: int, day: date = TODAY) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.add(DeskHours(desk_id=trip.desks[desk], day=day, opens=opens * 60, closes=closes * 60))


def ticked(trip: SmallTrip, answer: Any) -> set[str]:
    boxes = re.findall(r'name="desk_ids" value="(\d+)"[^>]* checked', answer.text)
    return {name for name, desk_id in trip.desks.items() if str(desk_id) in boxes}


def test_nothing_is_ticked_while_no_desk_ends(trip: SmallTrip, leader: Browser) -> None:
    hours(trip, "a", 8, 18)
    assert ticked(trip, leader.get(f"/trips/{trip.id}/closing")) == set()


def test_desks_that_ended_or_end_within_the_hour_are_ticked(trip: SmallTrip, leader: Browser) -> None:
    hours(trip, "a", 8, 12)
    hours(trip, "b", 8, 15)
    hours(trip, "hall", 8, 16)
    assert ticked(trip, leader.get(f"/trips/{trip.id}/closing")) == {"a", "b"}
    clock.freeze(at(13, 59))
    assert ticked(trip, leader.get(f"/trips/{trip.id}/closing")) == {"a"}


def test_hours_that_go_on_after_midnight_do_not_end_at_it(trip: SmallTrip, sign_in: Join) -> None:
    clock.freeze(at(23, 30))
    leader = sign_in("coordinator", trip_id=trip.id)
    for name in ("a", "b"):
        hours(trip, name, 8, 24)
    hours(trip, "a", 0, 2, TOMORROW)
    assert ticked(trip, leader.get(f"/trips/{trip.id}/closing")) == {"b"}


def test_a_desk_that_opens_again_later_today_is_ticked_in_its_break(trip: SmallTrip, leader: Browser) -> None:
    hours(trip, "a", 8, 12)
    hours(trip, "a", 8, 12, TOMORROW)
    assert ticked(trip, leader.get(f"/trips/{trip.id}/closing")) == {"a"}


def test_one_button_ticks_all_closes_none_and_keeps_what_was_chosen(
    counter: Counter, leader: Browser
) -> None:
    trip = counter.trip
    ticket = somebody(trip).ticket
    body = {"act": "all", "everybody": "invite", "day": "1405/9/5", f"choice-{ticket.id}": "hand_over"}
    answer = leader.post(f"/trips/{trip.id}/closing", data=body)
    assert answer.status_code == 200
    assert ticked(trip, answer) == set(trip.desks)
    assert set(states(trip).values()) == {"open"}
    assert 'value="1405/9/5"' in answer.text
    assert re.search(r'value="invite"[^>]* selected', answer.text)
    assert re.search(r'value="hand_over"[^>]* selected', answer.text)


def test_what_was_ticked_is_ticked_again_after_a_mistake(trip: SmallTrip, leader: Browser) -> None:
    hours(trip, "a", 8, 12)
    body = {"desk_ids": [trip.desks["b"]], "everybody": "keep", "day": "2020-01-01"}
    answer = leader.post(f"/trips/{trip.id}/closing", data=body)
    assert answer.status_code == 422
    assert ticked(trip, answer) == {"b"}


def test_closing_without_a_tick_asks_for_one(trip: SmallTrip, leader: Browser) -> None:
    answer = leader.post(f"/trips/{trip.id}/closing", data={"everybody": "keep", "day": TOMORROW.isoformat()})
    assert answer.status_code == 422
    assert 'href="#desk_ids"' in answer.text
    assert set(states(trip).values()) == {"open"}


@pytest.mark.parametrize(("language", "words"), [("fa", "نشان کردن همهٔ میزها"), ("en", "Tick all desks")])
def test_the_button_is_there_in_both_languages(
    trip: SmallTrip, leader: Browser, language: str, words: str
) -> None:
    leader.client.set_cookie("lang", language)
    assert words in leader.get(f"/trips/{trip.id}/closing").text


def test_a_program_reads_who_waits_and_what_ends(counter: Counter, leader: Browser) -> None:
    trip = counter.trip
    hours(trip, "a", 8, 12)
    ticket = somebody(trip, phone="09120000001").ticket
    page = leader.get(f"/api/v1/trips/{trip.id}/closing").json
    desks = {desk["desk_id"]: desk for desk in page["desks"]}
    assert [name for name in trip.desks if desks[trip.desks[name]]["ending"]] == ["a"]
    [person] = desks[trip.desks["hall"]]["people"]
    assert (person["id"], person["has_phone"], person["on_phone"]) == (ticket.id, True, False)
    assert page["next_day"] == TOMORROW.isoformat()


def test_a_program_closes_a_desk_once_however_often_it_asks(counter: Counter, leader: Browser) -> None:
    trip = counter.trip
    known, other = somebody(trip, phone="09120000001").ticket, somebody(trip).ticket
    body = {
        "desk_ids": [trip.desks["hall"]],
        "everybody": "invite",
        "day": TOMORROW.isoformat(),
        "choices": {str(known.id): "call_back"},
    }
    path, key = f"/api/v1/trips/{trip.id}/closing", {"Idempotency-Key": "evening"}
    answers = [leader.post(path, json=body, headers=key) for _ in range(2)]
    assert [(one.status_code, one.json) for one in answers] == [(200, {"count": 1})] * 2
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert (ticket_row(known.id).location, ticket_row(other.id).status) == (0, "invited")
    assert leader.post(path, json=body | {"everybody": "keep"}, headers=key).status_code == 422


def test_a_program_hands_somebody_over_to_a_desk_of_its_choice(counter: Counter, sign_in: Join) -> None:
    trip = counter.trip
    ticket = somebody(trip).ticket
    sit_down(sign_in, trip, desk="a", name="کاربر دوم")
    choices = {str(ticket.id): f"to-{trip.desks['a']}"}
    body = {"desk_ids": [trip.desks["hall"]], "day": TOMORROW.isoformat(), "choices": choices}
    leader = sign_in("coordinator", trip_id=trip.id)
    assert leader.post(f"/api/v1/trips/{trip.id}/closing", json=body).status_code == 200
    assert ticket_row(ticket.id).only_desk_id == trip.desks["a"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"desk_ids": []}, "desk_ids"),
        ({"day": "2020-01-01"}, "day"),
        ({"day": "soon"}, "day"),
        ({"everybody": "burn"}, "everybody"),
        ({"choices": {"1": "burn"}}, "choices.1"),
        ({"choices": {"one": "keep"}}, "choices.one"),
        ({"fates": {}}, "fates"),
    ],
)
def test_a_program_is_told_what_is_wrong(
    trip: SmallTrip, leader: Browser, wrong: dict[str, Any], field: str
) -> None:
    body = {"desk_ids": [trip.desks["a"]], "day": TOMORROW.isoformat()} | wrong
    answer = leader.post(f"/api/v1/trips/{trip.id}/closing", json=body)
    assert answer.status_code == 422
    assert any(name.startswith(field) for name in answer.json["error"]["errors"])
    assert states(trip)["a"] == "open"


def test_a_program_is_held_to_the_same_rights_and_trip(
    trip: SmallTrip, leader: Browser, sign_in: Join
) -> None:
    other = make_small_trip("other")
    body = {"desk_ids": [other.desks["a"]], "day": TOMORROW.isoformat()}
    assert leader.post(f"/api/v1/trips/{trip.id}/closing", json=body).status_code == 404
    assert leader.post(f"/api/v1/trips/{other.id}/closing", json=body).status_code == 404
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    assert head.get(f"/api/v1/trips/{trip.id}/closing").status_code == 403
    assert head.post(f"/api/v1/trips/{trip.id}/closing", json=body).status_code == 403


def invited_for(who: Browser, trip: SmallTrip, day: date, everybody: str = "invite") -> Any:
    body = {"desk_ids": [trip.desks["hall"]], "everybody": everybody, "day": day.isoformat()}
    return who.post(f"/api/v1/trips/{trip.id}/closing", json=body)


def ends(trip: SmallTrip, day: date) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Trip, trip.id).ends_on = day
        uow.record(SetupChanged(trip_id=trip.id, what="trip", id=trip.id))


def test_nobody_is_invited_for_a_day_on_which_nothing_opens_and_the_next_one_is_named(
    counter: Counter, leader: Browser
) -> None:
    trip = counter.trip
    somebody(trip)
    hours(trip, "a", 8, 12)
    hours(trip, "a", 8, 12, TOMORROW + timedelta(days=1))
    leader.client.set_cookie("lang", "en")
    refused = invited_for(leader, trip, TOMORROW)
    assert refused.status_code == 422
    assert "24 November 2026" in refused.get_data(as_text=True)
    assert states(trip)["hall"] == "open"
    assert invited_for(leader, trip, TOMORROW + timedelta(days=1)).status_code == 200


def test_the_page_names_the_next_day_in_persian(counter: Counter, leader: Browser) -> None:
    trip = counter.trip
    somebody(trip)
    hours(trip, "a", 8, 12, TOMORROW + timedelta(days=1))
    body = {"desk_ids": [trip.desks["hall"]], "everybody": "invite", "day": TOMORROW.isoformat()}
    answer = leader.post(f"/trips/{trip.id}/closing", data=body)
    assert answer.status_code == 422
    assert "در این روز هیچ میزی باز نیست. روز بعدی که ساعت کار دارد" in answer.text
    assert "۳ آذر ۱۴۰۵ است." in answer.text


def test_nobody_is_invited_for_a_day_after_the_trip(counter: Counter, leader: Browser) -> None:
    trip = counter.trip
    somebody(trip)
    ends(trip, TODAY)
    assert invited_for(leader, trip, TOMORROW).status_code == 422
    hours(trip, "a", 8, 12)
    hours(trip, "a", 8, 12, TOMORROW)
    assert invited_for(leader, trip, TOMORROW).status_code == 422
    assert states(trip)["hall"] == "open"


def test_the_last_day_of_a_trip_closes_for_those_who_are_not_invited(
    counter: Counter, leader: Browser
) -> None:
    trip = counter.trip
    somebody(trip)
    ends(trip, TODAY)
    assert invited_for(leader, trip, TOMORROW, everybody="keep").status_code == 200
    assert states(trip)["hall"] == "closing"
