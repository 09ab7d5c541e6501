"""Who was overtaken, by how much and why. The live system and the simulator count alike.

Overtaken is somebody not urgent for whom somebody else not urgent, of the same topic and original channel, registered
more than a minute later, was started more than a minute earlier.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from deskops.balancing.state import DEFAULT_LANGUAGE

OVERTAKING_MINUTES = 1.0

WALK, HAND, MISSED, PRIORITY, LANGUAGE, PLACE, OTHER = (
    "walk",
    "hand",
    "missed",
    "priority",
    "language",
    "place",
    "other",
)
WHYS = (PRIORITY, LANGUAGE, PLACE, WALK, HAND, MISSED, OTHER)
"""Codes of what the data tells of why somebody was overtaken."""


class Turn(NamedTuple):
    """A person's turn, in minutes on one clock. `group` is what they must share: topic and original channel, whatever it
    holds. `started` is None for who still waits.
    """

    id: int
    group: tuple[int, object]
    registered: float
    started: float | None


class Overtaken(NamedTuple):
    """`people` is by how many; `minutes` how much earlier the first of them was started than the person, or, for who still
    waits, than now; `by` is that first one's id.
    """

    people: int
    minutes: float
    by: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a turn tells why it came when it did. `place` is where the person was served, or waits; `walked`: was asked to
    walk to another site; `by_hand`: somebody chose their desk; `missed`: was called or put on hold before, and waited anew.
    """

    registered: float
    place: int
    bonus_minutes: float = 0.0
    language: str = DEFAULT_LANGUAGE
    walked: bool = False
    by_hand: bool = False
    missed: bool = False


def overtaken(turns: Iterable[Turn], now: float) -> dict[int, Overtaken]:
    """Those who were overtaken, by id. Who waits is measured as if they were started now. O(n log n): a list that is
    entered by bisection is, up to tens of thousands, quicker than a tree.
    """
    groups: dict[tuple[int, object], list[Turn]] = {}
    for turn in turns:
        groups.setdefault(turn.group, []).append(turn)
    found: dict[int, Overtaken] = {}
    for group in groups.values():
        found.update(_overtaken(sorted(group, key=attrgetter("registered", "id")), now))
    return found


def _overtaken(group: list[Turn], now: float) -> Mapping[int, Overtaken]:
    """Of one group, in order of registration: from the last to the first, with the starts of those who came later."""
    found = {}
    starts: list[tuple[float, int]] = []
    later = len(group)
    for turn in reversed(group):
        while later and group[later - 1].registered > turn.registered + OVERTAKING_MINUTES:
            later -= 1
            started = group[later].started
            if started is not None:
                insort(starts, (started, group[later].id))
        until = now if turn.started is None else turn.started
        people = bisect_left(starts, (until - OVERTAKING_MINUTES, -1))
        if people:
            first, by = starts[0]
            found[turn.id] = Overtaken(people, until - first, by)
    return found


def why(person: Standing, first: Standing) -> str:
    """The reason, as far as the data tells, for which `first` was started before the person, the surest one first.

    A desk's bonus for its own topics is none: the two share the topic.
    """
    if person.walked:
        return WALK
    if person.by_hand:
        return HAND
    if person.missed:
        return MISSED
    if first.bonus_minutes - person.bonus_minutes > first.registered - person.registered:
        return PRIORITY
    if person.language not in (DEFAULT_LANGUAGE, first.language):
        return LANGUAGE
    return PLACE if person.place != first.place else OTHER
