"""Which shifts a person can work at all: hours, rest and competence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deskops.staff.rostering.problem import Person, Problem, Slot


def clash(one: Slot, other: Slot, rest: int) -> bool:
    """Whether less than `rest` minutes lie between two shifts; exactly `rest` is enough."""
    return one.begins < other.ends + rest and other.begins < one.ends + rest


def overlap(one: Slot, other: Slot) -> bool:
    """Whether nobody could be at both."""
    return clash(one, other, 0)


def is_free(person: Person, slot: Slot) -> bool:
    """Whether the whole slot lies in the person's hours."""
    return is_within(windows(person), slot)


def is_within(free: Sequence[tuple[int, int]] | None, slot: Slot) -> bool:
    """Whether one of these windows holds the whole slot; None holds everything."""
    return free is None or any(begin <= slot.begins and slot.ends <= end for begin, end in free)


def windows(person: Person) -> list[tuple[int, int]] | None:
    """A person's hours with touching windows joined: two days that meet at midnight hold a night. None: any time."""
    if person.free is None:
        return None
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(person.free):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def is_away(person: Person, slot: Slot) -> bool:
    """Whether a slot isn't at the person's home desk. Who has none is away everywhere: those whose home it is come first."""
    return slot.desk != person.home


def wanted(slot: Slot) -> int:
    """How many people a slot is filled up to."""
    return max(slot.minimum, slot.target)


def room(problem: Problem, slot: Slot, standing: int) -> int:
    """How many people a roster may put in a slot: its target, or the `standing` people who were planned and may stay."""
    return standing if slot.id in problem.closed else max(wanted(slot), standing)


def cliques(slots: Sequence[Slot], rest: int) -> list[list[int]]:
    """The largest groups of slots, as positions, of which somebody can work one only.

    Intervals [begins, ends + rest) that meet pairwise have a point in common, so a group is all that run when one begins,
    unless the next begins before any of them ends. Each slot is in some group, if alone.
    """
    order = sorted(range(len(slots)), key=lambda position: slots[position].begins)
    found = []
    running: list[int] = []
    for place, position in enumerate(order):
        begins = slots[position].begins
        running = [other for other in running if slots[other].ends + rest > begins]
        running.append(position)
        following = slots[order[place + 1]].begins if place + 1 < len(order) else None
        if following is None or _ends_before(slots, running, following - rest):
            found.append(list(running))
    return found


def _ends_before(slots: Sequence[Slot], positions: Iterable[int], minute: int) -> bool:
    return any(slots[position].ends <= minute for position in positions)
