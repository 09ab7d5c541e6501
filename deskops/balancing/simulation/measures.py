"""What a play is judged by. Waits run from registration to the start of service, in minutes."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from deskops.balancing.fairness import Turn, overtaken
from deskops.balancing.simulation.engine import Passed
from deskops.balancing.simulation.scenario import Person

CLOSE_ENOUGH_MINUTES = 5.0
QUEUED_MINUTES = 0.01
"""Who waited longer than this queued; the rest was taken at once."""

Interval = tuple[float, float]

# Student's t for a 95 % interval, by degrees of freedom.
_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145)
_T95_FOR_MORE = 2.13


class Waits(NamedTuple):
    """Of one play; `unserved` counts those whom nobody served, who have no wait and stand in no percentile."""

    mean: float
    p50: float
    p95: float
    p99: float
    unserved: int


def waits_of(people: Sequence[Person], passed: Mapping[int, Passed]) -> Waits:
    waits = sorted(event.start - people[person].minute for person, event in passed.items())
    if not waits:
        return Waits(0.0, 0.0, 0.0, 0.0, len(people))
    mean = sum(waits) / len(waits)
    tail = (percentile(waits, 0.5), percentile(waits, 0.95), percentile(waits, 0.99))
    return Waits(mean, *tail, len(people) - len(passed))


def percentile(ordered: Sequence[float], share: float) -> float:
    """By linear interpolation between the neighbours in the ordered values."""
    position = share * (len(ordered) - 1)
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def overtaken_share(people: Sequence[Person], passed: Mapping[int, Passed]) -> float:
    """The share of non-urgent people who were overtaken, as `balancing.fairness` says it."""
    turns = [
        Turn(person, (people[person].topic, people[person].is_call), people[person].minute, event.start)
        for person, event in passed.items()
        if not people[person].urgent
    ]
    return len(overtaken(turns, now=0.0)) / len(turns) if turns else 0.0


def within_share(
    people: Sequence[Person], passed: Mapping[int, Passed], told: Mapping[int, float]
) -> float | None:
    """The share of those who queued whose wait came out within 5 minutes of what they were told at registration.

    Who queued and was told nothing counts as missed. None if nobody queued.
    """
    queued = [
        person for person, event in passed.items() if event.start - people[person].minute > QUEUED_MINUTES
    ]
    if not queued:
        return None
    return sum(_is_close(people[i], passed[i], told.get(i)) for i in queued) / len(queued)


def _is_close(who: Person, event: Passed, told: float | None) -> bool:
    return told is not None and abs(event.start - who.minute - told) <= CLOSE_ENOUGH_MINUTES


def mean_and_interval(values: Sequence[float]) -> tuple[float, Interval]:
    """The mean over traces and its 95 % interval by Student's t; of one value the interval is that value."""
    mean = sum(values) / len(values)
    if len(values) < 2:
        return mean, (mean, mean)
    spread = sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
    freedom = len(values) - 1
    t = _T95[freedom - 1] if freedom <= len(_T95) else _T95_FOR_MORE
    half = t * spread / sqrt(len(values))
    return mean, (mean - half, mean + half)
