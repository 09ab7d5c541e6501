"""Every event has its audiences, or is silent on purpose."""

from collections.abc import Iterator
from dataclasses import fields

import pytest

from deskops import app
from deskops.core.clock import now
from deskops.core.events import DomainEvent
from deskops.core.journal import Entry
from deskops.demands.events import ContactRecorded, PlacePaused, TicketCalled, TicketTransferred
from deskops.desks.events import DeskStateChanged, TripCreated
from deskops.live.audiences import AUDIENCES, SILENT, audiences_of, desks_of, parse, visible

assert app  # imports every room, and with it every event


def all_events(base: type[DomainEvent] = DomainEvent) -> Iterator[type[DomainEvent]]:
    for each in base.__subclasses__():
        if "kind" in vars(each):
            yield each
        yield from all_events(each)


def ticket(event: type = TicketCalled, **facts):
    given = {field.name: None for field in fields(event)} | {
        "trip_id": 3, "ticket_id": 1, "demand_id": 1, "number": 17, "status": "called", "channel": "walk_in",
        "location": 4, "topic_id": 9, "urgent": False, "language": "fa", "bonus_minutes": 0.0, "walk": "none",
        "desk_id": 12, "place_id": 40, "registered_at": 1.0, "changed_at": 2.0,
    }  # fmt: skip
    return event(**given | facts)


def test_every_event_is_told_to_somebody_or_silent_on_purpose() -> None:
    missing = {event.__name__ for event in all_events() if event.__module__.startswith("deskops.")}
    missing -= {event.__name__ for event in (*AUDIENCES, *SILENT)}
    assert not missing


def test_no_event_is_both_told_and_silent() -> None:
    assert not AUDIENCES.keys() & SILENT


def test_kinds_are_unique() -> None:
    kinds = [event.kind for event in all_events()]
    assert len(kinds) == len(set(kinds))


def test_a_call_to_a_counter_is_told_to_coordinators_desk_and_board() -> None:
    assert audiences_of(ticket()) == ("trip:3:coordination", "desk:12:staff", "site:4:board")


def test_a_call_by_phone_is_on_no_board() -> None:
    assert audiences_of(ticket(location=0)) == ("trip:3:coordination", "desk:12:staff")


def test_a_transfer_is_told_to_both_desks_and_both_sites() -> None:
    moved = ticket(TicketTransferred, desk_id=13, from_desk_id=12, location=5, from_location=4)
    assert set(audiences_of(moved)) == {
        "trip:3:coordination", "desk:13:staff", "desk:12:staff", "site:5:board", "site:4:board",
    }  # fmt: skip


def test_who_waits_for_no_desk_is_the_coordinators_matter() -> None:
    assert audiences_of(ticket(TicketTransferred, desk_id=None, location=0)) == ("trip:3:coordination",)


def test_a_counter_is_its_desks_matter() -> None:
    paused = PlacePaused(
        trip_id=3, place_id=1, desk_id=12, number=1, state="paused", ready=False, languages="fa", user_id=1
    )
    assert audiences_of(paused) == ("trip:3:coordination", "desk:12:staff")


def test_a_desks_state_is_told_to_the_desk() -> None:
    closed = DeskStateChanged(trip_id=3, desk_id=12, state="closed", previous="open")
    assert audiences_of(closed) == ("trip:3:coordination", "desk:12:staff")


@pytest.mark.parametrize(("desk_id", "told"), [(None, 1), (12, 2)])
def test_a_contact_without_a_demand_is_told_to_its_desk_if_it_has_one(desk_id: int | None, told: int) -> None:
    event = ContactRecorded(trip_id=3, contact_id=1, channel="call", result="unanswered", desk_id=desk_id)
    assert len(audiences_of(event)) == told


def test_a_new_trip_is_told_to_nobody() -> None:
    assert audiences_of(TripCreated(trip_id=3, code="x")) == ()


@pytest.mark.parametrize(
    "name",
    ["", "desk:12", "desk:0:staff", "desk:-1:staff", "desk:12:board", "site:4:staff", "trip:3:board",
     "trip:03:staff", "trip:3:coordination ", "trip:3:staff#1", f"desk:{10**30}:staff", "desk:۱۲:staff"],
)  # fmt: skip
def test_a_name_that_is_no_audience_is_none(name: str) -> None:
    assert parse(name) is None


def test_a_board_sees_neither_topic_nor_language_nor_ids() -> None:
    entry = Entry(3, 5, now(), "ticket.called", ticket().payload())
    audience = parse("site:4:board")
    assert audience is not None
    shown = visible(audience, entry)
    assert shown.keys() == {"sequence", "kind", "at", "number", "desk_id", "place_id", "status"}


def test_a_desk_sees_the_whole_fact() -> None:
    entry = Entry(3, 5, now(), "ticket.called", ticket().payload())
    audience = parse("desk:12:staff")
    assert audience is not None
    assert visible(audience, entry).keys() > entry.payload.keys()


def test_both_desks_of_a_transfer_change_their_figures() -> None:
    assert desks_of(ticket(desk_id=13, from_desk_id=12).payload()) == {12, 13}
    assert desks_of({"demand_id": 1}) == set()
