"""The next hour or two in the large: waiting people as a fluid, served oldest first, at recent rates of arrival.

Rule F plays single people and knows no arrivals; for a question such as "what if a counter moved" the coming ones matter
more than who is next. Urgent, languages and bonus minutes are left out; they change who waits, hardly how many.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from deskops.balancing.load import Load
from deskops.balancing.planned import PlannedCount
from deskops.balancing.state import SECONDS_PER_MINUTE, Desk, Walk

HORIZON_MINUTES = 90.0
STEP_MINUTES = 5.0
_ROUNDS = 2
"""Turns that each desk gets in a step, so that the first in the list doesn't take all that is old."""

_NOTHING = 1e-9

Kind = tuple[int, int]
"""Place and topic."""


class Arrivals(NamedTuple):
    """From this minute on, so many a minute of each kind."""

    minute: float
    rates: Mapping[Kind, float]


class Future(NamedTuple):
    """What would happen until the horizon; people are a fluid, so that counts are broken numbers.

    `person_minutes`: the sum of everybody's waiting; `waiting`: people waiting at the end; `oldest_minutes` by kind: how
    long the oldest still waiting then has waited; `lost_minutes` by desk: counter minutes that were idle, or went into
    serving slower than the topic's own desks do; `slow_minutes` by topic: the latter again.
    """

    person_minutes: float
    waiting: float
    oldest_minutes: dict[Kind, float]
    lost_minutes: dict[int, float]
    slow_minutes: dict[int, float]


@dataclass(frozen=True, slots=True)
class Question:
    """What is played: from which instant (epoch seconds), with which arrivals and planned counters, for how long.

    `carry_over`: whether those who wait now are there; tomorrow they won't be.
    """

    now: float
    arrivals: Sequence[Arrivals]
    planned: Sequence[PlannedCount] = ()
    minutes: float = HORIZON_MINUTES
    step: float = STEP_MINUTES
    carry_over: bool = True


def play(load: Load, question: Question) -> Future:
    """Play the question on the load's desks. O(steps · people served in a step · topics of a desk)."""
    queues = _queues(load, question)
    desks = [_FluidDesk(load, desk.desk, desk.open_counters, queues) for desk in load.desks.values()]
    changes = deque(sorted(question.planned))
    coming = deque(question.arrivals)
    rates: Mapping[Kind, float] = {}
    total = minute = 0.0
    while minute < question.minutes:
        while coming and coming[0].minute <= minute:
            rates = coming.popleft().rates
        for kind, rate in rates.items():
            if rate > 0.0:
                queues[kind].append([minute, rate * question.step])
        _apply(changes, minute, desks)
        _serve(desks, minute, question.step)
        minute += question.step
        total += question.step * _people(queues)
    slow: dict[int, float] = {}
    for desk in desks:
        for topic_id, minutes in desk.slow.items():
            slow[topic_id] = slow.get(topic_id, 0.0) + minutes
    oldest = {kind: minute - queue[0][0] for kind, queue in queues.items() if queue}
    return Future(total, _people(queues), oldest, {desk.id: desk.lost for desk in desks}, slow)


_Queue = deque[list[float]]
"""Cohorts of [minute of registration, people], oldest first."""


def _queues(load: Load, question: Question) -> dict[Kind, _Queue]:
    queues: dict[Kind, _Queue] = {kind: deque() for part in question.arrivals for kind in part.rates}
    if not question.carry_over:
        return queues
    for person in sorted(load.all_waiting(), key=lambda w: w.registered_at):
        if person.walk is not Walk.UNDER_WAY:
            queue = queues.setdefault((person.place, person.topic_id), deque())
            minute = (person.registered_at - question.now) / SECONDS_PER_MINUTE
            if queue and minute - queue[-1][0] < question.step:
                queue[-1][1] += 1.0
            else:
                queue.append([minute, 1.0])
    return queues


def _people(queues: Mapping[Kind, _Queue]) -> float:
    return sum(cohort[1] for queue in queues.values() for cohort in queue)


def _apply(changes: deque[PlannedCount], minute: float, desks: Sequence["_FluidDesk"]) -> None:
    while changes and changes[0].minutes <= minute:
        change = changes.popleft()
        for desk in desks:
            if desk.id == change.desk_id:
                desk.counters = change.counters


def _serve(desks: Sequence["_FluidDesk"], minute: float, step: float) -> None:
    for desk in desks:
        desk.budget = 0.0
    for _ in range(_ROUNDS):
        for desk in desks:
            desk.budget += desk.counters * step / _ROUNDS
            desk.serve(minute + step)
    for desk in desks:
        desk.lost += desk.budget


class _FluidDesk:
    __slots__ = ("_lines", "budget", "counters", "id", "lost", "slow")

    def __init__(self, load: Load, desk: Desk, counters: int, queues: Mapping[Kind, _Queue]) -> None:
        self.id = desk.id
        self.counters = counters
        self.budget = 0.0
        self.lost = 0.0
        self.slow: dict[int, float] = {}
        kinds = [(place, topic_id) for place in desk.places for topic_id in desk.speed]
        self._lines = [
            (queues[kind], load.mean_minutes(kind[1]), desk.speed[kind[1]], kind[1])
            for kind in kinds
            if kind in queues
        ]

    def serve(self, until: float) -> None:
        """Use the budget of counter minutes on whoever is oldest; what is left is for the next round."""
        while self.budget > _NOTHING:
            oldest: _Queue | None = None
            mean = speed = 0.0
            topic_id = -1
            for queue, minutes, factor, topic in self._lines:
                if queue and (oldest is None or queue[0][0] < oldest[0][0]):
                    oldest, mean, speed, topic_id = queue, minutes, factor, topic
            if oldest is None or oldest[0][0] >= until:
                return
            served = min(oldest[0][1], self.budget / (mean * speed))
            oldest[0][1] -= served
            self.budget -= served * mean * speed
            if speed > 1.0:
                slower = served * mean * (speed - 1.0)
                self.lost += slower
                self.slow[topic_id] = self.slow.get(topic_id, 0.0) + slower
            if oldest[0][1] <= _NOTHING:
                oldest.popleft()
