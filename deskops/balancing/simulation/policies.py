"""The policies by name, and one play of one of them."""

from collections.abc import Callable, Mapping, Set
from typing import NamedTuple

from deskops.balancing.simulation.engine import Floor, Passed
from deskops.balancing.simulation.late import LongestWait
from deskops.balancing.simulation.plain import Bound, FixedMap, Lists
from deskops.balancing.simulation.rule import Options, Rule
from deskops.balancing.simulation.scenario import Person, Scenario
from deskops.balancing.simulation.staffing import changes, one_desk, pooled


class Play(NamedTuple):
    """What one play came to. By indices of people: who was asked to walk (`walked`), and of these who after a first desk was
    given (`moved`); who took the offer (`accepted`); what each was told (`estimates`, minutes); who gave up waiting.
    """

    passed: Mapping[int, Passed]
    walked: Set[int] = frozenset()
    moved: Set[int] = frozenset()
    accepted: Set[int] = frozenset()
    gave_up: Set[int] = frozenset()
    estimates: Mapping[int, float] | None = None
    staff_moves: int = 0


Policy = Callable[[Scenario, list[Person], int], Play]
"""Plays everybody of a trace; the seed is that of the lots that the policy draws, not of the trace."""


def _pool(scenario: Scenario, people: list[Person], factor: float) -> Play:
    floor = Floor(one_desk(scenario), people, Lists(lambda _: 0, lambda _, __: factor))
    return Play(floor.play(pooled(scenario)), gave_up=floor.gave_up)


def _full_speed_pool(scenario: Scenario, people: list[Person], _: int) -> Play:
    return _pool(scenario, people, 1.0)


def _same_speed_pool(scenario: Scenario, people: list[Person], _: int) -> Play:
    return _pool(scenario, people, scenario.reference_slowdown)


def _plain(scenario: Scenario, people: list[Person], strategy: Lists | LongestWait) -> Play:
    floor = Floor(scenario.desks, people, strategy)
    passed = floor.play(changes(scenario))
    return Play(passed, walked=strategy.walked, gave_up=floor.gave_up)


def _fixed_map(scenario: Scenario, people: list[Person], seed: int) -> Play:
    desks = {desk.id: desk for desk in scenario.desks}
    where = FixedMap(scenario, people, seed)
    lists = Lists(where, lambda desk, topic: desks[desk].speed[topic], lambda desk: desks[desk].site)
    return _plain(scenario, people, lists)


def _shortest_queue(scenario: Scenario, people: list[Person], seed: int) -> Play:
    return _plain(scenario, people, Bound(scenario, people, seed, by_wait=False))


def _least_wait(scenario: Scenario, people: list[Person], seed: int) -> Play:
    return _plain(scenario, people, Bound(scenario, people, seed, by_wait=True))


def _late_binding(scenario: Scenario, people: list[Person], _: int) -> Play:
    return _plain(scenario, people, LongestWait(scenario, people))


def _rule(options: Options) -> Policy:
    def play(scenario: Scenario, people: list[Person], seed: int) -> Play:
        rule = Rule(scenario, seed, options)
        floor = Floor(scenario.desks, people, rule)
        passed = floor.play(changes(scenario))
        return Play(
            passed,
            rule.walked,
            rule.moved,
            rule.accepted,
            floor.gave_up,
            rule.estimates,
            floor.moved_counters,
        )

    return play


POLICIES: dict[str, Policy] = {
    "pool": _full_speed_pool,
    "same-speed-pool": _same_speed_pool,
    "fixed-map": _fixed_map,
    "shortest-queue": _shortest_queue,
    "least-wait": _least_wait,
    "late-binding": _late_binding,
    "rule": _rule(Options(accept_share=0.0)),
    "rule-offer": _rule(Options()),
    "rule-advice": _rule(Options(accept_share=0.0, advises=True)),
    "rule-full": _rule(Options(advises=True)),
}
"""`pool` and `same-speed-pool` are limits, not policies that could be run. `rule`: A to C and F. `rule-offer`: D too.
`rule-full`: A to F, the advice on staff followed at once. `rule-advice`: A to C, E and F, nobody accepts the offer.
"""
