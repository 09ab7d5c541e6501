"""The next hour or two in the large: waiting people as a fluid, served oldest first, at recent rates of arrival.

Rule F plays single people and knows no arrivals; for a question such as "what if a counter moved" the coming ones matter
more than who is next. Urgent, languages and bonus minutes are left out; they change who waits, hardly how many.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from deskops.balancing.load import Load
from deskops.balancing.projection import PlannedCount
from deskops.balancing.state import SECONDS_PER_MINUTE, Desk, Walk

HORIZON_MINUTES = 90.0
STEP_MINUTES = 5.0
_ROUNDS = 2
"""Turns that each desk gets in a step, so that the first in the list doesn't take all that is old."""

_NOTHING = 1e-9

Kind = tuple[int, int]
"""Place and topic."""


class Future(NamedTuple):
    """What would happen until the horizon. `person_minutes`: the sum of everybody's waiting; `oldest_minutes` by kind: how
    long the oldest still waiting then has waited; `waiting`: people waiting at the end.
    """

    person_minutes: float
    waiting: float
    oldest_minutes: dict[Kind, float]


def play(
    load: Load,
    now: float,
    rates: dict[Kind, float],
    planned: Iterable[PlannedCount] = (),
    horizon: float = HORIZON_MINUTES,
) -> Future:
    """Play from `now` (epoch seconds) with so many arrivals a minute of each kind."""
    queues = _queues(load, now, rates)
    desks = [_FluidDesk(load, desk.desk, desk.open_counters, queues) for desk in load.desks.values()]
    changes = deque(sorted(planned))
    total = minute = 0.0
    while minute < horizon:
        for kind, rate in rates.items():
            if rate > 0.0:
                queues[kind].append([minute, rate * STEP_MINUTES])
        _apply(changes, minute, desks)
        for desk in desks:
            desk.begin()
        for _ in range(_ROUNDS):
            for desk in desks:
                desk.serve(minute + STEP_MINUTES)
        minute += STEP_MINUTES
        total += STEP_MINUTES * sum(mass for queue in queues.values() for _, mass in queue)
    oldest = {kind: minute - queue[0][0] for kind, queue in queues.items() if queue}
    return Future(total, sum(mass for queue in queues.values() for _, mass in queue), oldest)


_Queue = deque[list[float]]
"""Cohorts of [minute of registration, people], oldest first."""


def _queues(load: Load, now: float, rates: dict[Kind, float]) -> dict[Kind, _Queue]:
    queues: dict[Kind, _Queue] = {kind: deque() for kind in rates}
    waiting = sorted(load.all_waiting(), key=lambda w: w.registered_at)
    for person in waiting:
        if person.walk is not Walk.UNDER_WAY:
            queue = queues.setdefault((person.place, person.topic_id), deque())
            age = (person.registered_at - now) / SECONDS_PER_MINUTE
            if queue and age - queue[-1][0] < STEP_MINUTES:
                queue[-1][1] += 1.0
            else:
                queue.append([age, 1.0])
    return queues


def _apply(changes: deque[PlannedCount], minute: float, desks: Sequence["_FluidDesk"]) -> None:
    while changes and changes[0].minutes <= minute:
        change = changes.popleft()
        for desk in desks:
            if desk.id == change.desk_id:
                desk.counters = change.counters


class _FluidDesk:
    def __init__(self, load: Load, desk: Desk, counters: int, queues: dict[Kind, _Queue]) -> None:
        self.id = desk.id
        self.counters = counters
        kinds = [(place, topic_id) for place in desk.places for topic_id in desk.speed]
        self._lines = [
            (queues[kind], load.mean_minutes(kind[1]) * desk.speed[kind[1]])
            for kind in kinds
            if kind in queues
        ]
        self._share = 0.0

    def begin(self) -> None:
        self._share = self.counters * STEP_MINUTES / _ROUNDS

    def serve(self, until: float) -> None:
        """Use one round's share of the step on whoever is oldest."""
        budget = self._share
        while budget > _NOTHING:
            oldest: _Queue | None = None
            per_person = 0.0
            for queue, minutes in self._lines:
                if queue and (oldest is None or queue[0][0] < oldest[0][0]):
                    oldest, per_person = queue, minutes
            if oldest is None or oldest[0][0] >= until:
                return
            served = min(oldest[0][1], budget / per_person)
            oldest[0][1] -= served
            budget -= served * per_person
            if oldest[0][1] <= _NOTHING:
                oldest.popleft()
