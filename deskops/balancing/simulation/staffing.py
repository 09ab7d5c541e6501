"""How many counters are open at each desk, and when: the plan, the moves, the failures."""

from collections.abc import Sequence
from typing import NamedTuple

from deskops.balancing.simulation.scenario import MINUTES_PER_DAY, CounterMove, Desk, DeskDown, Scenario


class Shift(NamedTuple):
    """From this minute on a desk's counters are the plan's `counters`, or `step` more or fewer than they were."""

    minute: float
    desk: int
    counters: int | None = None
    step: int = 0


class Failure(NamedTuple):
    """From this minute on a desk is down, or up again."""

    minute: float
    desk: int
    down: bool


def changes(scenario: Scenario) -> list[Shift | Failure]:
    """All that the scenario itself changes, in order; of one minute the plan comes first.

    A move lasts: later counts of the plan are taken with it. More leaving than there are leaves none.
    """
    found = [(shift.minute, 0, shift) for shift in _plan(scenario)]
    later: list[tuple[float, int, Shift | Failure]] = []
    for event in scenario.events:
        if isinstance(event, DeskDown):
            later.append((event.minute, 1, Failure(event.minute, event.desk, True)))
            end = event.minute + event.minutes
            later.append((end, 1, Failure(end, event.desk, False)))
        else:
            later.extend((shift.minute, 1, shift) for shift in move_shifts(event))
    return [change for _, _, change in sorted([*found, *later], key=lambda entry: entry[:2])]


def move_shifts(move: CounterMove) -> tuple[Shift, Shift]:
    """A move as what it does to the two desks."""
    arrival = move.minute + move.travel_minutes
    return Shift(move.minute, move.source, step=-1), Shift(arrival, move.target, step=1)


def pooled(scenario: Scenario) -> list[Shift | Failure]:
    """The same changes as one desk 0 with all the counters: what a pool of everybody has."""
    plan = [0] * len(scenario.desks)
    moved = [0] * len(scenario.desks)
    down = [False] * len(scenario.desks)
    index = {desk.id: number for number, desk in enumerate(scenario.desks)}
    found: list[Shift | Failure] = []
    for change in changes(scenario):
        number = index[change.desk]
        if isinstance(change, Failure):
            down[number] = change.down
        elif change.counters is not None:
            plan[number] = change.counters
        else:
            moved[number] += change.step
        open_counters = sum(0 if d else max(0, p + m) for p, m, d in zip(plan, moved, down, strict=True))
        found.append(Shift(change.minute, 0, counters=open_counters))
    return found


def one_desk(scenario: Scenario) -> tuple[Desk, ...]:
    """The desk 0 of the pool."""
    everything = {topic.id: 1.0 for topic in scenario.topics}
    return (Desk(0, scenario.hall, None, walk_in=True, calls=True, speed=everything, counters=()),)


def _plan(scenario: Scenario) -> Sequence[Shift]:
    return [
        Shift(day * MINUTES_PER_DAY + plan.minute, desk.id, counters=plan.counters)
        for day in range(scenario.days)
        for desk in scenario.desks
        for plan in desk.counters
    ]
