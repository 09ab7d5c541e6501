"""Counters that are imagined away or added, and the waits with and without them."""

import pytest

from deskops.balancing.fluid import Arrivals, Question
from deskops.balancing.planned import PlannedCount
from deskops.balancing.what_if import Changes, Closing, Step, WhatIf
from tests.balancing.trips import HALL, LOAN, NINE_O_CLOCK, add_desk, add_waiting, trip

LOANS = (HALL, LOAN)


def busy_hall(counters: int = 1) -> WhatIf:
    """One desk, and twice as many come as one counter can serve."""
    load = trip(mean=10.0)
    add_desk(load, 1, counters=counters)
    return playing(load)


def playing(load, per_minute: float = 0.2) -> WhatIf:
    question = Question(NINE_O_CLOCK, [Arrivals(0.0, {LOANS: per_minute})], looks=(30.0, 60.0, 90.0))
    return WhatIf(load, question)


def waiting_at(what_if: WhatIf, changes: Changes) -> list[float]:
    return [sum(look.waiting.values()) for look in what_if.play(changes).looks]


def test_without_changes_everything_goes_on():
    assert waiting_at(busy_hall(), Changes()) == [pytest.approx(3.0), pytest.approx(6.0), pytest.approx(9.0)]


def test_a_look_says_how_long_the_oldest_has_waited():
    load = trip(mean=10.0)
    add_desk(load, 1)
    add_waiting(load, 1, at=-20)
    looks = playing(load, 0.0).play(Changes(closings=(Closing(0.0, 1),))).looks
    assert [look.oldest_minutes[LOANS] for look in looks] == [50.0, 80.0, 110.0]


def test_a_counter_more_from_half_an_hour_on_stops_the_growth():
    found = waiting_at(busy_hall(), Changes((Step(30.0, 1, 1),)))
    assert found == [pytest.approx(3.0), pytest.approx(3.0), pytest.approx(3.0)]


def test_a_closed_desk_serves_nobody_whatever_is_added():
    closed = Changes((Step(0.0, 1, 5),), (Closing(30.0, 1),))
    assert waiting_at(busy_hall(counters=2), closed)[1:] == [pytest.approx(6.0), pytest.approx(12.0)]
    assert closed.counters_at(2, 1, 29.0) == 7
    assert closed.counters_at(2, 1, 30.0) == 0


def test_more_taken_than_there_is_leaves_none():
    assert Changes((Step(0.0, 1, -5),)).counters_at(2, 1, 0.0) == 0


def test_a_plan_says_every_desk_and_each_minute_that_changes_something():
    changes = Changes((Step(30.0, 1, 1), Step(60.0, 1, -2)), (Closing(90.0, 1),))
    assert changes.plan({1: 2, 2: 4})[:2] == [PlannedCount(0.0, 1, 2), PlannedCount(0.0, 2, 4)]
    assert changes.plan({1: 2, 2: 4})[2:] == [
        PlannedCount(30.0, 1, 3),
        PlannedCount(60.0, 1, 1),
        PlannedCount(90.0, 1, 0),
    ]


def test_a_change_at_once_comes_after_what_is_there_now():
    first, second = sorted(Changes((Step(0.0, 1, -1),)).plan({1: 2}))
    assert (first.counters, second.counters) == (2, 1)


def test_a_desk_that_the_load_lost_is_left_out_of_the_plan():
    assert Changes((Step(0.0, 7, 1),)).plan({1: 2}) == [PlannedCount(0.0, 1, 2)]


def test_two_sets_of_changes_hold_together():
    both = Changes((Step(0.0, 1, 1),)).and_also(Changes((Step(0.0, 1, 1),), (Closing(30.0, 2),)))
    assert both.counters_at(1, 1, 0.0) == 3
    assert both.desk_ids == {1, 2}


def test_counters_for_a_site_go_where_people_wait():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=1)
    add_desk(load, 2, speed={LOAN + 1: 1.0}, counters=1)
    what_if = playing(load)
    steps = what_if.shared_out(Changes(), [1, 2], 0.0, 2)
    assert {step.desk_id for step in steps} == {1}
    assert sum(step.counters for step in steps) == 2


def test_counters_leave_a_site_where_they_are_missed_least():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=2)
    add_desk(load, 2, speed={LOAN + 1: 1.0}, counters=2)
    steps = playing(load).shared_out(Changes(), [1, 2], 0.0, -2)
    assert {step.desk_id for step in steps} == {2}


def test_no_more_can_leave_a_site_than_are_there():
    steps = busy_hall(counters=2).shared_out(Changes(), [1], 0.0, -9)
    assert sum(step.counters for step in steps) == -2


def test_many_counters_go_in_lots():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=1)
    steps = playing(load, 5.0).shared_out(Changes(), [1], 0.0, 50)
    assert sum(step.counters for step in steps) == 50
    assert len(steps) <= 8


def test_whoever_asks_is_told_before_each_play():
    said = []
    load = trip()
    add_desk(load, 1)
    question = Question(NINE_O_CLOCK, [Arrivals(0.0, {})])
    WhatIf(load, question, between=lambda: said.append("a play")).play(Changes())
    assert said == ["a play"]
