"""A real call log as a scenario of one long day: its callers, and the servers who were really there.

Servers of the same types are a desk; one is there from a first call to a last with no pause of more than a quarter of an
hour. Callers whom the log answered stay as long as the most patient of them; one who hung up leaves after as long a wait
as in the log, and if answered before is served for the mean of their type, for nobody knows better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from deskops.balancing.simulation.engine import Passed
from deskops.balancing.simulation.policies import Play
from deskops.balancing.simulation.scenario import CounterPlan, Desk, Person, Scenario, Topic
from deskops.cli.replaying.by_rule import mean_service
from deskops.cli.replaying.calls import Call, Log, Odd
from deskops.cli.replaying.duty import competence, desks_of, shifts, worked

BREAK_SECONDS = 15 * 60.0
NOT_ODD_HERE = frozenset({"past_midnight"})
"""A remark on a row that is right all the same."""

_WORST_ESTIMATE = 0.1
"""Minutes: a type whose log knows no longer services still needs a mean above 0."""


class Played(NamedTuple):
    """A log ready to be played. `as_it_was`: what the log itself says became of these people."""

    scenario: Scenario
    people: list[Person]
    as_it_was: Play
    left_out: list[Odd]
    in_menu: int


def prepared(log: Log) -> Played:
    """Odd rows are left out, callers who got no further than the menu are counted. Raises ValueError where none is left."""
    left_out = [odd for odd in log.odd if odd.reason not in NOT_ODD_HERE]
    odd_lines = {odd.line for odd in left_out}
    sound = [call for call in log.calls if call.line not in odd_lines]
    calls = [call for call in sound if call.fate in {"answered", "hung_up"}]
    if not any(call.server for call in calls):
        raise ValueError("no call is left that a server answered")
    first = min(call.entered for call in calls)
    topics = {name: number for number, name in enumerate(sorted({call.type for call in calls}))}
    means = {name: max(seconds / 60, _WORST_ESTIMATE) for name, seconds in mean_service(calls).items()}
    people = _people(calls, topics, means, first)
    scenario = _scenario(calls, topics, means, first)
    return Played(scenario, people, _as_it_was(calls, people), left_out, len(sound) - len(calls))


def _people(
    calls: Sequence[Call], topics: dict[str, int], means: dict[str, float], first: float
) -> list[Person]:
    longest = max(call.begins - call.entered for call in calls if call.fate == "answered")
    return [
        Person(
            minute=(call.entered - first) / 60,
            topic=topics[call.type],
            is_call=True,
            site=None,
            urgent=call.urgent,
            service_minutes=call.service / 60 if call.fate == "answered" else means[call.type],
            no_show=False,
            walk_minutes=0.0,
            patience_minutes=(longest if call.fate == "answered" else call.ended - call.entered) / 60,
        )
        for call in calls
    ]


def _scenario(
    calls: Sequence[Call], topics: dict[str, int], means: dict[str, float], first: float
) -> Scenario:
    shares = Counter(call.type for call in calls)
    return Scenario(
        name="call log",
        days=1,
        opening=(0, 0),
        load=1.0,
        sites=1,
        hall=0,
        walk_minutes=None,
        topics=tuple(
            Topic(number, shares[name] / len(calls), means[name], means[name])
            for name, number in topics.items()
        ),
        desks=tuple(_desks(calls, topics, first)),
        events=(),
        reference_slowdown=1.0,
        accept_share=0.0,
        generator=None,
    )


def _desks(calls: Sequence[Call], topics: dict[str, int], first: float) -> Iterator[Desk]:
    duty = shifts(worked(calls), BREAK_SECONDS)
    for number, (types, servers) in enumerate(desks_of(competence(calls)).items()):
        there = [((one.begins - first) / 60, (one.ends - first) / 60) for one in duty if one.seat in servers]
        speed = {topics[name]: 1.0 for name in sorted(types)}
        yield Desk(number, 0, None, walk_in=False, calls=True, speed=speed, counters=_plan(there))


def _plan(intervals: Iterable[tuple[float, float]]) -> tuple[CounterPlan, ...]:
    """How many are there at once, from each instant at which that changes."""
    steps: Counter[float] = Counter()
    for begins, ends in intervals:
        steps[begins] += 1
        steps[ends] -= 1
    plan, there = [], 0
    for minute in sorted(steps):
        there += steps[minute]
        plan.append(CounterPlan(minute, there))
    return tuple(plan)


def _as_it_was(calls: Sequence[Call], people: Sequence[Person]) -> Play:
    passed = {
        number: Passed(people[number].minute + (call.begins - call.entered) / 60, 0, call.service / 60)
        for number, call in enumerate(calls)
        if call.fate == "answered"
    }
    return Play(passed, gave_up={n for n, call in enumerate(calls) if call.fate == "hung_up"})
