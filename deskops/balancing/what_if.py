"""What if: counters that would close, come or go, and what that would do to the waits."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from deskops.balancing.fluid import Fluid, Future, Question, longest_wait
from deskops.balancing.load import Load
from deskops.balancing.planned import PlannedCount
from deskops.balancing.state import Kind

MOST_LOTS = 8
"""Into so many lots the counters of a site are cut at most; each goes where it helps most."""

TRIED = 3
"""Desks that are played for a lot: those under the most pressure, or the least where counters go."""


class Step(NamedTuple):
    """From this minute on so many counters more at a desk, or fewer."""

    minute: float
    desk_id: int
    counters: int


class Closing(NamedTuple):
    """From this minute on nobody serves at a desk."""

    minute: float
    desk_id: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What happens together to the counters that there are now; at a closed desk steps are of no consequence."""

    steps: tuple[Step, ...] = ()
    closings: tuple[Closing, ...] = ()

    def and_also(self, other: "Changes") -> "Changes":
        return Changes((*self.steps, *other.steps), (*self.closings, *other.closings))

    def with_steps(self, steps: Iterable[Step]) -> "Changes":
        return Changes((*self.steps, *steps), self.closings)

    @property
    def desk_ids(self) -> set[int]:
        return {step.desk_id for step in self.steps} | {closing.desk_id for closing in self.closings}

    def counters_at(self, count: int, desk_id: int, minute: float) -> int:
        """How many counters a desk that has `count` now has at a minute. What is taken from none leaves none."""
        if any(closing.desk_id == desk_id and closing.minute <= minute for closing in self.closings):
            return 0
        mine = (step.counters for step in self.steps if step.desk_id == desk_id and step.minute <= minute)
        return max(0, count + sum(mine))

    def plan(self, counts: Mapping[int, int]) -> list[PlannedCount]:
        """The counters of every desk from minute 0 on, given how many each has now."""
        planned = [PlannedCount(0.0, desk_id, count) for desk_id, count in counts.items()]
        for desk_id in sorted(self.desk_ids & counts.keys()):
            came = {step.minute for step in self.steps if step.desk_id == desk_id}
            shut = {closing.minute for closing in self.closings if closing.desk_id == desk_id}
            for minute in sorted(came | shut):
                count = self.counters_at(counts[desk_id], desk_id, minute)
                # One that is meant for now comes after what is there now.
                planned.append(PlannedCount(max(minute, _AT_ONCE), desk_id, count))
        return planned


_AT_ONCE = 1e-6


class WhatIf:
    """A trip's near future, to be played with one set of changes after another.

    `between` is called before each play: who has others to serve can do so then. The load may change meanwhile, since what
    is played was taken from it before; only means and speeds are read from it still.
    """

    def __init__(
        self,
        load: Load,
        question: Question,
        counts: Mapping[int, int] | None = None,
        between: Callable[[], object] = lambda: None,
    ) -> None:
        """`counts`: the counters of each desk at minute 0; without them those that are open in the load."""
        opened = {desk_id: known.open_counters for desk_id, known in load.desks.items()}
        self.counts = opened if counts is None else counts
        self._desks = {desk_id: known.desk for desk_id, known in load.desks.items()}
        self.question = question
        self._fluid = Fluid(load, question)
        self._between = between

    def play(self, changes: Changes) -> Future:
        self._between()
        return self._fluid.play(changes.plan(self.counts))

    def kinds(self, desk_id: int) -> list[Kind]:
        """What a desk could serve. Raises KeyError for one that isn't in the load."""
        desk = self._desks[desk_id]
        return [(place, topic_id) for place in desk.places for topic_id in desk.speed]

    def pressure(self, desk_id: int, future: Future) -> float:
        """The longest wait at the horizon among those whom the desk could serve."""
        return longest_wait(self._desks[desk_id], future.oldest_minutes)

    def shared_out(
        self, changes: Changes, desk_ids: Sequence[int], minute: float, counters: int
    ) -> list[Step]:
        """So many counters more among desks, or fewer, in lots: each where it helps most, or is missed least. Fewer than
        wanted where no more can be taken.
        """
        steps: list[Step] = []
        left = abs(counters)
        lot = -(-left // MOST_LOTS)
        while left > 0:
            so_far = changes.with_steps(steps)
            tried = self._lots(so_far, desk_ids, minute, min(lot, left), adds=counters > 0)
            if not tried:
                break
            steps.append(self._best(so_far, tried))
            left -= abs(steps[-1].counters)
        return steps

    def _lots(
        self, changes: Changes, desk_ids: Sequence[int], minute: float, size: int, *, adds: bool
    ) -> list[Step]:
        future = self.play(changes)
        pressed = sorted(
            desk_ids, key=lambda d: (-self.pressure(d, future) if adds else self.pressure(d, future), d)
        )
        if adds:
            return [Step(minute, desk_id, size) for desk_id in pressed[:TRIED]]
        there = {d: changes.counters_at(self.counts[d], d, minute) for d in pressed}
        return [Step(minute, d, -min(size, there[d])) for d in pressed if there[d] > 0][:TRIED]

    def _best(self, changes: Changes, steps: Sequence[Step]) -> Step:
        if len(steps) == 1:
            return steps[0]
        return min(steps, key=lambda step: self.play(changes.with_steps([step])).person_minutes)
