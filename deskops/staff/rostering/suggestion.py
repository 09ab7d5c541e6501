"""Live, inside one shift: whom to bring to one slot, from home or another desk. The whole roster's model, small."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace

from deskops.staff.rostering.choices import Choices, choices
from deskops.staff.rostering.costing import Assignments, cost
from deskops.staff.rostering.greedy import filled
from deskops.staff.rostering.hours import is_free, overlap
from deskops.staff.rostering.problem import Assignment, Problem, Slot
from deskops.staff.rostering.solver import FAILURES, SEARCH

_LIMIT_SECONDS = 2.0
_EXACT = 0.0


@dataclass(frozen=True)
class Suggestion:
    """Who would come to the slot, what they would leave for it, and by how much the roster's cost would fall."""

    added: frozenset[Assignment] = frozenset()
    removed: frozenset[Assignment] = frozenset()
    gain: float = 0.0


def suggest(problem: Problem, assignments: Assignments, slot_id: int) -> Suggestion:
    """What would help a slot most; an empty suggestion where nothing would.

    `assignments` are the plan that stands. Only those who can work in the slot move, and only between it and what they have
    at the same time; what they leave is weighed too. Raises KeyError for a slot that the problem doesn't hold.
    """
    now = frozenset(assignments)
    part = _around(problem, now, problem.slots[slot_id])
    best = _best(choices(part))
    gain = cost(part, part.kept) - cost(part, best)
    if gain <= 0:
        return Suggestion()
    return Suggestion(best - part.kept, part.kept - best, gain)


def _around(problem: Problem, now: frozenset[Assignment], slot: Slot) -> Problem:
    """The plan of those who can work in the slot, frozen but for its time."""
    able = {
        person.id
        for person in problem.people.values()
        if slot.desk in person.desks and (is_free(person, slot) or (person.id, slot.id) in now)
    }
    movable = {
        (person, other)
        for person, other in now - problem.frozen
        if person in able and overlap(problem.slots[other], slot)
    }
    weighed = {slot.id} | {other for _, other in movable}
    kept = frozenset(entry for entry in now if entry[0] in able or entry[1] in weighed)
    slots = {number: problem.slots[number] for number in weighed}
    for number in {other for _, other in kept} - weighed:
        slots[number] = _without_needs(problem.slots[number])
    people = {number: problem.people[number] for number in able | {person for person, _ in kept}}
    closed = frozenset(weighed - {slot.id}) | (problem.closed & weighed)
    return Problem(people, slots, problem.rest, kept, kept - movable, closed)


def _without_needs(slot: Slot) -> Slot:
    """A slot that counts for rest and load only."""
    return replace(slot, minimum=0, target=0, supervisors=0, languages=frozenset())


def _best(open_choices: Choices) -> frozenset[Assignment]:
    draft = filled(open_choices)
    if not open_choices.open:
        return draft
    try:
        search = importlib.import_module(SEARCH).Search(open_choices, draft, _EXACT)
        search.relax(_LIMIT_SECONDS)
        for step in search.steps():
            if search.is_good():
                break
            step(_LIMIT_SECONDS)
    except FAILURES:
        return draft
    found: frozenset[Assignment] = search.best
    return found
