"""Acts of several people at one instant: each takes rows in the same order, so nobody waits in a circle.

On SQLite one writer comes after the other anyway; what PostgreSQL allows besides is why these are here.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.core import runtime
from deskops.core.database import table_of
from deskops.core.errors import StaleVersion
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.core.web import perform
from deskops.demands.errors import TicketMoved, TooLateToUndo
from deskops.demands.models import Person
from deskops.demands.services import acts, claim, editing, places, serving
from deskops.demands.services.tickets import Act, ticket_of
from deskops.desks.models import Place
from deskops.desks.services import set_desk_state
from tests.demands.counter import kinds_of, place_row, sit_down, somebody, ticket_row
from tests.demands.offering import offer_row
from tests.fixtures import Join
from tests.small_trip import SmallTrip

PLACES, PERSONS = table_of(Place), table_of(Person)
WAITING_FOR_A_LOCK = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
def other_people() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def in_transaction(work: Callable[[UnitOfWork], Any], actor: Actor = SYSTEM) -> None:
    with unit_of_work(actor) as uow:
        work(uow)


def until_it_waits(other: Future[None]) -> None:
    """Until the other transaction waits for this one; or has ended, where nothing made it wait."""
    if runtime.current().database.is_sqlite:
        return
    deadline = time.monotonic() + 10
    while not other.done() and time.monotonic() < deadline:
        with runtime.current().database.reading() as session:
            if session.execute(WAITING_FOR_A_LOCK).scalar_one():
                return
        time.sleep(0.01)


def one_after_the_other_on_sqlite() -> None:
    if runtime.current().database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")


def serving_somebody(trip: SmallTrip, place_id: int) -> int:
    ticket_id = int(somebody(trip).ticket.id)
    with unit_of_work(SYSTEM) as uow:
        claim.call_next(uow, SYSTEM, trip.id, place_id)
    with unit_of_work(SYSTEM) as uow:
        serving.serve(uow, SYSTEM, trip.id, ticket_id)
    return ticket_id


def undo_of_an_end(trip: SmallTrip, place_id: int, ticket_id: int) -> Callable[[UnitOfWork], Any]:
    in_transaction(lambda uow: serving.finish(uow, SYSTEM, trip.id, ticket_id, outcome="granted"))
    return lambda uow: serving.undo(uow, SYSTEM, trip.id, ticket_id)


def end_and_next(trip: SmallTrip, place_id: int, ticket_id: int) -> Callable[[UnitOfWork], Any]:
    return lambda uow: serving.finish_and_call_next(
        uow, SYSTEM, trip.id, ticket_id, place_id, outcome="granted"
    )


def resumption(trip: SmallTrip, place_id: int, ticket_id: int) -> Callable[[UnitOfWork], Any]:
    in_transaction(lambda uow: serving.hold(uow, SYSTEM, trip.id, ticket_id))
    return lambda uow: serving.resume(uow, SYSTEM, trip.id, ticket_id, place_id)


@pytest.mark.parametrize("prepared", [undo_of_an_end, end_and_next, resumption])
def test_every_act_takes_the_counter_before_the_person(
    trip: SmallTrip, sign_in: Join, other_people: ThreadPoolExecutor, prepared: Any
) -> None:
    place_id = sit_down(sign_in, trip).place_id
    ticket_id = serving_somebody(trip, place_id)
    work = prepared(trip, place_id, ticket_id)
    with unit_of_work(SYSTEM) as uow:
        places.locked_place(uow, trip.id, place_id)
        other = other_people.submit(in_transaction, work)
        until_it_waits(other)
        ticket_of(uow, trip.id, ticket_id)
    other.result(timeout=20)


def test_what_changed_before_its_counter_was_free_is_not_undone(
    trip: SmallTrip, sign_in: Join, other_people: ThreadPoolExecutor
) -> None:
    place_id = sit_down(sign_in, trip).place_id
    ticket_id = int(somebody(trip).ticket.id)
    in_transaction(lambda uow: claim.call_next(uow, SYSTEM, trip.id, place_id))
    in_transaction(lambda uow: serving.no_show(uow, SYSTEM, trip.id, ticket_id))
    with unit_of_work(SYSTEM) as uow:
        places.locked_place(uow, trip.id, place_id)
        other = other_people.submit(in_transaction, lambda uow: serving.undo(uow, SYSTEM, trip.id, ticket_id))
        until_it_waits(other)
        serving.leave(uow, SYSTEM, trip.id, ticket_id)
    with pytest.raises((TicketMoved, TooLateToUndo)):
        other.result(timeout=20)
    assert ticket_row(ticket_id).status == "left"


def test_a_desk_can_fail_just_as_somebody_is_finished_there(
    trip: SmallTrip, sign_in: Join, other_people: ThreadPoolExecutor
) -> None:
    ticket_id = serving_somebody(trip, sit_down(sign_in, trip).place_id)
    hall = trip.desks["hall"]

    def fail(uow: UnitOfWork) -> None:
        set_desk_state(uow, SYSTEM, trip.id, hall, state="failed", reason="آزمون")

    with unit_of_work(SYSTEM) as uow:
        serving.finish(uow, SYSTEM, trip.id, ticket_id, outcome="granted")
        other = other_people.submit(in_transaction, fail)
        until_it_waits(other)
    other.result(timeout=20)
    assert ticket_row(ticket_id).status == "done"


def test_who_comes_does_not_wait_for_a_desk_whose_state_changes(
    trip: SmallTrip, sign_in: Join, other_people: ThreadPoolExecutor
) -> None:
    one_after_the_other_on_sqlite()
    sit_down(sign_in, trip, "a")
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["a"], state="paused", reason="آزمون")
        made = other_people.submit(somebody, trip).result(timeout=4)
    assert made.ticket.desk_id == trip.desks["a"]


def test_two_corrections_of_one_person_do_not_wait_in_a_circle(
    trip: SmallTrip, other_people: ThreadPoolExecutor
) -> None:
    one, other = (somebody(trip, phone="09123456789").demand_id for _ in range(2))

    def correct(uow: UnitOfWork, demand_id: int) -> None:
        editing.edit(uow, SYSTEM, trip.id, demand_id, 1, {"name": "نام تازه"})

    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(select(PERSONS.c.id).with_for_update(key_share=True))
        waiting = other_people.submit(in_transaction, lambda uow: correct(uow, one))
        until_it_waits(waiting)
        correct(uow, other)
    with pytest.raises(StaleVersion):
        waiting.result(timeout=20)


def test_one_person_who_opens_two_counters_at_one_instant_keeps_one(
    trip: SmallTrip, sign_in: Join, other_people: ThreadPoolExecutor
) -> None:
    user_id = sign_in("staff", trip_id=trip.id).user_id
    actor = Actor(user_id, grants=(Grant("staff", trip.id),), via="session")
    first, second = trip.places["hall"][:2]
    with unit_of_work(actor) as uow:
        places.open_place(uow, actor, trip.id, first)
        other = other_people.submit(
            in_transaction, lambda uow: places.open_place(uow, actor, trip.id, second), actor
        )
        until_it_waits(other)
    other.result(timeout=20)
    assert [place_row(place_id).state for place_id in (first, second)] == ["closed", "open"]


def test_two_writers_in_a_circle_are_both_served(
    app: Flask, trip: SmallTrip, other_people: ThreadPoolExecutor
) -> None:
    one_after_the_other_on_sqlite()
    met = Barrier(2)
    tries: list[int] = []

    def write(first: int, second: int) -> None:
        def work(uow: UnitOfWork) -> dict[str, Any]:
            tries.append(first)
            for place_id in (first, second):
                values = {"version": PLACES.c.version + 1}
                uow.session.execute(update(PLACES).where(PLACES.c.id == place_id).values(values))
                if len(tries) <= 2 and place_id == first:
                    met.wait(10)
            return {}

        with app.test_request_context("/", method="POST"):
            perform(SYSTEM, {}, work)

    pair = trip.places["a"]
    for each in [other_people.submit(write, *pair), other_people.submit(write, *reversed(pair))]:
        each.result(timeout=30)
    assert len(tries) >= 3
    with runtime.current().database.reading() as session:
        versions = session.scalars(select(PLACES.c.version).where(PLACES.c.id.in_(pair))).all()
    assert versions == [3, 3]


def test_one_press_that_arrives_twice_at_one_instant_is_answered_twice_the_same(
    app: Flask, trip: SmallTrip, sign_in: Join, other_people: ThreadPoolExecutor
) -> None:
    place_id = sit_down(sign_in, trip).place_id
    somebody(trip)

    def press() -> dict[str, Any]:
        with app.test_request_context("/next", method="POST", headers={"Idempotency-Key": "one-press"}):
            return perform(SYSTEM, {}, work).data

    def work(uow: UnitOfWork) -> dict[str, Any]:
        row = claim.call_next(uow, SYSTEM, trip.id, place_id)
        return {"called": row is not None}

    with unit_of_work(SYSTEM) as uow:
        places.locked_place(uow, trip.id, place_id)
        presses = [other_people.submit(press) for _ in range(2)]
        until_it_waits(presses[1])
        until_it_waits(presses[0])
    assert [each.result(timeout=20) for each in presses] == [{"called": True}] * 2


def test_a_counter_takes_the_next_person_while_another_is_taking_the_first(
    trip: SmallTrip, sign_in: Join
) -> None:
    one_after_the_other_on_sqlite()
    slow_place, quick_place = (sit_down(sign_in, trip, seat=seat).place_id for seat in range(2))
    first, second = (int(somebody(trip).ticket.id) for _ in range(2))
    with unit_of_work(SYSTEM) as slow:
        ticket_of(slow, trip.id, first)
        in_transaction(lambda uow: claim.call_next(uow, SYSTEM, trip.id, quick_place))
        assert ticket_row(second).place_id == quick_place
    in_transaction(lambda uow: claim.call_next(uow, SYSTEM, trip.id, slow_place))
    assert ticket_row(first).place_id == slow_place


def test_two_who_offer_a_call_to_one_person_at_one_instant_offer_it_once(
    trip: SmallTrip, sign_in: Join, other_people: ThreadPoolExecutor
) -> None:
    sit_down(sign_in, trip, "a")
    ticket = int(somebody(trip).ticket.id)

    def offer_it(uow: UnitOfWork) -> None:
        acts.make_offers(Act(uow, SYSTEM, uow.now), trip.id, [acts.Wanted(ticket, None, 12.0)])

    with unit_of_work(SYSTEM) as uow:
        offer_it(uow)
        other = other_people.submit(in_transaction, offer_it)
        until_it_waits(other)
    other.result(timeout=20)
    assert offer_row(ticket) is not None
    assert kinds_of(trip).count("balance.offers_made") == 1
