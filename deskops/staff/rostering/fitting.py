"""Who fits a slot: what putting somebody there would break, and who would do best."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from deskops.staff.rostering.costing import (
    Assignments,
    cost_of_changes,
    cost_of_person,
    cost_of_slot,
    shifts_by_person,
    staff_by_slot,
)
from deskops.staff.rostering.hours import clash, is_away, is_free, overlap, wanted
from deskops.staff.rostering.problem import Person, Problem, Slot

SKILL, FREE, CLOSED, OVERLAP, REST, TOO_MANY, FULL = (
    "skill",
    "free",
    "closed",
    "overlap",
    "rest",
    "too_many",
    "full",
)
FAULTS = (SKILL, FREE, CLOSED, OVERLAP, REST, TOO_MANY, FULL)
"""The rules that a manual pick can break, in the order they are told."""

LIMIT = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take a slot. `gain`: by how much the roster's cost falls; `shifts`: how many they have now."""

    person: int
    gain: float
    away_from_home: bool
    shifts: int


def faults(problem: Problem, assignments: Assignments, person_id: int, slot_id: int) -> tuple[str, ...]:
    """Codes of the rules that putting a person in a slot would break, given all other assignments; see FAULTS.

    Raises KeyError for a person or slot that the problem doesn't hold.
    """
    others = {shift for who, shift in assignments if who == person_id and shift != slot_id}
    present = sum(shift == slot_id and who != person_id for who, shift in assignments)
    broken = set(_faults(problem, problem.people[person_id], problem.slots[slot_id], others))
    if present >= wanted(problem.slots[slot_id]):
        broken.add(FULL)
    return tuple(code for code in FAULTS if code in broken)


def ranked(
    problem: Problem,
    assignments: Assignments,
    slot_id: int,
    asked: Mapping[int, float] | None = None,
    limit: int = LIMIT,
) -> list[Candidate]:
    """Who can take a slot without breaking a rule, best first; nobody where it is full or closed.

    By gain, then whoever was asked longest ago (`asked`: person -> when, on any scale; never asked comes first), then id.
    Raises KeyError for a slot that the problem doesn't hold.
    """
    slot, staff, shifts = (
        problem.slots[slot_id],
        staff_by_slot(problem, assignments),
        shifts_by_person(assignments),
    )
    present = staff.get(slot_id, [])
    if len(present) >= wanted(slot):
        return []
    kept = shifts_by_person(problem.kept)
    better = _Filling(slot, present)
    found = [
        Candidate(
            person.id,
            better.by(person)
            - _burden(problem, person.id, slot_id, shifts.get(person.id, ()), kept.get(person.id, ())),
            is_away(person, slot),
            len(shifts.get(person.id, ())),
        )
        for person in _fitting(problem, slot, shifts)
    ]
    last = asked or {}
    found.sort(key=lambda one: (-one.gain, last.get(one.person, float("-inf")), one.person))
    return found[:limit]


def _fitting(problem: Problem, slot: Slot, shifts: Mapping[int, Collection[int]]) -> Iterator[Person]:
    for person in problem.people.values():
        worked = shifts.get(person.id, ())
        if slot.id not in worked and not any(_faults(problem, person, slot, worked)):
            yield person


def _faults(problem: Problem, person: Person, slot: Slot, others: Collection[int]) -> Iterator[str]:
    if slot.desk not in person.desks:
        yield SKILL
    if slot.id in problem.closed:
        yield CLOSED
    if len(others) >= person.most_shifts:
        yield TOO_MANY
    if not is_free(person, slot):
        yield FREE
    for other in (problem.slots[shift] for shift in others):
        if clash(slot, other, problem.rest):
            yield OVERLAP if overlap(slot, other) else REST


class _Filling:
    """What one more person is worth to a slot; the same for all of one kind."""

    def __init__(self, slot: Slot, present: list[Person]) -> None:
        self._slot, self._present = slot, present
        self._before = cost_of_slot(slot, present)
        self._known: dict[tuple[bool, frozenset[str]], float] = {}

    def by(self, person: Person) -> float:
        kind = (person.supervises, person.languages & self._slot.languages)
        if kind not in self._known:
            self._known[kind] = self._before - cost_of_slot(self._slot, [*self._present, person])
        return self._known[kind]


def _burden(
    problem: Problem, person: int, slot: int, shifts: Collection[int], kept: Collection[int]
) -> float:
    more = {*shifts, slot}
    return (
        cost_of_person(problem, person, more)
        - cost_of_person(problem, person, shifts)
        + cost_of_changes(problem, person, more, kept)
        - cost_of_changes(problem, person, shifts, kept)
    )
