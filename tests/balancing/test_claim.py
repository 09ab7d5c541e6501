"""Rule B: whom a counter that becomes free takes next."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.balancing.claim import best, order, rank
from deskops.balancing.errors import UnknownCounterError, UnknownDeskError
from deskops.balancing.state import PHONE, Counter, Topic, Walk
from tests.balancing.trips import AIRPORT, HOUSING, LOAN, PENSION, add_desk, add_waiting, trip, trips

COUNTER = 100
"""The one counter of desk 1."""


def hall(**facts):
    """Desk 1 in the hall, for loans and housing, neither its own."""
    load = trip()
    add_desk(load, 1, speed={LOAN: 1.0, HOUSING: 1.0}, **facts)
    return load


def add_crowd(load, count=30):
    """Enough people with nothing urgent, younger than all others, that urgent stays under a tenth."""
    for ticket_id in range(1000, 1000 + count):
        add_waiting(load, ticket_id)


def test_nobody_waiting_is_nobody_to_claim():
    assert best(hall(), COUNTER) is None
    assert rank(hall(), COUNTER) == []


def test_the_oldest_of_all_queues_goes_first():
    load = hall()
    add_waiting(load, 1, at=20)
    add_waiting(load, 2, at=10, topic=HOUSING)
    add_waiting(load, 3, at=15, place=PHONE)
    assert rank(load, COUNTER) == [2, 3, 1]


def test_only_the_heads_are_ranked():
    load = hall()
    add_waiting(load, 1, at=10)
    add_waiting(load, 2, at=11)
    add_waiting(load, 3, at=20, topic=HOUSING)
    assert rank(load, COUNTER) == [1, 3]


def test_after_a_miss_the_next_of_the_same_queue_is_found():
    load = hall()
    for ticket_id in (1, 2, 3):
        add_waiting(load, ticket_id)
    load.remove_waiting(best(load, COUNTER))
    assert best(load, COUNTER) == 2


def test_whose_provisional_desk_it_was_does_not_matter():
    load = hall()
    add_desk(load, 2)
    add_waiting(load, 1, desk_id=2)
    add_waiting(load, 2, desk_id=1)
    add_waiting(load, 3, desk_id=None, topic=HOUSING)
    assert rank(load, COUNTER) == [1, 3]


def test_equals_go_by_ticket():
    load = hall()
    add_waiting(load, 9, at=5)
    add_waiting(load, 8, at=5, topic=HOUSING)
    assert rank(load, COUNTER) == [8, 9]


def test_other_topics_and_other_sites_are_not_served():
    load = hall()
    add_waiting(load, 1, topic=PENSION)
    add_waiting(load, 2, place=AIRPORT)
    assert rank(load, COUNTER) == []


@pytest.mark.parametrize("flag, left", [("calls", [1]), ("walk_ins", [2])])
def test_a_desk_that_does_only_one_channel_takes_only_that(flag, left):
    load = hall(**{flag: False})
    add_waiting(load, 1)
    add_waiting(load, 2, place=PHONE)
    assert rank(load, COUNTER) == left


def test_who_walked_here_on_our_invitation_keeps_their_age_and_overtakes_nobody():
    load = hall()
    add_waiting(load, 1, at=0)
    add_waiting(load, 2, at=50, walk=Walk.ARRIVED)
    add_waiting(load, 3, at=90)
    assert best(load, COUNTER) == 1
    load.remove_waiting(1)
    assert best(load, COUNTER) == 2


def test_who_is_still_walking_is_not_called():
    load = hall()
    add_waiting(load, 1, at=0, walk=Walk.UNDER_WAY)
    add_waiting(load, 2, at=90)
    assert rank(load, COUNTER) == [2]


def test_urgent_goes_first_while_few_are_urgent():
    load = hall()
    add_crowd(load)
    add_waiting(load, 1, at=0)
    add_waiting(load, 2, at=5000, urgent=True)
    assert best(load, COUNTER) == 2


def test_when_a_tenth_is_urgent_it_only_counts_as_bonus_minutes():
    load = hall()
    add_waiting(load, 1, at=0)
    add_waiting(load, 2, at=31, urgent=True)
    assert best(load, COUNTER) == 1
    add_waiting(load, 3, at=29, urgent=True)
    assert best(load, COUNTER) == 3


def test_exactly_a_tenth_is_no_longer_few():
    load = hall()
    add_waiting(load, 1, at=5000, urgent=True)
    for ticket_id in range(2, 11):
        add_waiting(load, ticket_id, at=0)
    assert not load.urgent_first()
    add_waiting(load, 11, at=0)
    assert load.urgent_first()


@pytest.mark.parametrize("lead, first", [(3.4, 2), (3.6, 1)])
def test_the_desks_own_topic_is_worth_three_and_a_half_minutes(lead, first):
    load = hall(own_topics=frozenset({HOUSING}))
    add_waiting(load, 1, at=0, topic=LOAN)
    add_waiting(load, 2, at=lead, topic=HOUSING)
    assert best(load, COUNTER) == first


@pytest.mark.parametrize("lead, first", [(7.9, 2), (8.1, 1)])
def test_a_coordinators_priority_for_a_topic_is_worth_its_minutes(lead, first):
    load = hall()
    load.put_topic(Topic(HOUSING, 10.0, priority_minutes=8.0))
    add_waiting(load, 1, at=0, topic=LOAN)
    add_waiting(load, 2, at=lead, topic=HOUSING)
    assert best(load, COUNTER) == first


def test_a_tickets_own_bonus_brings_it_forward_within_its_queue():
    load = hall()
    add_waiting(load, 1, at=0)
    add_waiting(load, 2, at=9, bonus_minutes=10.0)
    assert best(load, COUNTER) == 2


def test_the_desk_that_knows_the_person_calls_them_sooner_than_others_do():
    load = hall()
    add_desk(load, 2)
    add_waiting(load, 1, at=0)
    add_waiting(load, 2, at=4, known_desk_id=2)
    assert rank(load, COUNTER) == [1]
    assert rank(load, 200) == [2, 1]


def test_the_known_person_is_named_once_though_heading_two_queues():
    load = hall()
    add_waiting(load, 1, known_desk_id=1)
    assert rank(load, COUNTER) == [1]
    load.remove_waiting(1)
    assert rank(load, COUNTER) == []


def kurdish(load, counter_id=150, desk_id=1):
    load.put_counter(Counter(counter_id, desk_id, open=True, languages=frozenset({"ku"})))
    return counter_id


def test_a_language_is_served_by_those_who_speak_it():
    load = hall()
    speaker = kurdish(load)
    add_waiting(load, 1, language="ku")
    add_waiting(load, 2)
    assert rank(load, COUNTER) == [2]
    assert rank(load, speaker) == [1, 2]


def test_a_language_nobody_on_duty_speaks_leaves_nobody_in_limbo():
    load = hall()
    speaker = kurdish(load)
    load.put_counter(replace(load.counter(speaker), open=False))
    add_waiting(load, 1, language="ku")
    assert rank(load, COUNTER) == [1]


def test_a_speaker_at_another_site_is_no_help_to_a_walk_in_but_is_to_a_call():
    load = hall()
    add_desk(load, 2, site=AIRPORT)
    kurdish(load, 250, desk_id=2)
    add_waiting(load, 1, language="ku")
    add_waiting(load, 2, language="ku", place=PHONE)
    assert rank(load, COUNTER) == [1]
    assert rank(load, 250) == [2]


def test_heads_read_from_the_database_are_ordered_by_the_same_rule():
    load = hall(own_topics=frozenset({HOUSING}))
    oldest = add_waiting(load, 1, at=0)
    own = add_waiting(load, 2, at=2, topic=HOUSING)
    walked = add_waiting(load, 3, at=50, walk=Walk.ARRIVED)
    assert order(load, 1, [oldest, own, walked]) == [own, oldest, walked]


def test_unknown_counters_and_desks_are_refused():
    with pytest.raises(UnknownCounterError):
        rank(hall(), 999)
    with pytest.raises(UnknownDeskError):
        order(hall(), 9, [])


def reference(drawn, counter):
    """All waiting that this counter may take, sorted by the letter of the rule, from the plain facts."""
    desk = next(d for d in drawn.desks if d.id == counter.desk_id)
    priority = {t.id: t.priority_minutes for t in drawn.topics}
    urgent_first = sum(w.urgent for w in drawn.waiting) < 0.1 * len(drawn.waiting)

    def serves(desk, w):
        here = desk.calls if w.place == PHONE else desk.walk_ins and desk.site_id == w.place
        return here and w.topic_id in desk.speed

    def spoken(w):
        on_duty = [
            c for d in drawn.desks if d.open and serves(d, w) for c in drawn.counters if c.desk_id == d.id
        ]
        return any(w.language in c.languages for c in on_duty if c.open)

    def may_take(w):
        understands = w.language == "fa" or w.language in counter.languages or not spoken(w)
        return serves(desk, w) and understands and w.walk is not Walk.UNDER_WAY

    def by_the_letter(w):
        bonus = w.bonus_minutes + priority[w.topic_id] + 3.5 * (w.topic_id in desk.own_topics)
        bonus += 5 * (w.known_desk_id == desk.id) + 30 * (w.urgent and not urgent_first)
        return (
            not (w.urgent and urgent_first),
            w.registered_at - 60 * bonus,
            w.ticket_id,
        )

    return [w.ticket_id for w in sorted(filter(may_take, drawn.waiting), key=by_the_letter)]


@given(trips())
def test_the_claim_is_that_of_sorting_everybody_who_waits(drawn):
    load = drawn.load()
    for counter in drawn.counters:
        expected = reference(drawn, counter)
        assert best(load, counter.id) == (expected[0] if expected else None)


@given(trips(), st.data())
def test_the_whole_ranking_keeps_the_order_of_sorting_everybody(drawn, data):
    counter = data.draw(st.sampled_from(drawn.counters))
    ranked = rank(drawn.load(), counter.id)
    assert ranked == [i for i in reference(drawn, counter) if i in set(ranked)]


@given(trips(), st.data())
def test_ordering_everybody_read_elsewhere_is_sorting_by_the_rule(drawn, data):
    counter = data.draw(st.sampled_from(drawn.counters))
    load = drawn.load()
    expected = reference(drawn, counter)
    heads = [load.waiting(i) for i in sorted(expected)]
    assert [w.ticket_id for w in order(load, counter.desk_id, heads)] == expected
