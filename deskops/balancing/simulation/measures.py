"""What a play is judged by. Waits run from registration to the start of service, in minutes."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from deskops.balancing.simulation.engine import Passed
from deskops.balancing.simulation.scenario import Person

OVERTAKING_MINUTES = 1.0
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
    """The share of non-urgent people for whom somebody non-urgent of the same topic and original channel, registered more
    than a minute later, was started more than a minute earlier. O(n log n).
    """
    groups: dict[tuple[int, bool], list[tuple[float, float]]] = {}
    for person, event in passed.items():
        who = people[person]
        if not who.urgent:
            groups.setdefault((who.topic, who.is_call), []).append((who.minute, event.start))
    everybody = sum(len(group) for group in groups.values())
    return sum(_overtaken(sorted(group)) for group in groups.values()) / everybody if everybody else 0.0


def _overtaken(group: list[tuple[float, float]]) -> int:
    """How many of (registered, started), in order of registration, somebody later was started before."""
    earliest = [float("inf")] * (len(group) + 1)
    for index in range(len(group) - 1, -1, -1):
        earliest[index] = min(earliest[index + 1], group[index][1])
    count = later = 0
    for registered, started in group:
        while later < len(group) and group[later][0] <= registered + OVERTAKING_MINUTES:
            later += 1
        count += earliest[later] < started - OVERTAKING_MINUTES
    return count


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
