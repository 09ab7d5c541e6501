"""Rule E: which counters should move, and when nothing is advised."""

import pytest

from deskops.balancing.advice import Limits, advise, advise_tomorrow, moved_plan
from deskops.balancing.fluid import Arrivals, Question
from deskops.balancing.planned import PlannedCount
from deskops.balancing.state import PHONE
from tests.balancing.trips import (
    AIRPORT,
    HALL,
    HOUSING,
    LOAN,
    add_desk,
    add_waiting,
    minutes_after_nine,
    trip,
)

LIMITS = Limits()


def crowd_in_the_hall(spare=4, waiting=30):
    """Desk 1 in the hall has one counter and a crowd; desk 2 at the airport has `spare`, and nobody to serve."""
    load = trip(mean=10.0)
    add_desk(load, 1, counters=1, calls=False)
    add_desk(load, 2, speed={HOUSING: 1.0}, site=AIRPORT, counters=spare, calls=False)
    for number in range(waiting):
        add_waiting(load, number + 1, at=0)
    return load


def asked(at=20.0, per_minute=0.3, **facts):
    rates = {(HALL, LOAN): per_minute, (AIRPORT, HOUSING): 0.0}
    return Question(minutes_after_nine(at), [Arrivals(0.0, rates)], **facts)


def test_an_idle_counter_is_sent_to_where_people_wait():
    moves = advise(crowd_in_the_hall(), asked())
    assert {(move.source_id, move.target_id) for move in moves} == {(2, 1)}
    assert len(moves) == 3, "one of the four stays"


def test_what_it_saves_is_the_difference_of_the_two_futures():
    first = advise(crowd_in_the_hall(), asked())[0]
    saved = first.without.person_minutes - first.with_move.person_minutes
    assert first.gain_person_minutes == pytest.approx(saved)
    assert saved >= LIMITS.gain_person_minutes


def test_each_move_is_advised_in_sight_of_those_before():
    first, second, *_ = advise(crowd_in_the_hall(), asked())
    assert second.without == first.with_move


def test_while_nobody_has_waited_long_nothing_is_advised():
    load = crowd_in_the_hall()
    assert advise(load, asked(at=LIMITS.oldest_wait_minutes - 1)) == []
    assert advise(load, asked(at=LIMITS.oldest_wait_minutes + 1)) != []


def test_the_last_counter_of_a_desk_stays():
    assert advise(crowd_in_the_hall(spare=1), asked()) == []


def test_who_came_a_moment_ago_is_not_sent_on():
    load = crowd_in_the_hall(spare=3)
    assert len(advise(load, asked(), lately_moved={2: 1})) == 1
    assert advise(load, asked(), lately_moved={2: 2}) == []


def test_a_gain_too_small_for_the_way_is_not_advised():
    assert advise(crowd_in_the_hall(waiting=1), asked(per_minute=0.05)) == []


def test_at_most_so_many_move_at_once():
    moves = advise(crowd_in_the_hall(spare=20, waiting=80), asked(per_minute=2.0))
    assert sum(move.counters for move in moves) == LIMITS.at_once


def test_with_nobody_waiting_nothing_is_advised():
    load = trip()
    add_desk(load, 1)
    assert advise(load, asked()) == []


def test_a_moved_counter_is_missing_at_once_and_there_after_the_way():
    planned = [PlannedCount(0.0, 1, 3), PlannedCount(0.0, 2, 2)]
    assert sorted(moved_plan(planned, 1, 2, 1, 20.0)) == [
        PlannedCount(0.0, 1, 2),
        PlannedCount(0.0, 2, 2),
        PlannedCount(20.0, 2, 3),
    ]


def test_a_moved_counter_is_counted_in_what_is_planned_later():
    planned = [
        PlannedCount(0.0, 1, 3),
        PlannedCount(0.0, 2, 2),
        PlannedCount(60.0, 1, 1),
        PlannedCount(60.0, 2, 5),
    ]
    later = [change for change in moved_plan(planned, 1, 2, 1, 20.0) if change.minutes == 60.0]
    assert later == [PlannedCount(60.0, 1, 0), PlannedCount(60.0, 2, 6)]


def pool_and_specialists(pool=30, walk_ins=False):
    """Desk 9 does every call a quarter slower than desk 1, whose own topic it is, and which has one counter."""
    load = trip(mean=10.0)
    add_desk(load, 1, own_topics=frozenset({LOAN}))
    add_desk(load, 9, speed={LOAN: 1.25, HOUSING: 1.25}, site=AIRPORT, counters=pool, walk_ins=walk_ins)
    return load


def tomorrow(per_minute=3.0, pool=30):
    planned = [PlannedCount(0.0, 1, 1), PlannedCount(0.0, 9, pool)]
    return Question(0.0, [Arrivals(0.0, {(PHONE, LOAN): per_minute})], planned, minutes=240.0, step=10.0)


def test_for_tomorrow_counters_go_where_they_work_faster():
    moves = advise_tomorrow(pool_and_specialists(), tomorrow())
    assert {(move.source_id, move.target_id) for move in moves} == {(9, 1)}
    assert sum(move.counters for move in moves) <= LIMITS.share_for_tomorrow * 31


def test_for_tomorrow_a_small_desk_keeps_its_counters():
    small = LIMITS.stay_tomorrow
    assert advise_tomorrow(pool_and_specialists(small), tomorrow(pool=small)) == []


def test_for_tomorrow_nobody_leaves_a_desk_of_walk_ins():
    assert advise_tomorrow(pool_and_specialists(walk_ins=True), tomorrow()) == []


def test_a_quiet_day_needs_no_moves():
    assert advise_tomorrow(pool_and_specialists(), tomorrow(per_minute=0.1)) == []


def test_who_waits_tonight_does_not_count_for_tomorrow():
    load = pool_and_specialists()
    for number in range(50):
        add_waiting(load, number + 1, at=0, place=PHONE)
    assert advise_tomorrow(load, tomorrow(per_minute=0.1)) == []
