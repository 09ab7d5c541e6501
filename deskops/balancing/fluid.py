"""The next hour or two in the large: waiting people as a fluid, served oldest first, at recent rates of arrival.

Rule F plays single people and knows no arrivals; for a question such as "what if a counter moved" the coming ones matter
more than who is next. Urgent, languages and bonus minutes are left out; they change who waits, hardly how many.
"""

from collections import deque
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from deskops.balancing.desk_load import DeskLoad
from deskops.balancing.load import Load
from deskops.balancing.planned import PlannedCount
from deskops.balancing.state import SECONDS_PER_MINUTE, Desk, Kind, Walk

HORIZON_MINUTES = 90.0
STEP_MINUTES = 5.0
_ROUNDS = 2
"""Turns that each desk gets in a step, so that the first in the list doesn't take all that is old."""

_NOTHING = 1e-9

NOBODYS = -1
"""The part of the kinds that no desk serves."""


class Arrivals(NamedTuple):
    """From this minute on, so many a minute of each kind."""

    minute: float
    rates: Mapping[Kind, float]


class Look(NamedTuple):
    """The queues at a minute of the play: by kind the people waiting, and how long the oldest of them has waited."""

    minute: float
    waiting: dict[Kind, float]
    oldest_minutes: dict[Kind, float]


class Future(NamedTuple):
    """What would happen until the horizon; people are a fluid, so that counts are broken numbers.

    `person_minutes`: the sum of everybody's waiting; `waiting`: people waiting at the end; `oldest_minutes` by kind: how
    long the oldest still waiting then has waited; `lost_minutes` by desk: counter minutes that were idle, or went into
    serving slower than the topic's own desks do; `slow_minutes` by topic: the latter again. `looks`: those asked for.
    """

    person_minutes: float
    waiting: float
    oldest_minutes: dict[Kind, float]
    lost_minutes: dict[int, float]
    slow_minutes: dict[int, float]
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is played: from which instant (epoch seconds), with which arrivals and planned counters, for how long.

    `carry_over`: whether those who wait now are there; tomorrow they won't be. `looks`: minutes, rising, at which the queues
    are looked at.
    """

    now: float
    arrivals: Sequence[Arrivals]
    planned: Sequence[PlannedCount] = ()
    minutes: float = HORIZON_MINUTES
    step: float = STEP_MINUTES
    carry_over: bool = True
    looks: Sequence[float] = ()


def play(load: Load, question: Question) -> Future:
    """Play the question on the load's desks. O(steps · people served in a step · topics of a desk)."""
    return Fluid(load, question).play(question.planned)


class Fluid:
    """A question on a load, made ready once, to be played with one plan after another.

    Desks that could serve the same people, directly or through others, are one part: what changes in one part is of no
    consequence in another, and each can be played alone. The load must not change meanwhile.
    """

    def __init__(self, load: Load, question: Question) -> None:
        self._load = load
        self._question = question
        self._cohorts = _cohorts(load, question)
        served = _served_kinds(load, self._cohorts)
        self.part_of, part_of_kind = _parts(served)
        self._desks: dict[int, list[tuple[DeskLoad, list[Kind]]]] = {}
        for desk_id, kinds in served.items():
            self._desks.setdefault(self.part_of[desk_id], []).append((load.desks[desk_id], kinds))
        self._kinds: dict[int, list[Kind]] = {}
        for kind in self._cohorts:
            self._kinds.setdefault(part_of_kind.get(kind, NOBODYS), []).append(kind)
        self._arrivals = {part: _arrivals_of(question, kinds) for part, kinds in self._kinds.items()}

    def play(self, planned: Iterable[PlannedCount]) -> Future:
        """All parts."""
        plans = self.plans(planned)
        return whole(self.play_part(part, plans.get(part, ())) for part in self.parts)

    @property
    def parts(self) -> list[int]:
        return sorted(self._desks.keys() | self._kinds.keys())

    def plans(self, planned: Iterable[PlannedCount]) -> dict[int, list[PlannedCount]]:
        """A plan by the parts that it is of; desks that aren't in the load are left out."""
        plans: dict[int, list[PlannedCount]] = {}
        for change in planned:
            if change.desk_id in self.part_of:
                plans.setdefault(self.part_of[change.desk_id], []).append(change)
        return plans

    def play_part(self, part: int, planned: Iterable[PlannedCount]) -> Future:
        """One part, with what is planned of its desks."""
        minutes, step = self._question.minutes, self._question.step
        queues = {
            kind: deque([minute, people] for minute, people in self._cohorts[kind])
            for kind in self._kinds.get(part, ())
        }
        desks = [_FluidDesk(self._load, desk, kinds, queues) for desk, kinds in self._desks.get(part, ())]
        changes = deque(sorted(planned))
        coming = deque(self._arrivals.get(part, ()))
        ahead, looks = deque(self._question.looks), list[Look]()
        rates: Mapping[Kind, float] = {}
        total = minute = 0.0
        while minute < minutes:
            while coming and coming[0].minute <= minute:
                rates = coming.popleft().rates
            for kind, rate in rates.items():
                queues[kind].append([minute, rate * step])
            _apply(changes, minute, desks)
            _serve(desks, minute, step)
            minute += step
            total += step * _people(queues)
            if ahead and ahead[0] <= minute:
                looks.append(_look(ahead.popleft(), minute, queues))
        lost = {desk.id: desk.lost for desk in desks}
        return Future(total, _people(queues), _oldest(minute, queues), lost, _slow(desks), tuple(looks))


def whole(parts: Iterable[Future]) -> Future:
    """Futures of different parts as one."""
    person_minutes = waiting = 0.0
    oldest: dict[Kind, float] = {}
    lost: dict[int, float] = {}
    slow: dict[int, float] = {}
    looks: dict[float, Look] = {}
    for part in parts:
        person_minutes += part.person_minutes
        waiting += part.waiting
        oldest |= part.oldest_minutes
        lost |= part.lost_minutes
        for topic_id, minutes in part.slow_minutes.items():
            slow[topic_id] = slow.get(topic_id, 0.0) + minutes
        for look in part.looks:
            known = looks.get(look.minute, Look(look.minute, {}, {}))
            both = (known.waiting | look.waiting, known.oldest_minutes | look.oldest_minutes)
            looks[look.minute] = Look(look.minute, *both)
    return Future(person_minutes, waiting, oldest, lost, slow, tuple(looks.values()))


def longest_wait(desk: Desk, oldest_minutes: Mapping[Kind, float]) -> float:
    """The longest wait among those whom this desk could serve; 0 where nobody waits."""
    kinds = ((place, topic_id) for place in desk.places for topic_id in desk.speed)
    return max((oldest_minutes.get(kind, 0.0) for kind in kinds), default=0.0)


_Queue = deque[list[float]]
"""Cohorts of [minute of registration, people], oldest first."""


def _cohorts(load: Load, question: Question) -> dict[Kind, list[tuple[float, float]]]:
    """(minute of registration, people) of those who wait, by every kind that waits or comes."""
    cohorts: dict[Kind, list[tuple[float, float]]] = {
        kind: [] for part in question.arrivals for kind in part.rates
    }
    if not question.carry_over:
        return cohorts
    for person in sorted(load.all_waiting(), key=lambda w: w.registered_at):
        if person.walk is not Walk.UNDER_WAY:
            cohort = cohorts.setdefault((person.place, person.topic_id), [])
            minute = (person.registered_at - question.now) / SECONDS_PER_MINUTE
            if cohort and minute - cohort[-1][0] < question.step:
                cohort[-1] = (cohort[-1][0], cohort[-1][1] + 1.0)
            else:
                cohort.append((minute, 1.0))
    return cohorts


def _served_kinds(load: Load, kinds: Container[Kind]) -> dict[int, list[Kind]]:
    """What each desk could serve of these kinds."""
    return {
        desk_id: [
            (place, topic_id)
            for place in known.desk.places
            for topic_id in known.desk.speed
            if (place, topic_id) in kinds
        ]
        for desk_id, known in load.desks.items()
    }


def _parts(served: Mapping[int, Iterable[Kind]]) -> tuple[dict[int, int], dict[Kind, int]]:
    """The part of each desk, named by its first desk, and of each kind that somebody serves."""
    by_kind: dict[Kind, list[int]] = {}
    for desk_id, kinds in served.items():
        for kind in kinds:
            by_kind.setdefault(kind, []).append(desk_id)
    part_of: dict[int, int] = {}
    for first in served:
        reached = [] if first in part_of else [first]
        while reached:
            desk_id = reached.pop()
            if desk_id not in part_of:
                part_of[desk_id] = first
                reached += (beside for kind in served[desk_id] for beside in by_kind[kind])
    return part_of, {kind: part_of[desk_ids[0]] for kind, desk_ids in by_kind.items()}


def _arrivals_of(question: Question, kinds: Collection[Kind]) -> list[Arrivals]:
    return [
        Arrivals(part.minute, {kind: part.rates[kind] for kind in kinds if part.rates.get(kind, 0.0) > 0.0})
        for part in question.arrivals
    ]


def _slow(desks: Sequence["_FluidDesk"]) -> dict[int, float]:
    slow: dict[int, float] = {}
    for desk in desks:
        for topic_id, minutes in desk.slow.items():
            slow[topic_id] = slow.get(topic_id, 0.0) + minutes
    return slow


def _look(asked: float, minute: float, queues: Mapping[Kind, _Queue]) -> Look:
    waiting = {kind: sum(cohort[1] for cohort in queue) for kind, queue in queues.items() if queue}
    return Look(asked, waiting, _oldest(minute, queues))


def _oldest(minute: float, queues: Mapping[Kind, _Queue]) -> dict[Kind, float]:
    return {kind: minute - queue[0][0] for kind, queue in queues.items() if queue}


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

    def __init__(
        self, load: Load, known: DeskLoad, kinds: Iterable[Kind], queues: Mapping[Kind, _Queue]
    ) -> None:
        desk = known.desk
        self.id = desk.id
        self.counters = known.open_counters
        self.budget = 0.0
        self.lost = 0.0
        self.slow: dict[int, float] = {}
        self._lines = [
            (queues[kind], load.mean_minutes(kind[1]), desk.speed[kind[1]], kind[1]) for kind in kinds
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
