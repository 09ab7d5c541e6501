"""The load: folding facts into it, in any order and any number of times, gives one and the same state."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.balancing.errors import UnknownCounterError, UnknownDeskError, UnknownTicketError
from deskops.balancing.load import Load
from deskops.balancing.state import PHONE, Counter, Desk, Policy, Topic, Waiting, Walk
from tests.balancing.trips import (
    AIRPORT,
    HALL,
    HOUSING,
    LOAN,
    PENSION,
    add_desk,
    add_waiting,
    minutes_after_nine,
    trip,
    trips,
)


def work(load: Load, desk_id: int) -> float:
    return load.desks[desk_id].work_minutes(load.means, load.overall_mean)


def snapshot(load: Load) -> object:
    """All that the rules read."""
    desks = {
        i: (d.open_counters, d.busy, d.taken, work(load, i), d.free_counter(None), sorted(d.provisional))
        for i, d in load.desks.items()
    }
    queues = {
        (place, topic, queue.key): list(queue.entries)
        for place in (PHONE, 1, 2, 3)
        for topic in (LOAN, HOUSING, PENSION)
        for queue in load.queues.at(place, topic)
    }
    known = {queue.key: list(queue.entries) for i in load.desks for queue in load.queues.known_to(i)}
    people = sorted(load.all_waiting(), key=lambda w: w.ticket_id)
    return desks, queues, known, load.urgent_first(), load.waiting_count(), people


@given(trips())
def test_work_kept_along_the_way_equals_work_computed_anew(drawn):
    load = drawn.load()
    means = {topic.id: topic.mean_minutes for topic in drawn.topics}
    for desk in drawn.desks:
        mine = [w for w in drawn.waiting if w.desk_id == desk.id]
        expected = sum(means[w.topic_id] * desk.speed.get(w.topic_id, 1.0) for w in mine)
        assert work(load, desk.id) == pytest.approx(expected)


@given(trips(), st.randoms(use_true_random=False))
def test_the_order_of_events_leaves_no_trace(drawn, random):
    expected = snapshot(drawn.load())
    random.shuffle(drawn.waiting)
    random.shuffle(drawn.counters)
    assert snapshot(drawn.load()) == expected


@given(trips())
def test_folding_every_fact_twice_changes_nothing(drawn):
    load = drawn.load()
    once = snapshot(load)
    for topic in drawn.topics:
        load.put_topic(topic)
    for desk in drawn.desks:
        load.put_desk(desk)
    for counter in drawn.counters:
        load.put_counter(counter)
    for waiting in drawn.waiting:
        load.put_waiting(waiting)
    assert snapshot(load) == once


@given(trips(), st.data())
def test_who_comes_and_goes_leaves_the_load_as_it_was(drawn, data):
    load = drawn.load()
    before = snapshot(load)
    passing = data.draw(st.lists(st.sampled_from(drawn.waiting), unique=True)) if drawn.waiting else []
    for waiting in passing:
        load.remove_waiting(waiting.ticket_id)
    for waiting in passing:
        load.put_waiting(waiting)
    assert snapshot(load) == before


@given(trips(), st.data())
def test_people_set_aside_are_as_if_they_didnt_wait_and_are_back_afterwards(drawn, data):
    load = drawn.load()
    before = snapshot(load)
    ids = [waiting.ticket_id for waiting in load.all_waiting()]
    some = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    with load.without([*some, 10**9]):
        assert {waiting.ticket_id for waiting in load.all_waiting()} == set(ids) - set(some)
    assert snapshot(load) == before


def test_a_ticket_set_to_another_state_leaves_its_old_queue():
    load = trip()
    add_desk(load, 1)
    call = replace(add_waiting(load, 7, desk_id=1), place=PHONE)
    load.put_waiting(call)
    assert list(load.queues.at(HALL, LOAN)) == []
    assert [queue.head[1] for queue in load.queues.at(PHONE, LOAN)] == [7]


def test_a_transferred_ticket_enters_the_queue_by_its_old_age():
    load = trip()
    add_waiting(load, 1, at=10)
    add_waiting(load, 2, at=20)
    old = add_waiting(load, 3, at=15, topic=HOUSING)
    load.put_waiting(replace(old, topic_id=LOAN))
    (queue,) = load.queues.at(HALL, LOAN)
    assert [ticket_id for _, ticket_id in queue.entries] == [1, 3, 2]


def test_who_walks_is_expected_at_the_desk_but_stands_in_no_queue():
    load = trip()
    add_desk(load, 1)
    add_waiting(load, 7, desk_id=1, walk=Walk.UNDER_WAY)
    assert load.desk(1).taken == 1
    assert list(load.queues.at(HALL, LOAN)) == []


def test_a_paused_desk_has_no_counters_and_gets_them_back():
    load = trip()
    add_desk(load, 1, counters=3, ready=1)
    paused = replace(load.desk(1).desk, open=False)
    load.put_desk(paused)
    assert (load.desk(1).open_counters, load.desk(1).has_free_counter()) == (0, False)
    load.put_desk(replace(paused, open=True))
    assert (load.desk(1).open_counters, load.desk(1).free_counter("fa")) == (3, 100)


def test_a_counter_moved_to_another_desk_leaves_the_first():
    load = trip()
    add_desk(load, 1, counters=2, ready=2)
    add_desk(load, 2, counters=0)
    load.put_counter(replace(load.counter(100), desk_id=2))
    assert (load.desk(1).open_counters, load.desk(2).open_counters) == (1, 1)
    assert (load.desk(1).free_counter(None), load.desk(2).free_counter(None)) == (101, 100)


def test_a_closed_counter_counts_neither_as_open_nor_as_busy():
    load = trip()
    add_desk(load, 1, counters=2, busy=2)
    load.put_counter(replace(load.counter(100), open=False))
    assert (load.desk(1).open_counters, load.desk(1).busy) == (1, 1)


def test_a_busy_counter_is_never_free_whatever_its_operator_asked_for():
    load = trip()
    add_desk(load, 1, counters=0)
    load.put_counter(Counter(100, 1, open=True, ready=True, busy=True))
    assert not load.desk(1).has_free_counter()


def test_a_removed_desk_leaves_its_people_to_the_coordinators():
    load = trip()
    add_desk(load, 1, counters=2)
    add_waiting(load, 8, desk_id=1)
    add_waiting(load, 7, desk_id=1)
    load.remove_desk(1)
    assert [w.ticket_id for w in load.provisional(None)] == [7, 8]
    assert load.counters == {}


def test_removing_what_is_gone_is_no_error():
    load = trip()
    load.remove_desk(1)
    load.remove_counter(100)
    load.remove_waiting(7)
    load.remove_walk(HALL, AIRPORT)
    assert load.waiting_count() == 0


def test_the_overall_mean_weighs_topics_as_they_come():
    load = Load()
    load.put_topic(Topic(LOAN, 10.0, share=3))
    load.put_topic(Topic(HOUSING, 20.0, share=1))
    assert load.overall_mean == 12.5


def test_until_a_mean_is_learned_the_policy_guesses_one():
    load = Load(Policy(unlearned_mean_minutes=6.0))
    assert load.mean_minutes(LOAN) == 6.0
    load.put_topic(Topic(HOUSING, 20.0))
    assert load.mean_minutes(LOAN) == 20.0


def test_a_newly_learned_mean_changes_the_work_of_those_who_already_wait():
    load = trip(mean=10.0)
    add_desk(load, 1, speed={LOAN: 1.5})
    add_waiting(load, 7, desk_id=1)
    assert work(load, 1) == 15.0
    load.put_topic(Topic(LOAN, 20.0))
    assert work(load, 1) == 30.0


def test_who_waits_at_a_desk_that_does_not_do_their_topic_counts_with_its_new_mean_too():
    load = trip(mean=10.0)
    add_desk(load, 1, speed={LOAN: 1.0})
    add_waiting(load, 7, topic=HOUSING, desk_id=1)
    assert work(load, 1) == 10.0
    load.put_topic(Topic(HOUSING, 20.0))
    assert work(load, 1) == 20.0


@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0.1, 90.0), st.floats(0.001, 5000.0)), min_size=1))
def test_the_overall_mean_is_the_same_whatever_was_believed_on_the_way(learned):
    taught, fresh = Load(), Load()
    for topic_id, mean, share in learned:
        taught.put_topic(Topic(topic_id, mean, share))
    for topic_id, mean, share in {one[0]: one for one in learned}.values():
        fresh.put_topic(Topic(topic_id, mean, share))
    assert taught.overall_mean == fresh.overall_mean


def test_a_new_overall_mean_is_in_the_expected_wait_of_every_desk():
    load = trip(mean=10.0)
    add_desk(load, 1, counters=1, busy=1)
    assert load.desks[1].expected_wait(load.means, load.overall_mean) == 10.0
    load.put_topic(Topic(HOUSING, 40.0))
    assert load.desks[1].expected_wait(load.means, load.overall_mean) == pytest.approx(20.0)


def test_people_are_listed_by_registration_whatever_their_bonus():
    load = trip()
    add_desk(load, 1)
    add_waiting(load, 7, at=0, desk_id=1)
    add_waiting(load, 8, at=5, desk_id=1, bonus_minutes=30.0)
    assert [w.ticket_id for w in load.provisional(1)] == [7, 8]


def test_a_walk_goes_both_ways_until_it_is_taken_back():
    load = trip()
    add_desk(load, 1, site=AIRPORT)
    load.put_walk(AIRPORT, HALL)
    assert [(away.desk.desk.id, away.minutes) for away in load.away(HALL, LOAN)] == [(1, 5.5)]
    load.remove_walk(HALL, AIRPORT)
    assert load.away(HALL, LOAN) == ()


def test_nobody_walks_to_a_desk_from_the_phone():
    load = trip()
    add_desk(load, 1, site=AIRPORT)
    load.put_walk(HALL, AIRPORT)
    assert load.away(PHONE, LOAN) == ()


def test_a_desk_that_learns_a_topic_serves_it_from_then_on():
    load = trip()
    add_desk(load, 1)
    assert load.serving(HALL, HOUSING) == ()
    load.put_desk(replace(load.desk(1).desk, speed={LOAN: 1.0, HOUSING: 1.2}))
    assert [desk.desk.id for desk in load.serving(HALL, HOUSING)] == [1]


def test_a_language_is_spoken_while_a_counter_that_speaks_it_is_open():
    load = trip()
    add_desk(load, 1)
    kurdish = Counter(199, 1, open=True, languages=frozenset({"ku"}))
    assert not load.is_spoken(HALL, LOAN, "ku")
    load.put_counter(kurdish)
    assert load.is_spoken(HALL, LOAN, "ku")
    assert not load.is_spoken(HALL, LOAN, "az")
    load.put_counter(replace(kurdish, open=False))
    assert not load.is_spoken(HALL, LOAN, "ku")


def test_a_counter_of_an_unknown_desk_is_refused_and_changes_nothing():
    load = trip()
    add_desk(load, 1)
    with pytest.raises(UnknownDeskError, match="desk 9"):
        load.put_counter(replace(load.counter(100), desk_id=9))
    assert load.counter(100).desk_id == 1


def test_a_ticket_for_an_unknown_desk_is_refused_and_changes_nothing():
    load = trip()
    waiting = add_waiting(load, 7)
    with pytest.raises(UnknownDeskError):
        load.put_waiting(replace(waiting, desk_id=9))
    with pytest.raises(UnknownDeskError):
        load.assign(7, 9)
    assert load.waiting(7) == waiting


def test_asking_for_the_unknown_is_refused_by_name():
    load = trip()
    with pytest.raises(UnknownTicketError, match="ticket 7"):
        load.waiting(7)
    with pytest.raises(UnknownTicketError):
        load.assign(7, None)
    with pytest.raises(UnknownCounterError, match="counter 5"):
        load.counter(5)
    with pytest.raises(UnknownDeskError):
        load.provisional(4)


@pytest.mark.parametrize("mean, share", [(0.0, 1.0), (-1.0, 1.0), (5.0, -0.1)])
def test_a_topic_without_time_or_with_a_negative_share_is_refused(mean, share):
    with pytest.raises(ValueError, match="topic 1"):
        Topic(LOAN, mean, share)


@pytest.mark.parametrize(
    "facts",
    [
        {"site_id": PHONE, "speed": {LOAN: 1.0}},
        {"site_id": HALL, "speed": {LOAN: 0.0}},
        {"site_id": HALL, "speed": {LOAN: 1.0}, "own_topics": frozenset({HOUSING})},
    ],
)
def test_an_impossible_desk_is_refused(facts):
    with pytest.raises(ValueError, match="desk 1"):
        Desk(1, **facts)


def test_ten_thousand_may_wait_in_one_queue():
    load = trip()
    for ticket_id in range(10_000):
        load.put_waiting(Waiting(ticket_id, HALL, LOAN, minutes_after_nine(-ticket_id)))
    (queue,) = load.queues.at(HALL, LOAN)
    assert queue.head[1] == 9_999
    load.remove_waiting(9_999)
    assert queue.head[1] == 9_998
