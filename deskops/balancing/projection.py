"""Rule F: how long people will wait, by playing rule B forward on mean times, or by closed form."""

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush, heapreplace
from math import ceil, sqrt
from typing import NamedTuple

from deskops.balancing.claim import queues_for, standing
from deskops.balancing.desk_load import DeskLoad
from deskops.balancing.load import Load
from deskops.balancing.planned import PlannedCount, Staffing
from deskops.balancing.queues import Queue
from deskops.balancing.router import Choice
from deskops.balancing.state import (
    DEFAULT_LANGUAGE,
    SECONDS_PER_MINUTE,
    Counter,
    Desk,
    Kind,
    QueueKey,
    Waiting,
)


class WaitRange(NamedTuple):
    """A wait as people are told it: whole minutes, rounded up."""

    low: int
    high: int


def estimate_wait(load: Load, expected: Choice | Waiting) -> WaitRange | None:
    """The range for somebody just given a desk (before they are put into the load), or for a waiting ticket.

    Closed form, for use at each registration. None where no desk or no open counter stands behind it.
    """
    if isinstance(expected, Choice):
        minutes = expected.expected_wait_minutes
    else:
        minutes = _remaining_wait(load, expected)
    if expected.desk_id is None or minutes is None:
        return None
    return range_of(load, expected.desk_id, minutes)


def range_of(load: Load, desk_id: int, minutes: float) -> WaitRange:
    """A wait at this desk (closed form or projected) as a range of one standard deviation to either side.

    About W·c/m̄ services pass before this person's, each varying by the policy's share of its mean, over c
    counters. Raises UnknownDeskError.
    """
    counters = max(1, load.desk(desk_id).open_counters)
    spread = load.policy.service_variation * sqrt(minutes * load.overall_mean / counters)
    return WaitRange(ceil(max(0.0, minutes - spread)), ceil(minutes + spread))


def _remaining_wait(load: Load, waiting: Waiting) -> float | None:
    desk = None if waiting.desk_id is None else load.desks.get(waiting.desk_id)
    if desk is None or not desk.open_counters:
        return None
    mine = (waiting.seniority, waiting.ticket_id)
    others = (load.waiting(i) for i in desk.provisional)
    ahead = [w.topic_id for w in others if (w.seniority, w.ticket_id) < mine]
    if desk.busy + len(ahead) < desk.open_counters:
        return 0.0
    work = sum(load.mean_minutes(topic_id) * desk.desk.speed.get(topic_id, 1.0) for topic_id in ahead)
    return (work + load.overall_mean) / desk.open_counters


class Outlook(NamedTuple):
    """What the projection of one instant (`at`, epoch seconds) says, in minutes from then.

    `waits` by ticket, without those still walking and those whom no open counter may take; `newcomers` by (place,
    topic) for whoever would come now, without the pairs that no open counter serves.
    """

    at: float
    waits: dict[int, float]
    newcomers: dict[Kind, float]


def look_ahead(load: Load, now: float, planned: Iterable[PlannedCount] = ()) -> Outlook:
    """Rule B played forward from `now` (epoch seconds), if nobody came but one newcomer of each kind, who costs nothing.

    Urgent stays as strict as it is at `now`. O((waiting + kinds of newcomers) · log queues).
    """
    play = _Play(load, now)
    _run(load, play, now, sorted(planned))
    return Outlook(now, play.waits, play.newcomers)


def newcomer_wait(
    load: Load, outlook: Outlook, place: int, topic_id: int, urgent: bool = False
) -> float | None:
    """Minutes that whoever came now would wait at this place; None where no open counter serves the topic there.

    While urgent goes strictly first, only the urgent are before them: of N busy counters one is free every mean/N.
    """
    if not urgent or not load.urgent_first():
        return outlook.newcomers.get((place, topic_id))
    counters = sum(desk.open_counters for desk in load.serving(place, topic_id))
    if not counters:
        return None
    ahead = sum(len(queue.entries) for queue in load.queues.at(place, topic_id) if queue.key.urgent)
    return load.mean_minutes(topic_id) * (ahead + 1) / counters


def project(load: Load, now: float) -> dict[int, float]:
    """The waits of `look_ahead`, without newcomers and plans."""
    play = _Play(load, None)
    _run(load, play, now, ())
    return play.waits


def _run(load: Load, play: "_Play", now: float, planned: Sequence[PlannedCount]) -> None:
    free = [
        (_minutes_until_free(load, counter, now), counter.id)
        for desk in load.desks.values()
        if desk.open_counters
        for counter in desk.counters.values()
        if counter.open
    ]
    heapify(free)
    staffing = Staffing(load, planned)
    while free or staffing.begins_later(free):
        minutes, counter_id = heappop(free)
        staffing.reach(minutes, free)
        counter = load.counters.get(counter_id) or staffing.extra[counter_id]
        if staffing.leaves(counter.desk_id):
            continue
        topic_id = play.claim(counter, minutes)
        if topic_id is not None:
            speed = load.desks[counter.desk_id].desk.speed[topic_id]
            heappush(free, (minutes + load.mean_minutes(topic_id) * speed, counter_id))


def desk_estimates(load: Load, projected: dict[int, float]) -> dict[int, float]:
    """For the wall: minutes until the last who waits for a desk is served, or if nobody does, a newcomer's.

    Desks without an open counter are left out.
    """
    open_desks = (desk for desk in load.desks.values() if desk.open_counters)
    return {desk.desk.id: _desk_estimate(load, desk, projected) for desk in open_desks}


def _desk_estimate(load: Load, desk: DeskLoad, projected: dict[int, float]) -> float:
    last = max((projected.get(i, 0.0) for i in desk.provisional), default=None)
    return desk.expected_wait(load.means, load.overall_mean) if last is None else last


def _minutes_until_free(load: Load, counter: Counter, now: float) -> float:
    """The rest of a service, in minutes.

    Times vary so much that one already long still needs a good part of a mean: with a coefficient of
    variation v the mean rest of a gamma-distributed service tends to v² of its mean.
    """
    if not counter.busy:
        return 0.0
    if counter.serving_topic_id is None:
        mean = load.overall_mean
    else:
        speed = load.desks[counter.desk_id].desk.speed.get(counter.serving_topic_id, 1.0)
        mean = load.mean_minutes(counter.serving_topic_id) * speed
    served = 0.0 if counter.serving_since is None else (now - counter.serving_since) / SECONDS_PER_MINUTE
    return max(mean - served, load.policy.service_variation**2 * mean)


class _Line:
    """A queue as the play consumes it, from the head on; shared by all desks that see it."""

    __slots__ = ("entries", "next", "topic_id")

    def __init__(self, entries: list[tuple[float, int]], topic_id: int) -> None:
        self.entries = entries
        self.topic_id = topic_id
        self.next = 0

    def head(self, taken: dict[int, float]) -> tuple[float, int] | None:
        """The oldest not yet taken; a person known to a desk stands in two lines."""
        entries = self.entries
        while self.next < len(entries):
            if entries[self.next][1] not in taken:
                return entries[self.next]
            self.next += 1
        return None


_NEWCOMERS = -1

_Offer = tuple[int, float, int, int, float]
"""A line's head as a desk ranks it: group, seniority less bonus, ticket; the line, its bonus there.

With `_NEWCOMERS` as the ticket, those who would come now and have one bonus; the number is theirs then.
"""


class _Play:
    """Rule B played without touching the load: each desk keeps a heap of what it would take next.

    An offer whose ticket another desk took meanwhile is renewed when it comes up: a claim costs O(log
    queues). Newcomers, if asked for, stand in no queue: those of one bonus are one offer, behind everybody who is older.
    """

    def __init__(self, load: Load, newcomers_at: float | None) -> None:
        self.waits: dict[int, float] = {}
        self.newcomers: dict[Kind, float] = {}
        self._load = load
        self._newcomers_at = newcomers_at
        self._urgent_first = load.urgent_first()
        self._lines: list[_Line] = []
        self._line_of: dict[int, int] = {}
        self._alike: list[list[Kind]] = []
        self._offers: dict[tuple[int, frozenset[str]], list[_Offer]] = {}

    def claim(self, counter: Counter, minutes: float) -> int | None:
        """Let the counter take its next at this time; the topic taken, or None if nobody is left for it."""
        profile = (counter.desk_id, counter.languages)
        offers = self._offers.get(profile)
        if offers is None:
            offers = self._offers[profile] = self._first_offers(counter)
        while offers:
            group, _, ticket_id, number, bonus = offers[0]
            if ticket_id == _NEWCOMERS:
                heappop(offers)
                for kind in self._alike[number]:
                    self.newcomers.setdefault(kind, minutes)
                continue
            line = self._lines[number]
            if ticket_id not in self.waits:
                self.waits[ticket_id] = minutes
                return line.topic_id
            head = line.head(self.waits)
            if head is None:
                heappop(offers)
            else:
                heapreplace(offers, (group, head[0] - bonus, head[1], number, bonus))
        return None

    def _first_offers(self, counter: Counter) -> list[_Offer]:
        desk = self._load.desks[counter.desk_id].desk
        offers = []
        for queue in queues_for(self._load, desk, counter.languages):
            number = self._number(queue)
            head = self._lines[number].head(self.waits)
            if head is not None:
                group, bonus = standing(self._load, desk, queue.key, self._urgent_first)
                offers.append((group, head[0] - bonus, head[1], number, bonus))
        if self._newcomers_at is not None and desk.takes_new:
            offers.extend(self._offers_to_newcomers(desk, self._newcomers_at))
        heapify(offers)
        return offers

    def _number(self, queue: Queue) -> int:
        number = self._line_of.get(id(queue))
        if number is None:
            number = self._line_of[id(queue)] = len(self._lines)
            self._lines.append(_Line(queue.entries, queue.key.topic_id))
        return number

    def _offers_to_newcomers(self, desk: Desk, now: float) -> Iterable[_Offer]:
        alike: dict[float, list[Kind]] = {}
        for topic_id in desk.speed:
            key = QueueKey(desk.site_id, topic_id, False, DEFAULT_LANGUAGE, None)
            _, bonus = standing(self._load, desk, key, self._urgent_first)
            alike.setdefault(bonus, []).extend((place, topic_id) for place in desk.places)
        for bonus, kinds in alike.items():
            self._alike.append(kinds)
            yield 1, now - bonus, _NEWCOMERS, len(self._alike) - 1, bonus
