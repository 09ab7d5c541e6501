"""What was proposed minutes ago is done with nobody whom it no longer fits."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.errors import ProposalsOver
from deskops.demands.load import CACHE
from deskops.demands.rules import PROPOSE, RELABEL, WALK
from deskops.demands.services import offers, proposals, rebalancing
from deskops.demands.services.tickets import TICKETS
from tests.demands.counter import sit_down, ticket_row
from tests.demands.moving import answer, become, long_wait, proposed, set_modes
from tests.fixtures import Join
from tests.small_trip import SmallTrip


@pytest.fixture(autouse=True)
def morning(trip: SmallTrip) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))


def test_who_took_a_call_meanwhile_is_not_sent_to_another_site(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walk=PROPOSE)
    long_wait(trip, sign_in)
    rebalancing.rebalance({})
    first, second, *_ = [one.ticket_id for one in proposed(trip, WALK)]
    with unit_of_work(SYSTEM) as uow:
        offers.accept(uow, SYSTEM, trip.id, first)
    assert answer(trip, proposals.accept, WALK, [first, second]) == 1
    assert (ticket_row(first).location, ticket_row(first).walk) == (0, "none")
    assert ticket_row(second).walk == "under_way"


@pytest.mark.parametrize(("act", "topic"), [(WALK, "housing"), (RELABEL, "nobody")])
def test_nobody_gets_a_desk_that_does_not_do_what_they_are_about_by_now(
    trip: SmallTrip, sign_in: Join, act: str, topic: str
) -> None:
    set_modes(trip, **{act: PROPOSE})
    long_wait(trip, sign_in)
    if act == RELABEL:
        sit_down(sign_in, trip, "hall", 1)
        become(trip, "hall", "open")
    rebalancing.rebalance({})
    person = proposed(trip, act)[0].ticket_id
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(TICKETS).where(TICKETS.c.id == person).values(topic_id=trip.topics[topic]))
    CACHE.clear()
    before = ticket_row(person)
    with pytest.raises(ProposalsOver):
        answer(trip, proposals.accept, act, [person])
    assert ticket_row(person) == before


def test_who_can_not_walk_any_more_is_not_asked(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walk=PROPOSE)
    long_wait(trip, sign_in)
    rebalancing.rebalance({})
    person = proposed(trip, WALK)[0].ticket_id
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(TICKETS).where(TICKETS.c.id == person).values(may_walk=False))
    with pytest.raises(ProposalsOver):
        answer(trip, proposals.accept, WALK, [person])
