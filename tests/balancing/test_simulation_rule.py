"""The shipped rule as the simulator plays it, on days small enough to know the answer; and against oracles."""

from dataclasses import replace
from heapq import heapify, heapreplace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskops.balancing.simulation.engine import Floor
from deskops.balancing.simulation.policies import POLICIES, Play
from deskops.balancing.simulation.rule import Options, Rule
from deskops.balancing.simulation.scenario import CounterPlan, Person, Scenario
from deskops.balancing.simulation.staffing import changes
from tests.balancing.scenes import HALL, HOUSING, LOAN, PORT, caller, counter_desk, desk, scene, walk_in

ONE = {"from": "08:00", "count": 1}


def play(people: list[Person], options: Options | None = None, **changed: Any) -> tuple[Rule, Floor]:
    return played(scene(**changed), people, options)


def played(scenario: Scenario, people: list[Person], options: Options | None = None) -> tuple[Rule, Floor]:
    rule = Rule(scenario, 1, options)
    floor = Floor(scenario.desks, people, rule)
    floor.play(changes(scenario))
    return rule, floor


def two_sites(**facts: Any) -> list[dict[str, Any]]:
    return [
        desk(number, site=site, own_topic=LOAN, speed={"0": 1.0}, counters=[ONE], **facts)
        for number, site in ((1, HALL), (2, PORT))
    ]


def test_a_free_counter_at_the_place_takes_an_arrival_at_once() -> None:
    _, floor = play([walk_in(500)], desks=two_sites())
    assert (floor.passed[0].start, floor.passed[0].desk) == (500, 1)


def test_a_call_goes_to_the_headquarters_first() -> None:
    _, floor = play([caller(500)])
    assert floor.passed[0].desk == 30


def test_who_waits_longest_is_taken_wherever_they_were_given_a_desk() -> None:
    people = [walk_in(500, 20, walk_minutes=60), walk_in(501, 5), walk_in(502, 5)]
    _, floor = play(people, Options(accept_share=0.0), desks=two_sites(), walk={"minutes": None})
    assert [floor.passed[n].start for n in range(3)] == [500, 520, 525]


def test_whom_the_offer_reaches_is_served_by_phone_and_keeps_their_age() -> None:
    people = [walk_in(500, 30), walk_in(501, 30), walk_in(502, 5), walk_in(503, 5)]
    rule, floor = play(people, Options(accept_share=1.0), desks=two_sites(), walk={"minutes": None})
    assert rule.accepted
    assert 2 in {floor.passed[n].desk for n in rule.accepted}, "a desk they couldn't have walked to"
    starts = [floor.passed[n].start for n in sorted(rule.accepted)]
    assert starts == sorted(starts)


def test_nobody_is_asked_twice_whether_they_accept() -> None:
    people = [walk_in(500 + n, 30) for n in range(8)]
    rule, _ = play(people, Options(accept_share=0.0), desks=two_sites(), walk={"minutes": None})
    assert rule.asked and not rule.accepted


def test_who_walks_is_there_after_their_own_way() -> None:
    people = [walk_in(500, 60), walk_in(501, 10), walk_in(502, 10, walk_minutes=7)]
    rule, floor = play(people, Options(accept_share=0.0), desks=two_sites())
    assert rule.walked
    for person in rule.walked:
        assert floor.passed[person].start >= people[person].minute + people[person].walk_minutes


def test_a_failed_desks_people_are_served_by_the_other() -> None:
    down = {"type": "desk_down", "day": 1, "at": "08:30", "minutes": 120, "desk": 1}
    people = [caller(500, 20) for _ in range(4)]
    _, floor = play(people, desks=two_sites(), events=[down])
    assert len(floor.passed) == 4
    assert all(event.desk == 2 for event in floor.passed.values() if event.start > 510)


def test_everybody_who_waits_is_told_a_time_at_registration() -> None:
    people = [caller(500, 10) for _ in range(20)]
    rule, floor = play(people)
    queued = {n for n, event in floor.passed.items() if event.start > people[n].minute}
    assert queued
    assert queued <= rule.estimates.keys()
    assert all(rule.estimates[n] >= 0 for n in queued)


def test_of_a_topic_nobody_can_serve_nothing_is_told() -> None:
    rule, floor = play([walk_in(500, topic=HOUSING)], desks=two_sites())
    assert (floor.passed, rule.estimates) == ({}, {})


def test_a_caller_who_gives_up_leaves_the_list() -> None:
    people = [caller(500, 60), caller(500, 60), caller(501, 5, patience_minutes=3), caller(502, 5)]
    rule, floor = play(people, desks=two_sites())
    assert floor.gave_up == {2}
    assert rule.load.waiting_count() == 0
    assert floor.passed[3].start == 560


def test_advice_moves_counters_only_where_it_is_asked_for() -> None:
    many = [{"from": "08:00", "count": 6}]
    desks = [
        desk(1, site=HALL, own_topic=LOAN, speed={"0": 1.0}, counters=[ONE]),
        desk(2, site=PORT, own_topic=HOUSING, speed={"1": 1.0}, counters=many),
    ]
    people = [caller(490 + n / 2, 10) for n in range(200)]
    moved = [play(people, Options(advises=advises), desks=desks)[1] for advises in (False, True)]
    assert moved[0].moved_counters == 0 < moved[1].moved_counters
    ends = [max(event.start for event in floor.passed.values()) for floor in moved]
    assert ends[1] < ends[0]


days = st.lists(st.tuples(st.floats(0, 120), st.floats(0.5, 40)), min_size=1, max_size=40).map(sorted)


def kiefer_wolfowitz(people: list[Person], counters: int) -> list[float]:
    """When each is served if the first to come is the first to be taken, by the recursion on when counters are free."""
    free = [0.0] * counters
    heapify(free)
    starts = []
    for person in people:
        start = max(person.minute, free[0])
        heapreplace(free, start + person.service_minutes)
        starts.append(start)
    return starts


def one_desk_day(counters: int) -> Scenario:
    plan = (CounterPlan(0, counters),)
    return replace(
        scene(), desks=(replace(counter_desk(1, counters), counters=plan),), topics=scene().topics[:1]
    )


@settings(max_examples=40, deadline=None)
@given(days, st.integers(1, 4), st.sampled_from(sorted(POLICIES)))
def test_at_one_desk_every_policy_is_the_textbooks_queue(
    drawn: list[tuple[float, float]], counters: int, policy: str
) -> None:
    people = [caller(minute, minutes) for minute, minutes in drawn]
    slowed = [
        p._replace(service_minutes=p.service_minutes * (1.1 if policy == "same-speed-pool" else 1.0))
        for p in people
    ]
    passed = POLICIES[policy](one_desk_day(counters), people, 1).passed
    starts = sorted(passed[n].start for n in range(len(people)))
    assert starts == pytest.approx(sorted(kiefer_wolfowitz(slowed, counters)))


def test_a_play_counts_what_was_done() -> None:
    people = [walk_in(500 + n, 30) for n in range(8)]
    found = POLICIES["rule-offer"](scene(desks=two_sites(), offer={"accept_share": 1.0}), people, 1)
    assert isinstance(found, Play)
    assert found.accepted | found.walked
    assert found.moved <= found.walked
