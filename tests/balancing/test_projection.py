"""Rule F: how long people will wait."""

from dataclasses import replace

import pytest
from hypothesis import given

from deskops.balancing.claim import best
from deskops.balancing.errors import UnknownDeskError
from deskops.balancing.planned import PlannedCount
from deskops.balancing.projection import (
    WaitRange,
    desk_estimates,
    estimate_wait,
    look_ahead,
    newcomer_wait,
    project,
    range_of,
)
from deskops.balancing.router import choose
from deskops.balancing.state import PHONE, Arrival, Counter, Walk
from tests.balancing.trips import (
    AIRPORT,
    HALL,
    HOUSING,
    LOAN,
    NINE_O_CLOCK,
    PENSION,
    add_desk,
    add_waiting,
    minutes_after_nine,
    trip,
    trips,
)


def set_serving(load, counter_id, *, since, topic=LOAN):
    """The counter has been serving since so many minutes after nine."""
    counter = replace(load.counter(counter_id), busy=True, ready=False)
    load.put_counter(replace(counter, serving_topic_id=topic, serving_since=minutes_after_nine(since)))


def test_people_are_served_one_mean_after_another():
    load = trip(mean=10.0)
    add_desk(load, 1)
    for ticket_id in (1, 2, 3):
        add_waiting(load, ticket_id)
    assert project(load, NINE_O_CLOCK) == {1: 0.0, 2: 10.0, 3: 20.0}


def test_a_slow_desk_takes_its_factor_longer():
    load = trip(mean=10.0)
    add_desk(load, 1, speed={LOAN: 1.5})
    for ticket_id in (1, 2):
        add_waiting(load, ticket_id)
    assert project(load, NINE_O_CLOCK) == {1: 0.0, 2: 15.0}


def test_all_desks_that_may_take_a_call_share_the_calls():
    load = trip(mean=10.0)
    add_desk(load, 1)
    add_desk(load, 2, site=AIRPORT, speed={LOAN: 1.2})
    for ticket_id in (1, 2, 3, 4):
        add_waiting(load, ticket_id, place=PHONE)
    assert project(load, NINE_O_CLOCK) == {1: 0.0, 2: 0.0, 3: 10.0, 4: 12.0}


def test_a_counter_that_serves_is_free_after_the_rest_of_a_mean():
    load = trip(mean=10.0)
    add_desk(load, 1)
    set_serving(load, 100, since=-3)
    add_waiting(load, 1)
    assert project(load, NINE_O_CLOCK) == {1: pytest.approx(7.0)}


def test_a_service_that_overran_is_not_over_at_once():
    load = trip(mean=10.0)
    add_desk(load, 1)
    set_serving(load, 100, since=-60)
    add_waiting(load, 1)
    assert project(load, NINE_O_CLOCK) == {1: pytest.approx(6.4)}


def test_a_service_of_unknown_kind_is_taken_for_a_mean_one():
    load = trip(mean=10.0)
    add_desk(load, 1, busy=1)
    add_waiting(load, 1)
    assert project(load, NINE_O_CLOCK) == {1: 10.0}


def test_closed_counters_and_paused_desks_serve_nobody():
    load = trip(mean=10.0)
    add_desk(load, 1)
    add_desk(load, 2, open=False)
    load.put_counter(Counter(101, 1, open=False, ready=True))
    for ticket_id in (1, 2):
        add_waiting(load, ticket_id)
    assert project(load, NINE_O_CLOCK) == {1: 0.0, 2: 10.0}


def test_who_can_not_be_served_or_still_walks_has_no_projected_wait():
    load = trip()
    add_desk(load, 1)
    add_waiting(load, 1, topic=PENSION)
    add_waiting(load, 2, walk=Walk.UNDER_WAY)
    assert project(load, NINE_O_CLOCK) == {}


def test_a_person_known_to_a_desk_is_served_once():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=2)
    add_waiting(load, 1, known_desk_id=1)
    add_waiting(load, 2)
    add_waiting(load, 3)
    assert project(load, NINE_O_CLOCK) == {1: 0.0, 2: 0.0, 3: 10.0}


def test_a_projection_changes_nothing():
    load = trip()
    add_desk(load, 1)
    add_waiting(load, 1)
    assert project(load, NINE_O_CLOCK) == project(load, NINE_O_CLOCK)
    assert load.waiting_count() == 1


def played_by_hand(load, urgent_first):
    """The same play with the real claim, person by person; it uses the load up. All counters start free."""
    free = sorted((0.0, c.id) for c in load.counters.values() if c.open and load.desk(c.desk_id).desk.open)
    load.urgent_first = lambda: urgent_first
    waits = {}
    while free:
        minutes, counter_id = free.pop(0)
        ticket_id = best(load, counter_id)
        if ticket_id is None:
            continue
        waits[ticket_id] = minutes
        topic_id = load.waiting(ticket_id).topic_id
        load.remove_waiting(ticket_id)
        desk = load.desk(load.counter(counter_id).desk_id).desk
        free = sorted([*free, (minutes + load.mean_minutes(topic_id) * desk.speed[topic_id], counter_id)])
    return waits


@given(trips())
def test_the_projection_is_the_claim_played_person_by_person(drawn):
    drawn.counters = [replace(counter, busy=False) for counter in drawn.counters]
    load = drawn.load()
    assert project(load, NINE_O_CLOCK) == pytest.approx(played_by_hand(drawn.load(), load.urgent_first()))


def test_who_can_be_served_now_is_told_no_wait():
    load = trip()
    add_desk(load, 1, ready=1)
    assert estimate_wait(load, choose(load, Arrival(HALL, LOAN))) == WaitRange(0, 0)


def test_a_wait_is_told_as_a_range_rounded_up():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=3, busy=3)
    add_waiting(load, 1, desk_id=1)
    choice = choose(load, Arrival(HALL, LOAN))
    assert choice.expected_wait_minutes == pytest.approx(20 / 3)
    assert estimate_wait(load, choice) == WaitRange(3, 11)


def test_the_range_holds_the_expected_wait_and_widens_with_it():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=2)
    widths = []
    for minutes in (0.0, 1.0, 7.5, 30.0, 120.0):
        low, high = range_of(load, 1, minutes)
        assert 0 <= low <= high
        assert minutes <= high
        widths.append(high - low)
    assert widths == sorted(widths)


def test_more_counters_make_the_range_narrower():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=1)
    add_desk(load, 2, counters=16)
    assert range_of(load, 2, 40.0).high < range_of(load, 1, 40.0).high


def test_a_range_at_an_unknown_desk_is_refused():
    with pytest.raises(UnknownDeskError):
        range_of(trip(), 9, 5.0)


def test_without_a_desk_no_wait_is_promised():
    load = trip()
    assert estimate_wait(load, choose(load, Arrival(HALL, LOAN))) is None
    assert estimate_wait(load, add_waiting(load, 1)) is None


def test_at_a_desk_that_closed_no_wait_is_promised():
    load = trip()
    add_desk(load, 1, open=False)
    assert estimate_wait(load, add_waiting(load, 1, desk_id=1)) is None


def test_a_waiting_person_is_told_only_of_those_before_them():
    load = trip(mean=10.0)
    add_desk(load, 1, busy=1)
    first, second, _ = [add_waiting(load, ticket_id, desk_id=1) for ticket_id in (1, 2, 3)]
    assert estimate_wait(load, first) == range_of(load, 1, 10.0)
    assert estimate_wait(load, second) == range_of(load, 1, 20.0)


def test_a_waiting_person_with_a_counter_left_over_is_told_no_wait():
    load = trip()
    add_desk(load, 1, counters=2, busy=1)
    assert estimate_wait(load, add_waiting(load, 1, desk_id=1)) == WaitRange(0, 0)


def test_the_wall_shows_the_last_of_each_desks_own():
    load = trip(mean=10.0)
    add_desk(load, 1)
    add_desk(load, 2, speed={HOUSING: 1.0})
    add_waiting(load, 1, desk_id=1)
    add_waiting(load, 2, desk_id=1)
    add_waiting(load, 3, desk_id=2, topic=HOUSING)
    assert desk_estimates(load, project(load, NINE_O_CLOCK)) == {1: 10.0, 2: 0.0}


def test_the_wall_shows_a_newcomers_wait_where_nobody_waits():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=2, busy=1)
    add_desk(load, 2, counters=2, busy=2)
    assert desk_estimates(load, {}) == {1: 0.0, 2: 5.0}


def test_the_wall_shows_no_estimate_of_a_desk_that_is_not_open():
    load = trip()
    add_desk(load, 1, open=False)
    add_desk(load, 2, counters=0)
    assert desk_estimates(load, {}) == {}


def test_a_newcomer_waits_until_a_counter_has_nobody_older():
    load = trip(mean=10.0)
    add_desk(load, 1)
    add_waiting(load, 1)
    add_waiting(load, 2)
    outlook = look_ahead(load, minutes_after_nine(10))
    assert outlook.newcomers[HALL, LOAN] == pytest.approx(20.0)
    assert outlook.waits == project(load, minutes_after_nine(10))


def test_newcomers_take_nobodys_time():
    load = trip(mean=10.0)
    add_desk(load, 1, speed={LOAN: 1.0, HOUSING: 1.0}, calls=False)
    outlook = look_ahead(load, NINE_O_CLOCK)
    assert outlook.newcomers == {(HALL, LOAN): 0.0, (HALL, HOUSING): 0.0}


def test_a_kind_that_nobody_serves_has_no_newcomers_wait():
    load = trip()
    add_desk(load, 1, calls=False)
    outlook = look_ahead(load, NINE_O_CLOCK)
    assert newcomer_wait(load, outlook, HALL, LOAN) == 0.0
    assert newcomer_wait(load, outlook, AIRPORT, LOAN) is None
    assert newcomer_wait(load, outlook, PHONE, LOAN, urgent=True) is None


def test_somebody_urgent_waits_for_the_first_counter_that_is_free():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=4, busy=4)
    for ticket_id in range(1, 21):
        add_waiting(load, ticket_id)
    add_waiting(load, 21, urgent=True)
    outlook = look_ahead(load, minutes_after_nine(30))
    assert newcomer_wait(load, outlook, HALL, LOAN, urgent=True) == pytest.approx(10.0 * 2 / 4)


def test_with_too_many_urgent_somebody_urgent_waits_like_others():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=4, busy=4)
    for ticket_id in range(1, 5):
        add_waiting(load, ticket_id, urgent=True)
    outlook = look_ahead(load, minutes_after_nine(30))
    assert newcomer_wait(load, outlook, HALL, LOAN, urgent=True) == outlook.newcomers[HALL, LOAN]


def test_a_shift_that_ends_makes_those_wait_longer_who_come_after():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=2)
    for ticket_id in range(1, 7):
        add_waiting(load, ticket_id)
    outlook = look_ahead(load, minutes_after_nine(30), [PlannedCount(15.0, 1, 1)])
    assert sorted(outlook.waits.values()) == [0.0, 0.0, 10.0, 10.0, 20.0, 30.0]


def test_a_shift_that_begins_helps_from_then_on():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=1)
    for ticket_id in range(1, 5):
        add_waiting(load, ticket_id)
    outlook = look_ahead(load, minutes_after_nine(30), [PlannedCount(5.0, 1, 2)])
    assert sorted(outlook.waits.values()) == [0.0, 5.0, 10.0, 15.0]


def test_while_nobody_is_there_yet_people_wait_for_the_shift_to_begin():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=0)
    add_waiting(load, 1)
    outlook = look_ahead(load, minutes_after_nine(30), [PlannedCount(25.0, 1, 1)])
    assert outlook.waits == {1: 25.0}
