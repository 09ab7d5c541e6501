"""A draft in an instant, without a solver: every rule holds, but somebody cleverer would find a cheaper one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter

from deskops.staff.rostering import weights
from deskops.staff.rostering.choices import Choices, choices
from deskops.staff.rostering.costing import cost, shortfalls
from deskops.staff.rostering.hours import clash, is_away
from deskops.staff.rostering.problem import Assignment, Person, Plan, Problem, Slot

GREEDY = "greedy"

Need = Callable[[Slot, "_Draft"], int]


def greedy(problem: Problem) -> Plan:
    """A roster filled need after need, the scarcest slots first. Raises ValueError where `frozen` isn't of the problem."""
    assignments = filled(choices(problem))
    return Plan(assignments, shortfalls(problem, assignments), cost(problem, assignments), None, GREEDY)


def filled(open_choices: Choices) -> frozenset[Assignment]:
    """Frozen and kept assignments first, then supervisors, languages, minimums and targets."""
    draft = _Draft(open_choices)
    for slot in open_choices.slots:
        draft.keep(slot)
    for need in _needs():
        _fill(draft, need)
    return frozenset(draft.chosen)


def _needs() -> Iterator[tuple[Need, Callable[[Person, Slot], bool]]]:
    yield _supervisors, lambda person, _slot: person.supervises
    yield _tongues, lambda person, slot: bool(person.languages & slot.languages)
    for share in (_to_minimum, _to_half, _to_target):
        yield share, lambda _person, _slot: True


def _supervisors(slot: Slot, draft: _Draft) -> int:
    return slot.supervisors - sum(person.supervises for person in draft.staff[slot.id])


def _tongues(slot: Slot, draft: _Draft) -> int:
    return len(draft.unspoken(slot))


def _to_minimum(slot: Slot, draft: _Draft) -> int:
    return slot.minimum - len(draft.staff[slot.id])


def _to_half(slot: Slot, draft: _Draft) -> int:
    gap = max(0, slot.target - slot.minimum)
    return slot.minimum + gap - weights.first_half(gap) - len(draft.staff[slot.id])


def _to_target(slot: Slot, draft: _Draft) -> int:
    return slot.target - len(draft.staff[slot.id])


def _fill(draft: _Draft, need: tuple[Need, Callable[[Person, Slot], bool]]) -> None:
    wanting, suits = need
    needy = [slot for slot in draft.open.slots if wanting(slot, draft) > 0 and draft.space(slot) > 0]
    slack = {slot.id: len(draft.candidates(slot, suits)) / wanting(slot, draft) for slot in needy}
    for slot in sorted(needy, key=lambda slot: slack[slot.id]):
        prices = [(draft.price(person, slot), person) for person in draft.candidates(slot, suits)]
        for _, person in sorted(prices, key=itemgetter(0)):
            if wanting(slot, draft) <= 0 or draft.space(slot) <= 0:
                break
            if wanting is not _tongues or person.languages & draft.unspoken(slot):
                draft.take(person, slot)


class _Draft:
    """A roster while it is being filled."""

    def __init__(self, open_choices: Choices) -> None:
        problem = open_choices.problem
        self.open, self._problem = open_choices, problem
        self.staff: dict[int, list[Person]] = {slot: [] for slot in problem.slots}
        self.chosen: set[Assignment] = set(problem.frozen)
        self._left = dict(open_choices.left)
        self._clashing = _clashing(open_choices.slots, problem.rest)
        self._barred: dict[int, set[int]] = {person: set() for person in problem.people}
        self._desks: dict[int, set[int]] = {person: set() for person in problem.people}
        self._able: dict[int, list[Person]] = {slot: [] for slot in problem.slots}
        for person, slots in open_choices.open.items():
            for slot in slots:
                self._able[slot.id].append(problem.people[person])
        for person, held in sorted(problem.frozen):
            self.staff[held].append(problem.people[person])
            self._desks[person].add(problem.slots[held].desk)

    def keep(self, slot: Slot) -> None:
        """Leave those in a slot who were planned there, where no rule is against it."""
        for person in self._able[slot.id]:
            if (person.id, slot.id) in self._problem.kept and self._can(person, slot):
                self.take(person, slot)

    def take(self, person: Person, slot: Slot) -> None:
        self.chosen.add((person.id, slot.id))
        self.staff[slot.id].append(person)
        self._left[person.id] -= 1
        self._barred[person.id] |= self._clashing[slot.id]
        self._desks[person.id].add(slot.desk)

    def candidates(self, slot: Slot, suits: Callable[[Person, Slot], bool]) -> list[Person]:
        if slot.id in self._problem.closed:
            return []
        return [person for person in self._able[slot.id] if suits(person, slot) and self._can(person, slot)]

    def space(self, slot: Slot) -> int:
        return self.open.room[slot.id] - len(self.staff[slot.id])

    def unspoken(self, slot: Slot) -> frozenset[str]:
        """Languages wanted in a slot that nobody there speaks."""
        if not slot.languages:
            return slot.languages
        return slot.languages.difference(*(person.languages for person in self.staff[slot.id]))

    def price(self, person: Person, slot: Slot) -> tuple[float, int, int, int]:
        """What somebody costs in a slot; of equals whoever could do least else."""
        shifts = person.most_shifts - self._left[person.id] + 1
        price = weights.of_shift(shifts)
        if is_away(person, slot):
            price += weights.AWAY_FROM_HOME
            price += weights.EXTRA_DESK if slot.desk not in self._desks[person.id] else 0.0
        return price, person.supervises, len(person.desks), person.id

    def _can(self, person: Person, slot: Slot) -> bool:
        return self._left[person.id] > 0 and slot.id not in self._barred[person.id]


def _clashing(slots: list[Slot], rest: int) -> dict[int, set[int]]:
    """Slot's id -> ids of all that nobody can work besides it, itself included. `slots` in order of time."""
    found: dict[int, set[int]] = {slot.id: {slot.id} for slot in slots}
    kinds: dict[tuple[int, int], list[Slot]] = {}
    for slot in slots:
        kinds.setdefault((slot.begins, slot.ends), []).append(slot)
    firsts = [(alike[0], {slot.id for slot in alike}) for alike in kinds.values()]
    for one, alike in firsts:
        together = set().union(*(ids for other, ids in firsts if clash(one, other, rest)))
        found.update(dict.fromkeys(alike, together))
    return found
