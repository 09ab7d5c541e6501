"""An act of balancing is taken back for whom nothing has happened to since; for others it says so."""

from datetime import UTC, datetime
from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.core import clock
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.demands import rules
from deskops.demands.errors import NotAnAct, NothingToTakeBack, OfferAnswered
from deskops.demands.services import offers, rebalancing, serving
from deskops.demands.services.taking_back import take_back
from tests.demands.counter import kinds_of, sit_down, somebody, ticket_row
from tests.demands.moving import acts_of, become, set_modes, some_walk
from tests.demands.offering import PHONE, full_hall, offer_row, texts
from tests.fixtures import Join
from tests.small_trip import SmallTrip


@pytest.fixture(autouse=True)
def morning(trip: SmallTrip) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))


def taken_back(trip: SmallTrip, kind: str, people: list[int] | None = None) -> int:
    """Take back the last act of a kind."""
    act = acts_of(trip, kind)[0]
    with unit_of_work(SYSTEM) as uow:
        return take_back(uow, SYSTEM, trip.id, act.sequence, people)


def relabelled(trip: SmallTrip, sign_in: Join) -> list[int]:
    """The tickets that the tick gave the hall, which had been with desk A."""
    sit_down(sign_in, trip, "a")
    waiting = [int(somebody(trip).ticket.id) for _ in range(4)]
    sit_down(sign_in, trip, "hall")
    rebalancing.rebalance({})
    return [ticket for ticket in waiting if ticket_row(ticket).desk_id == trip.desks["hall"]]


def offered(trip: SmallTrip, sign_in: Join) -> int:
    """A ticket that was offered a call at the tick."""
    set_modes(trip, offer="off")
    full_hall(sign_in, trip)
    ticket = int(somebody(trip, phone=PHONE).ticket.id)
    set_modes(trip)
    clock.advance(minutes=5)
    rebalancing.rebalance({})
    return ticket


# a walk


def test_who_was_asked_to_walk_stays_where_they_are_with_the_age_they_have(
    trip: SmallTrip, sign_in: Join
) -> None:
    walkers = some_walk(trip, sign_in)
    before = [ticket_row(ticket) for ticket in walkers]
    assert taken_back(trip, "balance.walks_asked") == len(walkers)
    after = [ticket_row(ticket) for ticket in walkers]
    assert {(row.location, row.walk, row.desk_id) for row in after} == {
        (trip.sites["one"], "none", trip.desks["a"])
    }
    assert [(r.registered_at, r.number) for r in after] == [(r.registered_at, r.number) for r in before]
    assert "بمانید" in texts()[-1][1]


def test_one_of_several_is_taken_back_alone(trip: SmallTrip, sign_in: Join) -> None:
    first, *others = some_walk(trip, sign_in)
    assert taken_back(trip, "balance.walks_asked", [first]) == 1
    assert ticket_row(first).walk == "none"
    assert {ticket_row(ticket).walk for ticket in others} == {"under_way"}


def test_who_was_told_to_stay_is_not_asked_again(trip: SmallTrip, sign_in: Join) -> None:
    first = some_walk(trip, sign_in)[0]
    taken_back(trip, "balance.walks_asked", [first])
    clock.advance(minutes=5)
    rebalancing.rebalance({})
    assert ticket_row(first).walk == "none"


def test_who_is_there_already_can_not_be_called_back(trip: SmallTrip, sign_in: Join) -> None:
    first = some_walk(trip, sign_in)[0]
    with unit_of_work(SYSTEM) as uow:
        serving.arrive(uow, SYSTEM, trip.id, first)
    with pytest.raises(NothingToTakeBack):
        taken_back(trip, "balance.walks_asked", [first])


def test_who_stays_is_called_at_once_where_a_counter_stands_ready(trip: SmallTrip, sign_in: Join) -> None:
    first = some_walk(trip, sign_in)[0]
    become(trip, "hall", "open")
    with unit_of_work(SYSTEM) as uow:
        for ticket in [row for row in _waiting_at_one(trip) if row != first]:
            serving.leave(uow, SYSTEM, trip.id, ticket)
    counter = sit_down(sign_in, trip, "a", 1)
    counter.act("next")
    assert taken_back(trip, "balance.walks_asked", [first]) == 1
    assert ticket_row(first).status == rules.CALLED


def _waiting_at_one(trip: SmallTrip) -> list[int]:
    rows = [ticket_row(number) for number in range(1, 12)]
    return [row.id for row in rows if row.location == trip.sites["one"] and row.status == rules.WAITING]


# a label


def test_a_label_goes_back_to_the_former_desk(trip: SmallTrip, sign_in: Join) -> None:
    moved = relabelled(trip, sign_in)
    assert taken_back(trip, "balance.relabelled") == len(moved)
    assert {ticket_row(ticket).desk_id for ticket in moved} == {trip.desks["a"]}
    told = acts_of(trip, "balance.taken_back")[0].payload
    assert (told["act"], len(told["moves"])) == ("balance.relabelled", len(moved))


def test_a_label_does_not_go_back_to_a_desk_that_takes_nobody(trip: SmallTrip, sign_in: Join) -> None:
    relabelled(trip, sign_in)
    become(trip, "a")
    with pytest.raises(NothingToTakeBack):
        taken_back(trip, "balance.relabelled")


def test_whose_desk_failed_can_not_be_put_back_before_it_works_again(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    ticket = int(somebody(trip).ticket.id)
    sit_down(sign_in, trip, "hall")
    become(trip, "a")
    with pytest.raises(NothingToTakeBack):
        taken_back(trip, "balance.handed_over")
    become(trip, "a", "open")
    assert taken_back(trip, "balance.handed_over") == 1
    assert ticket_row(ticket).desk_id == trip.desks["a"]


def test_who_had_no_desk_keeps_the_one_they_got(trip: SmallTrip, sign_in: Join) -> None:
    ticket = int(somebody(trip).ticket.id)
    sit_down(sign_in, trip, "a")
    assert ticket_row(ticket).desk_id == trip.desks["a"]
    with pytest.raises(NothingToTakeBack):
        taken_back(trip, "balance.handed_over")


def test_who_was_called_meanwhile_is_left_alone(trip: SmallTrip, sign_in: Join) -> None:
    moved = relabelled(trip, sign_in)
    for ticket in moved:
        with unit_of_work(SYSTEM) as uow:
            serving.leave(uow, SYSTEM, trip.id, ticket)
    with pytest.raises(NothingToTakeBack):
        taken_back(trip, "balance.relabelled")


def test_what_was_taken_back_is_not_taken_back_twice(trip: SmallTrip, sign_in: Join) -> None:
    relabelled(trip, sign_in)
    taken_back(trip, "balance.relabelled")
    with pytest.raises(NothingToTakeBack):
        taken_back(trip, "balance.relabelled")


# an offer


def test_an_offer_that_nobody_answered_is_withdrawn_and_they_read_so(trip: SmallTrip, sign_in: Join) -> None:
    ticket = offered(trip, sign_in)
    assert taken_back(trip, "balance.offers_made", [ticket]) == 1
    row = offer_row(ticket)
    assert row is not None
    assert row.state == rules.WITHDRAWN
    assert "offer.withdrawn" in kinds_of(trip)
    with pytest.raises(OfferAnswered), unit_of_work(SYSTEM) as uow:
        offers.accept(uow, SYSTEM, trip.id, ticket)


def test_an_offer_that_was_accepted_stands(trip: SmallTrip, sign_in: Join) -> None:
    ticket = offered(trip, sign_in)
    with unit_of_work(SYSTEM) as uow:
        offers.accept(uow, SYSTEM, trip.id, ticket)
    with pytest.raises(NothingToTakeBack):
        taken_back(trip, "balance.offers_made", [ticket])


def test_who_refused_has_nothing_to_be_taken_back(trip: SmallTrip, sign_in: Join) -> None:
    ticket = offered(trip, sign_in)
    with unit_of_work(SYSTEM) as uow:
        offers.refuse(uow, SYSTEM, trip.id, ticket)
    with pytest.raises(NothingToTakeBack):
        taken_back(trip, "balance.offers_made", [ticket])


# what is none


@pytest.mark.parametrize(("kind", "refused"), [("autopilot.changed", NotAnAct), ("ticket.called", NotAnAct)])
def test_what_is_no_act_of_balancing_is_refused(
    trip: SmallTrip, sign_in: Join, kind: str, refused: Any
) -> None:
    set_modes(trip, walk="off")
    counter = sit_down(sign_in, trip, "a")
    somebody(trip)
    counter.act("next")
    sequence = kinds_of(trip).index(kind) + 1
    with pytest.raises(refused), unit_of_work(SYSTEM) as uow:
        take_back(uow, SYSTEM, trip.id, sequence)


def test_what_never_happened_is_not_found(trip: SmallTrip) -> None:
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        take_back(uow, SYSTEM, trip.id, 4711)


def test_staff_take_nothing_back(trip: SmallTrip, sign_in: Join) -> None:
    relabelled(trip, sign_in)
    staff = Actor(7, grants=(Grant("staff"),), via="session")
    with pytest.raises(Forbidden), unit_of_work(SYSTEM) as uow:
        take_back(uow, staff, trip.id, acts_of(trip, "balance.relabelled")[0].sequence)
