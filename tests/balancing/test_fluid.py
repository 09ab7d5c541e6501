"""The next hours in the large: what the fluid says of queues whose answer can be computed by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskops.balancing.fluid import NOBODYS, Arrivals, Fluid, Question, play, whole
from deskops.balancing.planned import PlannedCount
from deskops.balancing.state import PHONE, Walk
from tests.balancing.trips import (
    AIRPORT,
    HALL,
    HOUSING,
    LOAN,
    NINE_O_CLOCK,
    PENSION,
    add_desk,
    add_waiting,
    trip,
)

LOANS_IN_THE_HALL = (HALL, LOAN)


def question(per_minute=0.0, *, kind=LOANS_IN_THE_HALL, **facts):
    return Question(NINE_O_CLOCK, [Arrivals(0.0, {kind: per_minute})], **facts)


def test_arrivals_that_the_counters_keep_up_with_leave_nobody_waiting():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=2)
    future = play(load, question(0.2))
    assert future.waiting == pytest.approx(0.0)
    assert future.lost_minutes[1] == pytest.approx(0.0)


def test_what_comes_beyond_the_counters_stays():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=1)
    future = play(load, question(0.3))
    assert future.waiting == pytest.approx(90 * (0.3 - 0.1))
    # The queue grows by a fifth of a person a minute, counted at the end of each step of 5 minutes.
    assert future.person_minutes == pytest.approx(sum(5 * 0.2 * minute for minute in range(5, 95, 5)))


def test_an_idle_counter_loses_its_minutes():
    load = trip()
    add_desk(load, 1, counters=3)
    assert play(load, question(0.1)).lost_minutes[1] == pytest.approx(2 * 90)


def test_slow_service_of_anothers_topic_is_lost_time():
    load = trip(mean=10.0)
    add_desk(load, 1, speed={LOAN: 1.25}, counters=1)
    future = play(load, question(1.0))
    assert future.slow_minutes == {LOAN: pytest.approx(90 * 0.2)}
    assert future.lost_minutes[1] == pytest.approx(90 * 0.2)


def test_those_who_wait_now_are_served_first():
    load = trip(mean=5.0)
    add_desk(load, 1, counters=1)
    for number in range(18):
        add_waiting(load, number + 1, at=-30)
    future = play(load, question(0.2))
    assert future.waiting == pytest.approx(18.0)
    assert future.oldest_minutes[LOANS_IN_THE_HALL] == pytest.approx(90.0)


def test_tomorrow_nobody_of_today_waits():
    load = trip(mean=5.0)
    add_desk(load, 1, counters=1)
    add_waiting(load, 1, at=-30)
    assert play(load, question(0.0, carry_over=False)).person_minutes == 0.0


def test_who_is_walking_is_not_there_yet():
    load = trip()
    add_waiting(load, 1, at=-30, walk=Walk.UNDER_WAY)
    assert play(load, question()).waiting == 0.0


def test_a_planned_end_of_a_shift_counts_from_its_minute_on():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=2)
    future = play(load, question(0.2, planned=[PlannedCount(45.0, 1, 1)]))
    assert future.waiting == pytest.approx(45 * 0.1)


def test_a_desk_serves_only_its_places_and_topics():
    load = trip()
    add_desk(load, 1, site=AIRPORT, counters=5, calls=False)
    add_desk(load, 2, speed={HOUSING: 1.0}, counters=5)
    assert play(load, question(0.1)).waiting == pytest.approx(9.0)
    assert play(load, question(0.1, kind=(PHONE, LOAN))).waiting == pytest.approx(9.0)
    assert play(load, question(0.1, kind=(PHONE, HOUSING))).waiting == pytest.approx(0.0)


def test_the_oldest_are_served_wherever_they_wait():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=1)
    add_waiting(load, 1, at=-60, place=PHONE)
    add_waiting(load, 2, at=-30)
    future = play(load, question(minutes=10.0))
    assert set(future.oldest_minutes) == {LOANS_IN_THE_HALL}


def test_rates_may_change_during_the_day():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=1)
    arrivals = [Arrivals(0.0, {LOANS_IN_THE_HALL: 1.0}), Arrivals(10.0, {LOANS_IN_THE_HALL: 0.0})]
    future = play(load, Question(NINE_O_CLOCK, arrivals, minutes=20.0))
    assert future.waiting == pytest.approx(10.0 - 2.0)


def two_provinces():
    """Desk 1 does loans in the hall, desk 2 housing at the airport; nobody can be served by both."""
    load = trip(mean=10.0)
    add_desk(load, 1, counters=1, calls=False)
    add_desk(load, 2, speed={HOUSING: 1.0}, site=AIRPORT, counters=2, calls=False)
    add_waiting(load, 1, at=-30)
    add_waiting(load, 2, at=-20, topic=HOUSING, place=AIRPORT)
    return load


def asked_of_both():
    return Question(NINE_O_CLOCK, [Arrivals(0.0, {LOANS_IN_THE_HALL: 0.3, (AIRPORT, HOUSING): 0.4})])


def test_desks_that_share_nobody_are_parts_of_their_own():
    load = two_provinces()
    assert Fluid(load, asked_of_both()).part_of == {1: 1, 2: 2}
    add_desk(load, 3, speed={HOUSING: 1.0}, calls=True)
    add_desk(load, 4, speed={HOUSING: 1.0, LOAN: 1.0}, walk_ins=False)
    assert Fluid(load, asked_of_both()).part_of == {1: 1, 2: 2, 3: 3, 4: 4}, "nobody calls about anything"
    add_waiting(load, 3, topic=HOUSING, place=PHONE)
    assert Fluid(load, asked_of_both()).part_of == {1: 1, 2: 2, 3: 3, 4: 3}


def test_what_is_planned_in_one_part_changes_nothing_in_another():
    fluid = Fluid(two_provinces(), asked_of_both())
    before = {part: fluid.play_part(part, ()) for part in fluid.parts}
    changed = fluid.play([PlannedCount(10.0, 2, 0)])
    assert changed.oldest_minutes[LOANS_IN_THE_HALL] == before[1].oldest_minutes[LOANS_IN_THE_HALL]
    assert changed.person_minutes > whole(before.values()).person_minutes
    assert changed.person_minutes - fluid.play_part(
        2, [PlannedCount(10.0, 2, 0)]
    ).person_minutes == pytest.approx(before[1].person_minutes)


def test_whoever_nobody_serves_waits_too():
    load = two_provinces()
    add_waiting(load, 9, at=-60, topic=PENSION)
    fluid = Fluid(load, asked_of_both())
    assert fluid.parts == [NOBODYS, 1, 2]
    assert fluid.play_part(NOBODYS, ()).waiting == 1.0
    assert fluid.play(()).oldest_minutes[HALL, PENSION] == pytest.approx(150.0)


@settings(max_examples=40)
@given(st.floats(0.01, 2.0), st.integers(1, 6), st.floats(1.0, 1.3))
def test_work_is_neither_lost_nor_made(per_minute, counters, speed):
    load = trip(mean=8.0)
    add_desk(load, 1, speed={LOAN: speed}, counters=counters)
    future = play(load, question(per_minute))
    came = 90 * per_minute
    served_minutes = (came - future.waiting) * 8.0
    assert served_minutes + future.lost_minutes[1] == pytest.approx(90 * counters, rel=1e-6)


def test_one_counter_more_never_makes_it_worse():
    for counters in range(1, 5):
        load = trip(mean=8.0)
        add_desk(load, 1, counters=counters)
        fewer = play(load, question(0.5))
        more = play(load, question(0.5, planned=[PlannedCount(0.0, 1, counters + 1)]))
        assert more.person_minutes <= fewer.person_minutes
