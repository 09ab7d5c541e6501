"""A plain, slow judge of rosters: every hard rule, what is lacking, and the cost, counted afresh."""

from deskops.staff.rostering.problem import Assignment, Person, Plan, Problem, Slot

Roster = frozenset[Assignment]
Lack = tuple[int, int, int, frozenset[str]]


def check(problem: Problem, plan: Plan) -> None:
    """Asserts that a plan is what it says it is."""
    assert broken_rules(problem, plan.assignments) == []
    assert {lack.slot: _told(lack) for lack in plan.shortfalls} == lacking(problem, plan.assignments)
    assert abs(plan.cost - price(problem, plan.assignments)) < 1e-6
    if plan.bound is not None:
        assert plan.bound <= plan.cost + 1e-6


def _told(lack) -> Lack:
    return lack.below_minimum, lack.below_target, lack.supervisors, lack.languages


def broken_rules(problem: Problem, roster: Roster) -> list[str]:
    """What a roster breaks besides what was frozen."""
    broken = ["something frozen is gone"] if problem.frozen - roster else []
    for who, where in sorted(roster - problem.frozen):
        person, slot = problem.people[who], problem.slots[where]
        others = [problem.slots[other] for someone, other in roster if someone == who and other != where]
        if slot.desk not in person.desks:
            broken.append(f"{who} isn't competent in {where}")
        if not _whole_slot_is_free(person, slot):
            broken.append(f"{who} has no time for {where}")
        if any(not _rested(slot, other, problem.rest) for other in others):
            broken.append(f"{who} has no rest around {where}")
        if len(others) + 1 > person.most_shifts:
            broken.append(f"{who} works too often")
        if where in problem.closed and (who, where) not in problem.kept:
            broken.append(f"{who} was added to {where}, which is closed")
    return broken + [f"{slot} is too full" for slot in problem.slots if _is_too_full(problem, roster, slot)]


def _whole_slot_is_free(person: Person, slot: Slot) -> bool:
    if person.free is None:
        return True
    return all(
        any(begin <= minute < end for begin, end in person.free) for minute in range(slot.begins, slot.ends)
    )


def _rested(one: Slot, other: Slot, rest: int) -> bool:
    first, second = sorted((one, other), key=lambda slot: slot.begins)
    return second.begins - first.ends >= rest


def _is_too_full(problem: Problem, roster: Roster, number: int) -> bool:
    slot = problem.slots[number]
    standing = sum(entry[1] == number for entry in problem.kept | problem.frozen)
    return sum(entry[1] == number for entry in roster) > max(slot.minimum, slot.target, standing)


def lacking(problem: Problem, roster: Roster) -> dict[int, Lack]:
    """Slot's id -> people below the minimum, then below the target, supervisors, languages; where anything is lacking."""
    found = {}
    for slot in problem.slots.values():
        there = [problem.people[who] for who, where in roster if where == slot.id]
        lack = (
            max(0, slot.minimum - len(there)),
            max(0, slot.target - max(slot.minimum, len(there))),
            max(0, slot.supervisors - len([person for person in there if person.supervises])),
            frozenset(code for code in slot.languages if not any(code in one.languages for one in there)),
        )
        if any(lack):
            found[slot.id] = lack
    return found


def price(problem: Problem, roster: Roster) -> float:
    """The objective with the weights of the design written out."""
    total = 0.0
    for number, (minimum, target, supervisors, languages) in lacking(problem, roster).items():
        slot = problem.slots[number]
        cheap = min(target, (max(0, slot.target - slot.minimum) + 1) // 2)
        total += (
            1000 * minimum + 40 * cheap + 60 * (target - cheap) + 800 * supervisors + 300 * len(languages)
        )
    for person in problem.people.values():
        mine = [problem.slots[where] for who, where in roster if who == person.id]
        away = [slot.desk for slot in mine if slot.desk != person.home]
        total += sum((0, 1, 3, 6, 10, 15, 21, 28)[: len(mine)]) + 2 * len(away) + 6 * len(set(away))
    return total + (_price_of_changes(problem, roster) if problem.kept else 0.0)


def _price_of_changes(problem: Problem, roster: Roster) -> float:
    total = 0.0
    for who, where in problem.kept - roster:
        new = [entry for entry in roster - problem.kept if entry[0] == who]
        total += 0 if any(_at_one_time(problem, where, other) for _, other in new) else 12
    for who, where in roster - problem.kept - problem.frozen:
        had = [entry for entry in problem.kept if entry[0] == who]
        total += 10 if any(_at_one_time(problem, where, other) for _, other in had) else 8
    return total


def _at_one_time(problem: Problem, one: int, other: int) -> bool:
    if one not in problem.slots or other not in problem.slots:
        return False
    first, second = problem.slots[one], problem.slots[other]
    return first.begins < second.ends and second.begins < first.ends
