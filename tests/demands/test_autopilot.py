"""What balancing does by itself is what the trip's coordinators let it do, within their limits."""

from datetime import UTC, datetime

import pytest

from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.core import clock, runtime
from deskops.core.errors import Forbidden, NotFound, StaleVersion
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.autopilot import USUAL, Autopilot, autopilot_of, versions
from deskops.demands.errors import ProposalsOver, UnknownVersion
from deskops.demands.load import CACHE
from deskops.demands.rules import DO, OFF, PROPOSE, RELABEL, WALK
from deskops.demands.services import proposals, rebalancing
from deskops.demands.services.autopilot import restore, set_autopilot
from tests.demands.counter import kinds_of, sit_down, somebody, ticket_row
from tests.demands.moving import (
    acts_of,
    answer,
    become,
    long_wait,
    proposed,
    set_modes,
    walkable,
    who_may_walk,
)
from tests.demands.offering import PHONE, full_hall, offer_row, texts
from tests.fixtures import Join
from tests.small_trip import SmallTrip

STAFF_MEMBER = Actor(7, grants=(Grant("staff"),), via="session")


@pytest.fixture(autouse=True)
def morning(trip: SmallTrip) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))


def held(trip: SmallTrip) -> Autopilot:
    with runtime.current().database.reading() as session:
        return autopilot_of(session, trip.id).autopilot


def walkers(tickets: list[int]) -> list[int]:
    return [ticket for ticket in tickets if ticket_row(ticket).walk == "under_way"]


# the settings


def test_without_settings_everything_is_as_the_rule_has_it(trip: SmallTrip) -> None:
    assert held(trip) == USUAL.autopilot
    with runtime.current().database.reading() as session, CACHE.held(session, trip.id) as known:
        assert known.load.policy == USUAL.autopilot.policy()
    assert (USUAL.autopilot.relabel, USUAL.autopilot.walk, USUAL.autopilot.offer) == (DO, DO, DO)
    assert USUAL.autopilot.staff == PROPOSE


def test_a_change_is_a_new_version_and_stands_in_the_journal(trip: SmallTrip) -> None:
    set_modes(trip, walk=OFF)
    set_modes(trip, walk=OFF, walks_per_desk=2)
    with runtime.current().database.reading() as session:
        assert [one.number for one in versions(session, trip.id, 9)] == [2, 1]
    assert acts_of(trip, "autopilot.changed")[0].payload["changed"] == {"walks_per_desk": [4, 2]}


def test_the_same_settings_make_no_new_version(trip: SmallTrip) -> None:
    set_modes(trip, walk=OFF)
    set_modes(trip, walk=OFF)
    assert kinds_of(trip).count("autopilot.changed") == 1


def test_an_older_version_is_taken_up_as_a_new_one(trip: SmallTrip) -> None:
    set_modes(trip, walk=OFF)
    with unit_of_work(SYSTEM) as uow:
        assert restore(uow, SYSTEM, trip.id, 0).number == 2
    assert held(trip) == USUAL.autopilot
    assert acts_of(trip, "autopilot.changed")[0].payload["restored"] == 0


def test_a_version_that_there_never_was_is_refused(trip: SmallTrip) -> None:
    with pytest.raises(UnknownVersion), unit_of_work(SYSTEM) as uow:
        restore(uow, SYSTEM, trip.id, 9)


def test_who_saw_an_older_version_is_told(trip: SmallTrip) -> None:
    set_modes(trip, walk=OFF)
    with pytest.raises(StaleVersion), unit_of_work(SYSTEM) as uow:
        set_autopilot(uow, SYSTEM, trip.id, Autopilot(), version=0)


def test_who_may_not_decide_changes_nothing(trip: SmallTrip) -> None:
    with pytest.raises(Forbidden), unit_of_work(SYSTEM) as uow:
        set_autopilot(uow, STAFF_MEMBER, trip.id, Autopilot(walk=OFF))
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        set_autopilot(uow, SYSTEM, 4711, Autopilot(walk=OFF))


def test_the_load_in_memory_follows_at_once(trip: SmallTrip) -> None:
    with runtime.current().database.reading() as session, CACHE.held(session, trip.id) as known:
        assert known.load.policy.rebalance_walks_per_desk == 4
    set_modes(trip, walks_per_desk=1, offer_minutes=20.0, walk_gain_minutes=9.0)
    with runtime.current().database.reading() as session, CACHE.held(session, trip.id) as known:
        policy = known.load.policy
    assert policy.rebalance_walks_per_desk == 1
    assert (policy.offer_limit_minutes, policy.rebalance_gain_minutes) == (20.0, 9.0)


# off


def test_labels_stay_where_the_tick_is_off_and_move_all_the_same_when_a_desk_fails(
    trip: SmallTrip, sign_in: Join
) -> None:
    set_modes(trip, relabel=OFF)
    sit_down(sign_in, trip, "a")
    waiting = [int(somebody(trip).ticket.id) for _ in range(4)]
    sit_down(sign_in, trip, "hall")
    rebalancing.rebalance({})
    assert {ticket_row(ticket).desk_id for ticket in waiting} == {trip.desks["a"]}
    become(trip, "a")
    assert {ticket_row(ticket).desk_id for ticket in waiting} == {trip.desks["hall"]}


def test_nobody_is_asked_to_walk_where_that_is_off_neither_at_registration(
    trip: SmallTrip, sign_in: Join
) -> None:
    set_modes(trip, walk=OFF)
    waiting = long_wait(trip, sign_in)
    rebalancing.rebalance({})
    late = int(somebody(trip, phone=PHONE, may_walk=True).ticket.id)
    assert walkers([*waiting, late]) == []


def test_nobody_is_offered_a_call_where_that_is_off_neither_at_registration(
    trip: SmallTrip, sign_in: Join
) -> None:
    set_modes(trip, offer=OFF)
    full_hall(sign_in, trip)
    made = somebody(trip, phone=PHONE)
    clock.advance(minutes=30)
    rebalancing.rebalance({})
    assert not made.offered
    assert "offer.made" not in kinds_of(trip)


# limits


def test_no_more_walk_to_one_desk_at_a_tick_than_the_limit(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walks_per_desk=1)
    waiting = long_wait(trip, sign_in)
    rebalancing.rebalance({})
    assert len(walkers(waiting)) == 1


def test_no_more_walk_in_an_hour_than_the_limit(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walks_an_hour=3)
    waiting = long_wait(trip, sign_in)
    rebalancing.rebalance({})
    assert len(walkers(waiting)) == 3
    clock.advance(minutes=5)
    rebalancing.rebalance({})
    assert len(walkers(waiting)) == 3


def test_the_oldest_go_first_within_the_limit(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walks_an_hour=1)
    waiting = long_wait(trip, sign_in)
    rebalancing.rebalance({})
    [one] = walkers(waiting)
    still = [ticket_row(ticket) for ticket in waiting if ticket != one and ticket_row(ticket).location]
    assert ticket_row(one).registered_at <= min(row.registered_at for row in still)


def test_none_walks_where_the_limit_is_none_an_hour(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walks_an_hour=0)
    waiting = long_wait(trip, sign_in)
    rebalancing.rebalance({})
    assert walkers(waiting) == []


def test_a_walk_must_gain_as_much_as_is_set(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walk_gain_minutes=240.0)
    waiting = long_wait(trip, sign_in)
    rebalancing.rebalance({})
    assert walkers(waiting) == []


def test_the_offer_comes_from_so_many_minutes_of_wait(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, offer_minutes=240.0)
    full_hall(sign_in, trip)
    assert not somebody(trip, phone=PHONE).offered


# proposals


def test_what_is_to_be_asked_first_is_proposed_and_done_with_whom_a_coordinator_says(
    trip: SmallTrip, sign_in: Join
) -> None:
    set_modes(trip, walk=PROPOSE)
    waiting = long_wait(trip, sign_in)
    rebalancing.rebalance({})
    assert walkers(waiting) == []
    offered = [one.ticket_id for one in proposed(trip, WALK)]
    assert len(offered) == 4
    assert answer(trip, proposals.accept, WALK, offered[:2]) == 2
    assert walkers(waiting) == offered[:2]
    assert [one.ticket_id for one in proposed(trip, WALK)] == offered[2:]
    assert "محل دوم" in texts()[-1][1]


def test_all_can_be_accepted_at_once(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walk=PROPOSE)
    waiting = long_wait(trip, sign_in)
    rebalancing.rebalance({})
    assert answer(trip, proposals.accept, WALK) == 4
    assert len(walkers(waiting)) == 4
    assert proposed(trip, WALK) == []


def test_labels_and_offers_can_be_proposed_too(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, relabel=PROPOSE, offer=PROPOSE)
    full_hall(sign_in, trip)
    ticket = int(somebody(trip, phone=PHONE).ticket.id)
    clock.advance(minutes=5)
    sit_down(sign_in, trip, "hall")
    rebalancing.rebalance({})
    assert offer_row(ticket) is None
    assert answer(trip, proposals.accept, RELABEL) == len(
        acts_of(trip, "balance.relabelled")[0].payload["moves"]
    )
    assert answer(trip, proposals.accept, "offer") > 0
    assert offer_row(ticket) is not None


def test_who_is_left_out_is_not_proposed_again(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walk=PROPOSE)
    long_wait(trip, sign_in)
    rebalancing.rebalance({})
    first = [one.ticket_id for one in proposed(trip, WALK)]
    assert answer(trip, proposals.refuse, WALK, first[:1]) == 1
    rebalancing.rebalance({})
    open_ones = [one.ticket_id for one in proposed(trip, WALK) if one.state == "open"]
    assert first[0] not in open_ones
    assert kinds_of(trip).count("balance.refused") == 1


def test_a_tick_takes_back_what_the_one_before_proposed(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walk=PROPOSE)
    long_wait(trip, sign_in)
    rebalancing.rebalance({})
    assert proposed(trip, WALK)
    set_modes(trip, walk=OFF)
    rebalancing.rebalance({})
    assert proposed(trip, WALK) == []


def test_what_can_not_be_done_any_more_is_refused_in_words(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walk=PROPOSE)
    waiting = long_wait(trip, sign_in)
    rebalancing.rebalance({})
    become(trip, "b")
    with pytest.raises(ProposalsOver):
        answer(trip, proposals.accept, WALK)
    assert walkers(waiting) == []
    with pytest.raises(ProposalsOver):
        answer(trip, proposals.refuse, "offer")


def test_staff_can_neither_accept_nor_refuse(trip: SmallTrip) -> None:
    for work in (proposals.accept, proposals.refuse):
        with pytest.raises(Forbidden), unit_of_work(SYSTEM) as uow:
            work(uow, STAFF_MEMBER, trip.id, WALK)


def test_another_trips_proposals_are_out_of_reach(trip: SmallTrip, sign_in: Join) -> None:
    set_modes(trip, walk=PROPOSE)
    waiting = long_wait(trip, sign_in)
    rebalancing.rebalance({})
    with pytest.raises(ProposalsOver), unit_of_work(SYSTEM) as uow:
        proposals.accept(uow, SYSTEM, trip.id + 1, WALK, waiting)


# acts, with their reasons


def test_every_act_tells_its_reason_and_its_gain(trip: SmallTrip, sign_in: Join) -> None:
    waiting = long_wait(trip, sign_in)
    rebalancing.rebalance({})
    [act] = acts_of(trip, "balance.walks_asked")
    assert act.payload["reason"] == "long_wait"
    moves = act.payload["moves"]
    assert {move[0] for move in moves} == set(walkers(waiting))
    assert all(move[7] >= 6 for move in moves)
    [failure] = acts_of(trip, "balance.handed_over")
    assert (failure.payload["reason"], failure.payload["at_desk_id"]) == ("desk_failed", trip.desks["hall"])


def test_a_walk_from_where_nobody_serves_has_no_gain_in_minutes(trip: SmallTrip, sign_in: Join) -> None:
    walkable(trip)
    sit_down(sign_in, trip, "a")
    waiting = who_may_walk(trip, 2)
    become(trip, "a")
    sit_down(sign_in, trip, "b")
    rebalancing.rebalance({})
    assert walkers(waiting) == waiting
    assert [move[7] for move in acts_of(trip, "balance.walks_asked")[0].payload["moves"]] == [None, None]
