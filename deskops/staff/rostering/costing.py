"""What a roster lacks and what it costs. The same sums as the solver's model, counted from the roster itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from deskops.staff.rostering import weights
from deskops.staff.rostering.hours import is_away, overlap
from deskops.staff.rostering.problem import Assignment, Person, Problem, Shortfall, Slot

Assignments = Collection[Assignment]


def shortfalls(problem: Problem, assignments: Assignments) -> tuple[Shortfall, ...]:
    """What each slot lacks, by slot's id; slots that lack nothing are left out.

    `below_target` counts places between minimum and target, so nobody is missed twice. Raises KeyError for an assignment
    of somebody or to a slot that the problem doesn't hold.
    """
    staff = staff_by_slot(problem, assignments)
    lacks = (lack_of(problem.slots[slot], staff.get(slot, ())) for slot in sorted(problem.slots))
    return tuple(lack for lack in lacks if lack != Shortfall(lack.slot))


def cost(problem: Problem, assignments: Assignments) -> float:
    """The whole objective: shortages, wishes and, where a plan stands (`kept`), changes. Raises KeyError as above."""
    staff = staff_by_slot(problem, assignments)
    shifts, kept = shifts_by_person(assignments), shifts_by_person(problem.kept)
    slots = sum(cost_of_slot(slot, staff.get(slot.id, ())) for slot in problem.slots.values())
    people = sum(cost_of_person(problem, person, worked) for person, worked in shifts.items())
    changes = sum(
        cost_of_changes(problem, person, shifts.get(person, ()), kept.get(person, ()))
        for person in sorted(shifts.keys() | kept.keys())
    )
    return slots + people + changes


def staff_by_slot(problem: Problem, assignments: Assignments) -> dict[int, list[Person]]:
    """Slot's id -> who works there."""
    found: dict[int, list[Person]] = defaultdict(list)
    for person, slot in assignments:
        found[slot].append(problem.people[person])
    return found


def shifts_by_person(assignments: Assignments) -> dict[int, set[int]]:
    """Person's id -> ids of their slots."""
    found: dict[int, set[int]] = defaultdict(set)
    for person, slot in assignments:
        found[person].add(slot)
    return found


def lack_of(slot: Slot, staff: Collection[Person]) -> Shortfall:
    """What one slot lacks with these people."""
    spoken = {language for person in staff for language in person.languages}
    return Shortfall(
        slot.id,
        below_minimum=max(0, slot.minimum - len(staff)),
        below_target=max(0, slot.target - max(slot.minimum, len(staff))),
        supervisors=max(0, slot.supervisors - sum(person.supervises for person in staff)),
        languages=slot.languages - spoken,
    )


def cost_of_slot(slot: Slot, staff: Collection[Person]) -> float:
    """What a slot's shortages cost."""
    lack = lack_of(slot, staff)
    return (
        weights.of_places(slot.minimum, slot.target, len(staff))
        + lack.supervisors * weights.NO_SUPERVISOR
        + len(lack.languages) * weights.NO_LANGUAGE
    )


def cost_of_person(problem: Problem, person_id: int, shifts: Iterable[int]) -> float:
    """What somebody's shifts cost: how many, how many away from home, and at how many other desks."""
    person = problem.people[person_id]
    slots = [problem.slots[shift] for shift in shifts]
    away = [slot.desk for slot in slots if is_away(person, slot)]
    return (
        sum(weights.of_shift(count + 1) for count in range(len(slots)))
        + len(away) * weights.AWAY_FROM_HOME
        + len(set(away)) * weights.EXTRA_DESK
    )


def cost_of_changes(
    problem: Problem, person_id: int, shifts: Collection[int], kept: Collection[int]
) -> float:
    """What it costs that somebody who had `kept` has `shifts` now; nothing while no plan stands.

    One added over one they had is a move; one they had with nothing over it is dropped. What is frozen is nobody's choice.
    """
    if not problem.kept:
        return 0.0
    had = [problem.slots[slot] for slot in kept if slot in problem.slots]
    new = [problem.slots[slot] for slot in shifts if slot not in kept]
    lost = [slot for slot in had if slot.id not in shifts]
    dropped = len(kept) - len(had) + sum(not any(overlap(slot, other) for other in new) for slot in lost)
    chosen = [slot for slot in new if (person_id, slot.id) not in problem.frozen]
    moved = sum(any(overlap(slot, other) for other in had) for slot in chosen)
    return dropped * weights.DROPPED + moved * weights.MOVED + (len(chosen) - moved) * weights.ADDED
