"""What a roster can still decide: who may be put where, besides what is frozen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from deskops.staff.rostering.costing import shifts_by_person
from deskops.staff.rostering.hours import clash, is_within, room, windows
from deskops.staff.rostering.problem import Person, Problem, Slot


@dataclass(frozen=True)
class Choices:
    """`slots` by time. `open`: person's id -> the slots they can get, by time; nobody with none.

    `left`: person's id -> how many they may still work; `room`: slot's id -> how many people it may have, frozen ones too.
    """

    problem: Problem
    slots: list[Slot]
    open: dict[int, list[Slot]]
    left: dict[int, int]
    room: dict[int, int]


def choices(problem: Problem) -> Choices:
    """Everything that the hard rules leave open. What is frozen is taken as it is, whatever rule it breaks.

    Raises ValueError where something frozen names nobody or no slot of the problem.
    """
    _check(problem)
    slots = sorted(problem.slots.values(), key=lambda slot: (slot.begins, slot.id))
    frozen, kept = shifts_by_person(problem.frozen), shifts_by_person(problem.kept)
    standing = Counter(slot for _, slot in problem.kept | problem.frozen)
    finder = _Finder(problem, slots)
    left = {
        person.id: person.most_shifts - len(frozen.get(person.id, ())) for person in problem.people.values()
    }
    found = {
        person.id: finder.open_to(person, frozen.get(person.id, set()), kept.get(person.id, set()))
        for person in sorted(problem.people.values(), key=lambda person: person.id)
        if left[person.id] > 0
    }
    return Choices(
        problem,
        slots,
        {person: open_slots for person, open_slots in found.items() if open_slots},
        left,
        {slot.id: room(problem, slot, standing[slot.id]) for slot in slots},
    )


def _check(problem: Problem) -> None:
    for person, slot in problem.frozen:
        if person not in problem.people or slot not in problem.slots:
            raise ValueError(f"frozen, but not in the problem: person {person} in slot {slot}")


class _Finder:
    """Open slots of one person after the other; what desks and hours leave is the same for many."""

    def __init__(self, problem: Problem, slots: list[Slot]) -> None:
        self._problem = problem
        self._by_desk: dict[int, list[Slot]] = {}
        for slot in slots:
            self._by_desk.setdefault(slot.desk, []).append(slot)
        self._known: dict[tuple[int, tuple[tuple[int, int], ...] | None], list[Slot]] = {}

    def open_to(self, person: Person, frozen: set[int], kept: set[int]) -> list[Slot]:
        held = [self._problem.slots[slot] for slot in frozen]
        found = [
            slot
            for desk in person.desks
            for slot in self._in_hours(desk, person)
            if slot.id not in self._problem.closed or slot.id in kept
        ]
        if held:
            found = [
                slot for slot in found if not any(clash(slot, other, self._problem.rest) for other in held)
            ]
        found.sort(key=lambda slot: (slot.begins, slot.id))
        return found

    def _in_hours(self, desk: int, person: Person) -> list[Slot]:
        key = (desk, person.free)
        if key not in self._known:
            free = windows(person)
            self._known[key] = [slot for slot in self._by_desk.get(desk, ()) if is_within(free, slot)]
        return self._known[key]
