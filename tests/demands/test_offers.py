"""Rule D, live: who waits long is offered to be served by phone, keeps age and number, and loses nothing by any answer."""

from datetime import UTC, datetime
from typing import Any

import pytest

from deskops.accounts.actor import PUBLIC, SYSTEM, Actor, Grant
from deskops.core import clock, runtime
from deskops.core.errors import Forbidden, NotFound, Refusal
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.errors import (
    NothingOffered,
    OfferAnswered,
    OfferTooLate,
    PhoneNeeded,
    TooLateToUndo,
    TurnOver,
)
from deskops.demands.load import CACHE
from deskops.demands.models import Person
from deskops.demands.services import offers, serving
from deskops.demands.trip_load import TripLoad
from tests.demands.counter import Counter, demand_row, kinds_of, somebody, ticket_row
from tests.demands.offering import PHONE, full_hall, offer_row, offered, texts
from tests.fixtures import Join
from tests.small_trip import SmallTrip

Floor = tuple[Counter, Counter]


@pytest.fixture
def floor(sign_in: Join, trip: SmallTrip) -> Floor:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    return full_hall(sign_in, trip)


def operator(trip: SmallTrip) -> Actor:
    return Actor(77, grants=(Grant("desk_head", trip.id),), via="session")


def answer(trip: SmallTrip, ticket_id: int, how: str = "accept", actor: Actor = PUBLIC, **more: Any) -> Any:
    act = {"accept": offers.accept, "refuse": offers.refuse, "return": offers.return_to_place}[how]
    with unit_of_work(actor) as uow:
        return act(uow, actor, trip.id, ticket_id, **more)


def refusal_of(trip: SmallTrip, ticket_id: int, how: str = "accept", **more: Any) -> type[Refusal]:
    with pytest.raises(Refusal) as caught:
        answer(trip, ticket_id, how, **more)
    return caught.type


# who is offered it


def test_who_waits_longer_than_the_limit_is_offered_a_call(trip: SmallTrip, floor: Floor) -> None:
    ticket = offered(trip).ticket
    offer = offer_row(ticket.id)
    assert offer is not None
    assert (offer.state, offer.location) == ("open", trip.sites["one"])
    assert offer.wait_minutes is not None
    assert offer.wait_minutes > 8
    assert kinds_of(trip)[-1] == "offer.made"


def test_who_is_soon_served_is_not(sign_in: Join, trip: SmallTrip) -> None:
    full_hall(sign_in, trip, people=0)
    assert not somebody(trip).offered


def test_who_calls_is_not(trip: SmallTrip, floor: Floor) -> None:
    assert not somebody(trip, channel="call", site_id=None).offered


def test_nobody_is_while_nobody_serves_the_topic_by_phone(trip: SmallTrip, floor: Floor) -> None:
    hall, seat = floor
    hall.act("next")
    seat.act("pause", reason="break")
    for _ in range(3):
        assert not somebody(trip, "nobody").offered


def test_who_gave_a_number_gets_a_text_with_the_way_to_answer(trip: SmallTrip, floor: Floor) -> None:
    made = offered(trip, phone=PHONE)
    [(address, text)] = texts()
    assert address == PHONE
    assert f"https://desks.example/r/{made.receipt_token}" in text
    assert "شماره ۵" in text


def test_the_text_is_in_the_persons_language(trip: SmallTrip, floor: Floor) -> None:
    offered(trip, phone=PHONE, language="en")
    assert texts()[0][1].startswith("Number 5:")


def test_who_gave_no_number_gets_none(trip: SmallTrip, floor: Floor) -> None:
    offered(trip)
    assert texts() == []


# accepting


def test_who_accepts_is_on_the_phone_list_with_number_and_age(trip: SmallTrip, floor: Floor) -> None:
    before = offered(trip, phone=PHONE).ticket
    clock.advance(minutes=2)
    answer(trip, before.id)
    after = ticket_row(before.id)
    assert (after.status, after.location, after.desk_id) == ("waiting", 0, trip.desks["hq"])
    assert (after.number, after.registered_at) == (before.number, before.registered_at)
    assert offer_row(before.id).state == "accepted"  # type: ignore[union-attr]


def test_who_accepts_is_told_the_wait_for_the_call_and_is_judged_by_that(
    trip: SmallTrip, floor: Floor
) -> None:
    ticket = offered(trip, phone=PHONE).ticket
    told = ticket.told_minutes
    clock.advance(minutes=1)
    answer(trip, ticket.id)
    after = ticket_row(ticket.id)
    assert after.told_minutes is not None
    assert 1 < after.told_minutes < told


def test_a_seat_that_stands_ready_calls_them_at_once(trip: SmallTrip, floor: Floor) -> None:
    _, seat = floor
    ticket = offered(trip, phone=PHONE).ticket
    seat.act("finish", 1, outcome="granted")
    seat.act("next")
    answer(trip, ticket.id)
    row = ticket_row(ticket.id)
    assert (row.status, row.place_id) == ("called", seat.place_id)


def test_without_a_number_it_is_asked_for_and_then_kept(trip: SmallTrip, floor: Floor) -> None:
    made = offered(trip, name="سارا نمونه")
    assert refusal_of(trip, made.ticket.id) is PhoneNeeded
    answer(trip, made.ticket.id, phone=PHONE)
    with runtime.current().database.reading() as session:
        person = session.get(Person, demand_row(made.demand_id).person_id)
        assert person is not None
        assert person.phone == PHONE
    assert ticket_row(made.ticket.id).location == 0


def test_a_number_that_is_known_is_not_overwritten_by_a_typed_one(trip: SmallTrip, floor: Floor) -> None:
    made = offered(trip, phone=PHONE)
    answer(trip, made.ticket.id, phone="09351112233")
    with runtime.current().database.reading() as session:
        person = session.get(Person, demand_row(made.demand_id).person_id)
        assert person is not None
        assert person.phone == PHONE


def test_accepted_twice_is_refused(trip: SmallTrip, floor: Floor) -> None:
    ticket = offered(trip, phone=PHONE).ticket
    answer(trip, ticket.id)
    assert refusal_of(trip, ticket.id) is OfferAnswered


def test_accepted_after_the_call_is_refused(trip: SmallTrip, floor: Floor) -> None:
    hall, _ = floor
    ticket = offered(trip, phone=PHONE, urgent=True).ticket
    hall.act("next")
    while ticket_row(ticket.id).status == "waiting":
        hall.act("no-show", next(i for i in range(1, 9) if ticket_row(i).place_id == hall.place_id))
        hall.act("next")
    assert refusal_of(trip, ticket.id) is OfferTooLate


def test_accepted_when_the_turn_is_over_is_refused(trip: SmallTrip, floor: Floor) -> None:
    ticket = offered(trip, phone=PHONE).ticket
    with unit_of_work(SYSTEM) as uow:
        serving.leave(uow, SYSTEM, trip.id, ticket.id)
    for how in ("accept", "refuse", "return"):
        assert refusal_of(trip, ticket.id, how) is TurnOver


def test_where_nothing_was_offered_nothing_is_accepted(trip: SmallTrip, floor: Floor) -> None:
    assert refusal_of(trip, 1) is NothingOffered
    assert refusal_of(trip, 4711) is NotFound


# refusing


def test_refusing_costs_nothing_and_minds_may_change(trip: SmallTrip, floor: Floor) -> None:
    before = offered(trip, phone=PHONE).ticket
    answer(trip, before.id, "refuse")
    after = ticket_row(before.id)
    assert (after.location, after.desk_id, after.version) == (before.location, before.desk_id, before.version)
    assert kinds_of(trip)[-1] == "offer.refused"
    assert refusal_of(trip, before.id, "refuse") is OfferAnswered
    answer(trip, before.id)
    assert ticket_row(before.id).location == 0


# back to the place


def test_who_rather_waits_after_all_is_where_they_were(trip: SmallTrip, floor: Floor) -> None:
    before = offered(trip, phone=PHONE).ticket
    answer(trip, before.id)
    answer(trip, before.id, "return")
    after = ticket_row(before.id)
    assert (after.location, after.desk_id) == (before.location, before.desk_id)
    assert after.registered_at == before.registered_at
    assert offer_row(before.id).state == "returned"  # type: ignore[union-attr]
    assert refusal_of(trip, before.id) is OfferAnswered
    assert refusal_of(trip, before.id, "return") is OfferAnswered


def test_who_never_accepted_has_nothing_to_return_from(trip: SmallTrip, floor: Floor) -> None:
    ticket = offered(trip, phone=PHONE).ticket
    assert refusal_of(trip, ticket.id, "return") is OfferAnswered


def called_by_phone(trip: SmallTrip, seat: Counter) -> int:
    """Somebody who accepted, and is called by the headquarters."""
    ticket = int(offered(trip, phone=PHONE).ticket.id)
    answer(trip, ticket)
    seat.act("finish", 1, outcome="granted")
    seat.act("next")
    assert ticket_row(ticket).status == "called"
    return ticket


def test_the_seat_that_calls_them_is_told_to_ring_them_up(trip: SmallTrip, floor: Floor) -> None:
    _, seat = floor
    called_by_phone(trip, seat)
    page = seat.page().text
    assert "با او تماس بگیرید" in page
    assert f'href="tel:{PHONE}"' in page
    assert "تماس بی‌پاسخ" in page


def test_who_is_not_reached_waits_at_their_place_again_with_their_age(trip: SmallTrip, floor: Floor) -> None:
    _, seat = floor
    ticket = called_by_phone(trip, seat)
    before = ticket_row(ticket)
    said = seat.act("no-show", ticket)
    after = ticket_row(ticket)
    assert (after.status, after.location, after.place_id) == ("waiting", trip.sites["one"], None)
    assert after.registered_at == before.registered_at
    assert after.desk_id == trip.desks["a"]
    assert offer_row(ticket).state == "unreached"  # type: ignore[union-attr]
    assert "به تلفن پاسخ نداد" in said.headers["HX-Trigger"].encode().decode("unicode_escape")


def test_who_rang_up_and_is_gone_is_a_missed_call_as_ever(trip: SmallTrip, floor: Floor) -> None:
    _, seat = floor
    made = somebody(trip, "housing", channel="call", site_id=None).ticket
    seat.act("finish", 1, outcome="granted")
    seat.act("next")
    assert ticket_row(made.id).status == "serving"


def test_a_missed_call_is_taken_back_within_a_minute(trip: SmallTrip, floor: Floor) -> None:
    _, seat = floor
    ticket = called_by_phone(trip, seat)
    seat.act("no-show", ticket)
    assert seat.act("undo", ticket).status_code == 200
    row = ticket_row(ticket)
    assert (row.status, row.location, row.place_id) == ("called", 0, seat.place_id)
    assert offer_row(ticket).state == "accepted"  # type: ignore[union-attr]


# undo


def test_an_acceptance_is_taken_back_within_a_minute_by_who_pressed(trip: SmallTrip, floor: Floor) -> None:
    before = offered(trip, phone=PHONE).ticket
    actor = operator(trip)
    answer(trip, before.id, actor=actor)
    clock.advance(seconds=50)
    with unit_of_work(actor) as uow:
        serving.undo(uow, actor, trip.id, before.id)
    after = ticket_row(before.id)
    assert (after.location, after.desk_id) == (before.location, before.desk_id)
    assert offer_row(before.id).state == "open"  # type: ignore[union-attr]
    answer(trip, before.id, actor=actor)


def test_later_or_by_somebody_else_it_is_not(trip: SmallTrip, floor: Floor) -> None:
    ticket = offered(trip, phone=PHONE).ticket
    answer(trip, ticket.id, actor=operator(trip))
    other = Actor(78, grants=(Grant("staff", trip.id),), via="session")
    with pytest.raises(Forbidden), unit_of_work(other) as uow:
        serving.undo(uow, other, trip.id, ticket.id)
    clock.advance(seconds=61)
    with pytest.raises(TooLateToUndo), unit_of_work(operator(trip)) as uow:
        serving.undo(uow, operator(trip), trip.id, ticket.id)


# one story


def test_two_processes_that_folded_the_same_journal_see_the_same_queue(trip: SmallTrip, floor: Floor) -> None:
    with runtime.current().database.reading() as session:
        folding = TripLoad(session, trip.id)
    people = [int(offered(trip, phone=PHONE).ticket.id) for _ in range(3)]
    answer(trip, people[0])
    answer(trip, people[1])
    answer(trip, people[1], "return")
    answer(trip, people[2], "refuse")
    with runtime.current().database.reading() as session:
        folding.catch_up(session)
        fresh = TripLoad(session, trip.id)
        here = CACHE.current(session, trip.id)
    places = [
        {w.ticket_id: (w.place, w.desk_id) for w in one.load.all_waiting()} for one in (folding, fresh, here)
    ]
    assert places[0] == places[1] == places[2]
    assert places[0][people[0]] == (0, trip.desks["hq"])
    assert not folding.outdated
