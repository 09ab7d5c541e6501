"""Every five minutes: labels that fit the queue, an offer to whom the wait has grown for, a walk where it saves much."""

from datetime import UTC, datetime
from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.balancing.claim import rank
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.load import CACHE
from deskops.demands.services import rebalancing, sharing
from deskops.demands.trip_load import TripLoad
from tests.demands.counter import Counter, kinds_of, sit_down, somebody, ticket_row
from tests.demands.moving import a_desk_fails_beside_a_free_one, become
from tests.demands.offering import PHONE, full_hall, offer_row, texts
from tests.fixtures import Join
from tests.small_trip import SmallTrip


@pytest.fixture(autouse=True)
def morning(trip: SmallTrip) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))


def people(trip: SmallTrip, count: int, **more: Any) -> list[int]:
    return [int(somebody(trip, **more).ticket.id) for _ in range(count)]


def desks_of(tickets: list[int]) -> list[int | None]:
    return [ticket_row(ticket).desk_id for ticket in tickets]


def order_of(trip: SmallTrip, counter: Counter) -> list[int]:
    with runtime.current().database.reading() as session, CACHE.held(session, trip.id) as known:
        return rank(known.load, counter.place_id)


# labels


def test_labels_are_shared_out_anew_when_another_desk_has_opened(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    waiting = people(trip, 4)
    assert set(desks_of(waiting)) == {trip.desks["a"]}
    sit_down(sign_in, trip, "hall")
    rebalancing.rebalance({})
    assert set(desks_of(waiting)) == {trip.desks["a"], trip.desks["hall"]}


def test_nobodys_place_in_the_queue_changes(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    waiting = people(trip, 4)
    before = [ticket_row(ticket) for ticket in waiting]
    hall = sit_down(sign_in, trip, "hall")
    first = order_of(trip, hall)
    rebalancing.rebalance({})
    after = [ticket_row(ticket) for ticket in waiting]
    assert [(row.number, row.registered_at, row.location) for row in after] == [
        (row.number, row.registered_at, row.location) for row in before
    ]
    assert order_of(trip, hall) == first


def test_only_who_gets_another_desk_is_written(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    waiting = people(trip, 4)
    versions = [ticket_row(ticket).version for ticket in waiting]
    rebalancing.rebalance({})
    assert [ticket_row(ticket).version for ticket in waiting] == versions
    assert "ticket.rerouted" not in kinds_of(trip)


def test_whom_somebody_gave_a_desk_by_hand_keeps_it(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    waiting = people(trip, 3)
    with unit_of_work(SYSTEM) as uow:
        for ticket in waiting:
            sharing.transfer(uow, SYSTEM, trip.id, ticket, desk_id=trip.desks["a"])
    sit_down(sign_in, trip, "hall")
    rebalancing.rebalance({})
    assert set(desks_of(waiting)) == {trip.desks["a"]}


def test_a_trip_in_which_nobody_waits_is_left_alone(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    before = len(kinds_of(trip))
    rebalancing.rebalance({})
    assert len(kinds_of(trip)) == before


def test_two_processes_see_the_same_labels(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    people(trip, 5)
    sit_down(sign_in, trip, "hall")
    with runtime.current().database.reading() as session:
        folding = TripLoad(session, trip.id)
    rebalancing.rebalance({})
    with runtime.current().database.reading() as session:
        folding.catch_up(session)
        fresh = TripLoad(session, trip.id)
    labels = [{one.ticket_id: one.desk_id for one in load.load.all_waiting()} for load in (folding, fresh)]
    assert labels[0] == labels[1]


# the offer, as the wait grows


def test_whose_wait_has_grown_is_offered_a_call_once(trip: SmallTrip, sign_in: Join) -> None:
    hall, _ = full_hall(sign_in, trip, people=0)
    soon = int(somebody(trip, phone=PHONE).ticket.id)
    assert offer_row(soon) is None
    people(trip, 2, urgent=True)
    clock.advance(minutes=5)
    hall.act("next")
    rebalancing.rebalance({})
    assert offer_row(soon) is not None
    assert PHONE in {address for address, _ in texts()}
    made = kinds_of(trip).count("offer.made")
    clock.advance(minutes=5)
    rebalancing.rebalance({})
    assert kinds_of(trip).count("offer.made") == made


def test_who_just_came_and_is_soon_served_is_not_asked(trip: SmallTrip, sign_in: Join) -> None:
    full_hall(sign_in, trip, people=0)
    ticket = people(trip, 1)[0]
    rebalancing.rebalance({})
    assert offer_row(ticket) is None


# walking


def fail_hall(trip: SmallTrip) -> None:
    become(trip, "hall")
    clock.advance(minutes=5)


def test_who_waits_long_after_a_failure_is_asked_to_walk_and_told_where(
    trip: SmallTrip, sign_in: Join
) -> None:
    a_desk_fails_beside_a_free_one(trip, sign_in)
    waiting = [int(somebody(trip, phone=PHONE, may_walk=True).ticket.id) for _ in range(1)]
    waiting += people(trip, 10, phone=PHONE)
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(sharing.update(sharing.TICKETS).values(may_walk=True))
    fail_hall(trip)
    rebalancing.rebalance({})
    walking = [row for row in map(ticket_row, waiting) if row.walk == "under_way"]
    assert walking
    assert len(walking) <= 4
    assert {(row.location, row.desk_id) for row in walking} == {(trip.sites["two"], trip.desks["b"])}
    assert "ticket.sent_walking" in kinds_of(trip)
    assert any("محل دوم" in text for _, text in texts())


def test_who_can_t_walk_or_can_t_be_told_is_not_asked(trip: SmallTrip, sign_in: Join) -> None:
    a_desk_fails_beside_a_free_one(trip, sign_in)
    waiting = people(trip, 6, phone=PHONE, may_walk=False) + people(trip, 6)
    fail_hall(trip)
    rebalancing.rebalance({})
    assert {ticket_row(ticket).walk for ticket in waiting} == {"none"}


def test_nobody_is_asked_twice(trip: SmallTrip, sign_in: Join) -> None:
    a_desk_fails_beside_a_free_one(trip, sign_in)
    waiting = people(trip, 12, phone=PHONE)
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(sharing.update(sharing.TICKETS).values(may_walk=True, walk="arrived"))
    CACHE.clear()
    fail_hall(trip)
    rebalancing.rebalance({})
    assert "ticket.sent_walking" not in kinds_of(trip)
    assert {ticket_row(ticket).walk for ticket in waiting} == {"arrived"}
