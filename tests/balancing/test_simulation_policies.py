"""The policies on days small enough to be worked out by hand."""

from dataclasses import replace
from typing import Any

import pytest

from deskops.balancing.simulation.drawing import draw
from deskops.balancing.simulation.plain import FixedMap
from deskops.balancing.simulation.policies import POLICIES, Play
from deskops.balancing.simulation.scenario import Person, Scenario
from tests.balancing.scenes import EIGHT, HALL, HOUSING, LOAN, PORT, caller, desk, document, scene, walk_in

PORT_LOANS, HALL_DESK, PHONES = 10, 20, 30
ONE = {"from": "08:00", "count": 1}


def play(policy: str, people: list[Person], seed: int = 1, **changes: Any) -> Play:
    return POLICIES[policy](scene(**changes), people, seed)


def waits(people: list[Person], played: Play) -> list[float | None]:
    return [
        played.passed[n].start - person.minute if n in played.passed else None
        for n, person in enumerate(people)
    ]


def two_desks(**facts: Any) -> dict[str, Any]:
    """A desk of loans in each of the two sites, one counter each."""
    return {
        "desks": [
            desk(number, site=site, own_topic=LOAN, speed={"0": 1.0}, counters=[ONE], **facts)
            for number, site in ((1, HALL), (2, PORT))
        ]
    }


def test_a_pool_serves_anybody_at_any_counter() -> None:
    people = [walk_in(500, 10, topic=HOUSING, site=PORT) for _ in range(7)]
    assert waits(people, play("pool", people)) == [0] * 6 + [10]


def test_the_same_speed_pool_is_slower_by_the_slowdown() -> None:
    people = [caller(500, 10) for _ in range(7)]
    assert waits(people, play("same-speed-pool", people)) == pytest.approx([0] * 6 + [11])


def test_by_the_fixed_map_calls_go_to_the_headquarters_and_the_halls_walk_ins_to_the_hall() -> None:
    people = [
        caller(500, topic=LOAN),
        walk_in(500, topic=LOAN, site=HALL),
        walk_in(500, topic=LOAN, site=PORT),
    ]
    passed = play("fixed-map", people).passed
    assert [passed[n].desk for n in range(3)] == [PHONES, HALL_DESK, PORT_LOANS]


def test_by_the_fixed_map_a_topic_without_a_desk_of_its_own_goes_to_any_that_is_competent() -> None:
    people = [walk_in(500, topic=HOUSING, site=PORT)]
    played = play("fixed-map", people)
    assert played.passed[0].desk == HALL_DESK
    assert (played.walked, waits(people, played)) == ({0}, [5.0])


def test_where_nobody_can_walk_the_fixed_map_has_nobody_for_them() -> None:
    people = [walk_in(500, topic=HOUSING, site=PORT)]
    assert play("fixed-map", people, walk={"minutes": None}).passed == {}


def test_of_equal_desks_the_fixed_map_draws_lots_by_the_seed() -> None:
    people = [caller(500) for _ in range(40)]
    maps = [FixedMap(scene(**two_desks()), people, seed) for seed in (1, 1, 2)]
    chosen = [[where(n) for n in range(40)] for where in maps]
    assert chosen[0] == chosen[1] != chosen[2]
    assert set(chosen[0]) == {1, 2}


def test_the_shortest_queue_is_counted_per_counter() -> None:
    many = [{"from": "08:00", "count": 4}]
    desks = two_desks()["desks"] + [desk(3, site=HALL, own_topic=LOAN, speed={"0": 1.0}, counters=many)]
    people = [caller(500 + n, 60) for n in range(12)]
    passed = play("shortest-queue", people, desks=desks).passed
    assert sorted(passed[n].desk for n in range(6)) == [1, 2, 3, 3, 3, 3]
    assert sorted(passed[n].desk for n in range(12)) == [1, 1, 2, 2] + [3] * 8


def test_least_wait_weighs_the_work_and_the_walk() -> None:
    people = [
        walk_in(500, 60, walk_minutes=5),
        walk_in(501, 10, walk_minutes=5),
        walk_in(502, 10, walk_minutes=30),
    ]
    played = play("least-wait", people, **two_desks())
    # The second walks 5 minutes rather than wait for the first's expected 18; 30 minutes are too far for the third.
    assert [played.passed[n].desk for n in range(3)] == [1, 2, 1]
    assert played.walked == {1}


@pytest.mark.parametrize("policy", ["shortest-queue", "least-wait"])
def test_a_desk_whose_last_counter_leaves_hands_its_people_over(policy: str) -> None:
    facts = two_desks()
    facts["desks"][0]["counters"].append({"from": "08:30", "count": 0})
    people = [caller(500, 20) for _ in range(4)]
    assert None not in waits(people, play(policy, people, **facts))


def test_late_binding_takes_whoever_waited_longest_of_place_and_phone() -> None:
    people = [walk_in(500, 10), caller(501, 10), walk_in(502, 10), caller(503, 5, urgent=True)]
    desks = [desk(1, site=HALL, own_topic=LOAN, speed={"0": 1.0}, counters=[ONE])]
    assert waits(people, play("late-binding", people, desks=desks)) == [0, 14, 23, 7]


def test_late_binding_lets_whoever_waited_longest_walk_to_a_free_counter() -> None:
    people = [walk_in(500, 60, site=HALL), walk_in(501, 60, site=HALL)]
    played = play("late-binding", people, **two_desks())
    assert (played.walked, waits(people, played)) == ({1}, [0, 5])


@pytest.mark.parametrize("policy", POLICIES)
def test_no_policy_makes_people_walk_where_nobody_can(policy: str) -> None:
    people = [walk_in(500, 60, site=HALL) for _ in range(4)]
    played = play(policy, people, walk={"minutes": None}, **two_desks(calls=False))
    assert not played.walked
    assert {event.desk for event in played.passed.values()} <= {0, 1}


def test_without_the_offer_nobody_accepts_it_and_with_it_walk_ins_do() -> None:
    people = draw(scene(load=1.3), 1)
    facts = {"load": 1.3, "offer": {"accept_share": 1.0}, "walk": {"minutes": None}}
    assert not play("rule", people, **facts).accepted
    assert play("rule-offer", people, **facts).accepted


@pytest.mark.parametrize("policy", POLICIES)
def test_a_play_is_repeated_to_the_letter(policy: str) -> None:
    people = draw(scene(load=1.1), 3)
    assert play(policy, people, load=1.1).passed == play(policy, people, load=1.1).passed


@pytest.mark.parametrize("policy", POLICIES)
def test_everybody_is_served_once_by_a_competent_desk_and_never_before_they_come(policy: str) -> None:
    played = scene()
    people = draw(played, 2)
    passed = POLICIES[policy](played, people, 1).passed
    assert len(passed) == len(people)
    speeds = {desk.id: desk.speed for desk in played.desks}
    for number, event in passed.items():
        assert event.start >= people[number].minute
        assert "pool" in policy or people[number].topic in speeds[event.desk]


@pytest.mark.parametrize("policy", POLICIES)
def test_no_policy_serves_more_at_once_than_there_are_counters(policy: str) -> None:
    counters = [{"from": "08:00", "count": 3}, {"from": "09:30", "count": 1}]
    desks = [one | {"counters": counters} for one in document()["desks"]]
    people = draw(scene(load=1.8, desks=desks), 4)
    passed = play(policy, people, load=1.8, desks=desks).passed
    ends = [(event.start + event.minutes, -1) for event in passed.values()]
    at_once = 0
    # Who is being served when the plan falls is served to the end.
    settled = 570 + max(event.minutes for event in passed.values())
    for minute, step in sorted([*ends, *((event.start, 1) for event in passed.values())]):
        at_once += step
        assert at_once <= (3 if minute > settled else 9)
    assert max(event.start for event in passed.values()) > settled


def renumbered(played: Scenario, people: list[Person]) -> tuple[Scenario, list[Person]]:
    """The same day with other ids and one site more, where nobody comes."""
    ids = {10: 907, 20: 3, 30: 55}
    desks = tuple(replace(d, id=ids[d.id], site=2 if d.site == PORT else d.site) for d in played.desks)
    moved = [p._replace(site=2) if p.site == PORT else p for p in people]
    return replace(played, desks=desks, sites=4), moved


@pytest.mark.parametrize("policy", ["pool", "fixed-map", "late-binding", "rule-full"])
def test_ids_of_desks_and_sites_may_be_any(policy: str) -> None:
    played = scene(load=1.1)
    people = draw(played, 5)
    other, moved = renumbered(played, people)
    first, second = POLICIES[policy](played, people, 1), POLICIES[policy](other, moved, 1)
    assert len(first.passed) == len(second.passed) == len(people)
    mean = [sum(e.start for e in one.passed.values()) / len(people) for one in (first, second)]
    assert mean[1] == pytest.approx(mean[0], abs=2.0)


def test_a_topic_nobody_is_competent_for_leaves_its_people_unserved_and_stops_nothing() -> None:
    able = [desk(1, site=HALL, own_topic=LOAN, speed={"0": 1.0})]
    people = [caller(EIGHT + 20, topic=HOUSING), caller(EIGHT + 21)]
    for policy in POLICIES:
        passed = play(policy, people, desks=able).passed
        assert 1 in passed
        assert (0 in passed) == ("pool" in policy)
