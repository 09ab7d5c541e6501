"""Rule A: where a demand goes when it arrives."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.balancing.router import NOBODY, choose, least_cost
from deskops.balancing.state import PHONE, Arrival, Counter
from tests.balancing.trips import (
    AIRPORT,
    HALL,
    HOUSING,
    LOAN,
    PENSION,
    PORT,
    SITES,
    TOPIC_IDS,
    add_desk,
    add_waiting,
    trip,
    trips,
)

WALK_IN = Arrival(HALL, LOAN)
CALL = Arrival(PHONE, LOAN)


def test_a_free_counter_at_the_place_takes_the_person_at_once():
    load = trip()
    add_desk(load, 1, counters=4)
    add_desk(load, 2, counters=4, ready=1, busy=3)
    assert choose(load, WALK_IN) == (2, 200, False, 0.0)


def test_an_open_counter_that_asked_for_nobody_is_not_free():
    load = trip()
    add_desk(load, 1, counters=1)
    assert choose(load, WALK_IN) == (1, None, False, 0.0)


def test_a_free_counter_at_another_site_takes_calls_but_no_walk_ins():
    load = trip()
    add_desk(load, 1, site=HALL)
    add_desk(load, 2, site=AIRPORT, ready=1)
    load.put_walk(HALL, AIRPORT)
    assert choose(load, CALL).counter_id == 200
    assert choose(load, WALK_IN) == (1, None, False, 0.0)


def test_a_free_counter_that_does_not_know_the_topic_is_passed_by():
    load = trip()
    add_desk(load, 1, speed={HOUSING: 1.0}, ready=1)
    add_desk(load, 2, busy=1)
    assert choose(load, WALK_IN).desk_id == 2


@pytest.mark.parametrize("arrival, flag", [(CALL, "calls"), (WALK_IN, "walk_ins")])
def test_a_desk_gets_only_what_it_does(arrival, flag):
    load = trip()
    add_desk(load, 1, ready=1, **{flag: False})
    assert choose(load, arrival) == NOBODY


def test_among_free_counters_calls_go_to_the_headquarters_however_slow():
    load = trip()
    add_desk(load, 1, ready=1)
    add_desk(load, 2, ready=1, speed={LOAN: 1.3}, is_headquarters=True)
    assert choose(load, CALL).desk_id == 2


def test_among_free_counters_being_headquarters_is_nothing_to_a_walk_in():
    load = trip()
    add_desk(load, 1, ready=1)
    add_desk(load, 2, ready=1, speed={LOAN: 1.3}, is_headquarters=True)
    assert choose(load, WALK_IN).desk_id == 1


def test_among_free_counters_the_quickest_then_the_most_special_then_the_idlest_desk_wins():
    load = trip()
    add_desk(load, 1, ready=1, speed={LOAN: 1.05})
    add_desk(load, 2, ready=1, speed={LOAN: 1.0, HOUSING: 1.0})
    assert choose(load, WALK_IN).desk_id == 2
    add_desk(load, 3, ready=1, busy=1, counters=2)
    assert choose(load, WALK_IN).desk_id == 3
    add_desk(load, 4, ready=1, busy=1, counters=3)
    assert choose(load, WALK_IN).desk_id == 4


def test_full_equals_go_to_the_lower_id_so_that_processes_agree():
    load = trip()
    add_desk(load, 5, ready=2, counters=2)
    add_desk(load, 3, ready=2, counters=2)
    assert choose(load, WALK_IN) == (3, 300, False, 0.0)


def test_while_a_counter_is_left_over_nothing_is_to_wait_for():
    load = trip()
    add_desk(load, 1, counters=3, busy=1)
    add_waiting(load, 7, desk_id=1)
    assert choose(load, WALK_IN).expected_wait_minutes == 0.0
    add_waiting(load, 8, desk_id=1)
    assert choose(load, WALK_IN).expected_wait_minutes == 10.0


def test_the_least_work_per_counter_wins_not_the_shortest_queue():
    load = trip()
    add_desk(load, 1, counters=1, busy=1)
    add_desk(load, 2, counters=4, busy=4)
    add_waiting(load, 7, desk_id=2)
    assert choose(load, WALK_IN) == (2, None, False, 5.0)


def test_a_slow_desk_is_charged_its_extra_minutes():
    load = trip()
    add_desk(load, 1, counters=1, busy=1, speed={LOAN: 1.5})
    add_desk(load, 2, counters=1, busy=1)
    add_waiting(load, 7, desk_id=2, topic=PENSION)
    assert choose(load, WALK_IN).desk_id == 1
    load.put_desk(replace(load.desk(1).desk, speed={LOAN: 2.1}))
    assert choose(load, WALK_IN).desk_id == 2


def test_equal_costs_go_to_the_desk_with_less_taken_per_counter():
    load = trip()
    add_desk(load, 1, counters=2, busy=1)
    add_desk(load, 2, counters=4, busy=1)
    assert choose(load, WALK_IN).desk_id == 2


def crowded_hall_and_idle_airport(ahead: int, **facts):
    load = trip()
    add_desk(load, 1, site=HALL, busy=1)
    add_desk(load, 2, site=AIRPORT, **facts)
    load.put_walk(HALL, AIRPORT)
    for ticket_id in range(ahead):
        add_waiting(load, ticket_id, desk_id=1)
    return load


def test_nobody_is_asked_to_walk_for_less_than_walk_and_margin():
    load = crowded_hall_and_idle_airport(ahead=0)
    assert choose(load, WALK_IN) == (1, None, False, 10.0)


def test_a_walk_that_pays_is_asked_for_and_counts_as_waiting():
    load = crowded_hall_and_idle_airport(ahead=1)
    assert choose(load, WALK_IN) == (2, None, True, 5.5)


def test_at_a_busy_desk_the_wait_runs_while_the_person_walks():
    load = crowded_hall_and_idle_airport(ahead=1, busy=1)
    assert choose(load, WALK_IN) == (2, None, True, 10.0)


def test_who_may_not_walk_stays():
    load = crowded_hall_and_idle_airport(ahead=9)
    assert choose(load, replace(WALK_IN, may_walk=False)).desk_id == 1


def test_nobody_walks_where_the_pair_is_not_marked_walkable():
    load = crowded_hall_and_idle_airport(ahead=9)
    load.remove_walk(HALL, AIRPORT)
    assert choose(load, WALK_IN).desk_id == 1


def test_a_call_never_walks():
    load = crowded_hall_and_idle_airport(ahead=9)
    assert choose(load, CALL).walk is False


def test_a_desk_without_open_counters_takes_nobody():
    load = trip()
    add_desk(load, 1, counters=0)
    add_desk(load, 2, busy=1)
    for ticket_id in range(5):
        add_waiting(load, ticket_id, desk_id=2)
    assert choose(load, WALK_IN).desk_id == 2


def test_a_paused_desk_takes_nobody():
    load = trip()
    add_desk(load, 1, ready=1, open=False)
    assert choose(load, WALK_IN) == NOBODY


@pytest.mark.parametrize("arrival", [Arrival(HALL, PENSION), Arrival(PORT, LOAN), Arrival(HALL, 99)])
def test_who_has_no_candidate_goes_to_the_coordinators(arrival):
    load = trip()
    add_desk(load, 1, ready=1)
    assert choose(load, arrival) == NOBODY


def with_kurdish_at(load, desk_id, **state):
    load.put_counter(Counter(desk_id * 100 + 50, desk_id, open=True, languages=frozenset({"ku"}), **state))


def test_a_language_is_kept_to_counters_that_speak_it():
    load = trip()
    add_desk(load, 1, ready=1)
    add_desk(load, 2, ready=1)
    with_kurdish_at(load, 2, ready=True)
    assert choose(load, replace(WALK_IN, language="ku")).counter_id == 250


def test_a_person_waits_for_the_desk_that_speaks_rather_than_be_misunderstood_now():
    load = trip()
    add_desk(load, 1, ready=1)
    add_desk(load, 2, busy=1)
    with_kurdish_at(load, 2, busy=True)
    assert choose(load, replace(WALK_IN, language="ku")) == (2, None, False, 5.0)


def test_a_language_nobody_speaks_is_served_by_anyone():
    load = trip()
    add_desk(load, 1, ready=1)
    assert choose(load, replace(WALK_IN, language="ku")).counter_id == 100


def test_the_closed_desk_that_speaks_does_not_hold_people_up():
    load = trip()
    add_desk(load, 1, ready=1)
    add_desk(load, 2, open=False)
    with_kurdish_at(load, 2)
    assert choose(load, replace(WALK_IN, language="ku")).counter_id == 100


def reference(drawn, arrival):
    """The least (cost, taken per counter, id, walk) by the letter of the text, over the plain facts."""
    mean = {t.id: t.mean_minutes for t in drawn.topics}
    overall = sum(t.mean_minutes * t.share for t in drawn.topics) / sum(t.share for t in drawn.topics)
    costs = []
    for desk in drawn.desks:
        opened = [c for c in drawn.counters if c.desk_id == desk.id and c.open and desk.open]
        walk = drawn.walks.get(frozenset((arrival.place, desk.site_id)))
        here = desk.calls if arrival.place == PHONE else desk.walk_ins and desk.site_id == arrival.place
        there = desk.walk_ins and walk is not None and arrival.may_walk and not here
        if not opened or arrival.topic_id not in desk.speed or not (here or there):
            continue
        mine = [w for w in drawn.waiting if w.desk_id == desk.id]
        taken = sum(c.busy for c in opened) + len(mine)
        work = sum(mean[w.topic_id] * desk.speed.get(w.topic_id, 1.0) for w in mine)
        wait = 0.0 if taken < len(opened) else (work + overall) / len(opened)
        extra = (desk.speed[arrival.topic_id] - 1.0) * mean[arrival.topic_id]
        cost = (wait if here else max(wait, walk) + 5.0) + extra
        speaks = arrival.language == "fa" or any(arrival.language in c.languages for c in opened)
        costs.append((not speaks, round(cost, 6), taken / len(opened), desk.id, not here))
    speaking = [c for c in costs if not c[0]]
    return min((c[1:] for c in speaking or costs), default=None)


arrivals = st.builds(
    Arrival,
    place=st.sampled_from((PHONE, *SITES)),
    topic_id=st.sampled_from(TOPIC_IDS),
    language=st.sampled_from(["fa", "fa", "az"]),
    may_walk=st.booleans(),
)


@given(trips(), arrivals)
def test_the_provisional_desk_is_that_of_least_cost_by_the_letter(drawn, arrival):
    expected = reference(drawn, arrival)
    choice = least_cost(drawn.load(), arrival)
    if expected is None:
        assert choice == NOBODY
    else:
        assert (choice.desk_id, choice.walk) == (expected[2], expected[3])


@given(trips(), arrivals)
def test_a_counter_is_chosen_exactly_when_one_is_free_for_the_person(drawn, arrival):
    load = drawn.load()
    spoken = load.is_spoken(arrival.place, arrival.topic_id, arrival.language)
    choice = choose(load, arrival)
    able = {d.desk.id for d in load.serving(arrival.place, arrival.topic_id) if d.desk.open}
    free = {c.id for c in drawn.counters if c.free and c.desk_id in able}
    if spoken:
        free = {i for i in free if load.counter(i).speaks(arrival.language)}
    if choice.counter_id is None:
        assert not free or choice.walk
    else:
        assert choice.counter_id in free
        assert (choice.walk, choice.expected_wait_minutes) == (False, 0.0)
