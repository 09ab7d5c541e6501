"""The roster as a linear model in arrays: columns for who works where, rows for the rules; no solver here.

Source: the design of rostering. Binary x[person, slot]; continuous y (somebody works at a desk that isn't their
home), z (levels of somebody's load) and what a slot lacks, all of them whole wherever x is. A shortage costs, so nothing
is ever infeasible.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from deskops.staff.rostering import weights
from deskops.staff.rostering.choices import Choices
from deskops.staff.rostering.costing import cost_of_person, shifts_by_person
from deskops.staff.rostering.hours import cliques, is_away, overlap, wanted
from deskops.staff.rostering.problem import Assignment, Person, Problem, Slot

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]

INFINITE = float("inf")


@dataclass(frozen=True)
class Model:
    """Minimise offset + costs @ columns, rows within bounds, the matrix row by row. `entries`: the first columns, binary."""

    entries: list[Assignment]
    offset: float
    costs: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    starts: Integers
    indices: Integers
    values: Floats


def modelled(choices: Choices) -> Model:
    """The model of everything that is open. Its cost of a roster is `costing.cost` of it."""
    sheet = _Sheet([(person, slot.id) for person, slots in choices.open.items() for slot in slots])
    held = shifts_by_person(choices.problem.frozen)
    _add_people(sheet, choices, held)
    _add_slots(sheet, choices)
    if choices.problem.kept:
        _Changes(sheet, choices.problem, held).add(choices)
    return sheet.model()


class _Sheet:
    """Columns and rows while they are written."""

    def __init__(self, entries: list[Assignment]) -> None:
        self.entries = entries
        self.column = {entry: number for number, entry in enumerate(entries)}
        self.offset = 0.0
        self.costs = array("d", bytes(8 * len(entries)))
        self._upper = array("d", [1.0]) * len(entries)
        self._lower_of_row, self._upper_of_row = array("d"), array("d")
        self._starts, self._indices, self._values = array("i", [0]), array("i"), array("d")

    def add_column(self, cost: float, upper: float) -> int:
        self.costs.append(cost)
        self._upper.append(upper)
        return len(self.costs) - 1

    def add_row(self, lower: float, upper: float, plus: Iterable[int], minus: Iterable[int] = ()) -> None:
        before = len(self._indices)
        self._indices.extend(plus)
        self._values.extend([1.0] * (len(self._indices) - before))
        self._indices.extend(minus)
        self._values.extend([-1.0] * (len(self._indices) - len(self._values)))
        self._starts.append(len(self._indices))
        self._lower_of_row.append(lower)
        self._upper_of_row.append(upper)

    def model(self) -> Model:
        return Model(
            self.entries,
            self.offset,
            np.array(self.costs),
            np.array(self._upper),
            np.array(self._lower_of_row),
            np.array(self._upper_of_row),
            np.array(self._starts, dtype=np.int32),
            np.array(self._indices, dtype=np.int32),
            np.array(self._values),
        )


def _add_people(sheet: _Sheet, choices: Choices, held: dict[int, set[int]]) -> None:
    """Load, rest and desks away from home of each person."""
    problem = choices.problem
    sheet.offset += sum(cost_of_person(problem, number, slots) for number, slots in held.items())
    groups = _Groups(problem.rest)
    first = 0
    for number, slots in choices.open.items():
        person, columns = problem.people[number], range(first, first + len(slots))
        first += len(slots)
        frozen = held.get(number, set())
        _add_load(sheet, columns, choices.left[number], len(frozen))
        for clique in groups.of(slots):
            sheet.add_row(-INFINITE, 1.0, [columns[place] for place in clique])
        _add_desks(sheet, person, slots, columns, {problem.slots[slot].desk for slot in frozen}, groups)


def _add_load(sheet: _Sheet, columns: range, left: int, worked: int) -> None:
    most = min(left, len(columns))
    levels = [sheet.add_column(weights.of_shift(worked + level), 1.0) for level in range(1, most + 1)]
    if len(columns) == 1:
        sheet.costs[columns[0]] += weights.of_shift(worked + 1)
    else:
        sheet.add_row(0.0, 0.0, columns, levels)


def _add_desks(
    sheet: _Sheet, person: Person, slots: Sequence[Slot], columns: range, known: set[int], groups: _Groups
) -> None:
    by_desk: dict[int, list[int]] = defaultdict(list)
    for place, slot in enumerate(slots):
        if is_away(person, slot):
            sheet.costs[columns[place]] += weights.AWAY_FROM_HOME
            by_desk[slot.desk].append(place)
    for desk in by_desk.keys() - known:
        places = by_desk[desk]
        together = groups.whole([slots[place] for place in places])
        if len(together) == 1:
            for place in places:
                sheet.costs[columns[place]] += weights.EXTRA_DESK
            continue
        works = sheet.add_column(weights.EXTRA_DESK, 1.0)
        for clique in together:
            sheet.add_row(-INFINITE, 0.0, [columns[places[position]] for position in clique], [works])


class _Groups:
    """Cliques of slots, remembered: many people share the same."""

    def __init__(self, rest: int) -> None:
        self._rest = rest
        self._known: dict[tuple[int, ...], list[list[int]]] = {}

    def of(self, slots: Sequence[Slot]) -> list[list[int]]:
        """Groups of which somebody can work one only, as positions; without groups of one."""
        return [group for group in self.whole(slots) if len(group) > 1]

    def whole(self, slots: Sequence[Slot]) -> list[list[int]]:
        """The same with groups of one, so that each slot is in some group."""
        key = tuple(slot.id for slot in slots)
        if key not in self._known:
            self._known[key] = cliques(slots, self._rest)
        return self._known[key]


@dataclass
class _Working:
    """Columns of those who may work in a slot, and who is frozen there."""

    anybody: list[int] = field(default_factory=list)
    supervisors: list[int] = field(default_factory=list)
    speaking: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    frozen: list[Person] = field(default_factory=list)


def _add_slots(sheet: _Sheet, choices: Choices) -> None:
    """People, supervisors and languages of each slot."""
    problem = choices.problem
    working: dict[int, _Working] = {slot.id: _Working() for slot in choices.slots}
    for column, (number, slot_id) in enumerate(sheet.entries):
        person, there = problem.people[number], working[slot_id]
        there.anybody.append(column)
        if person.supervises:
            there.supervisors.append(column)
        for language in person.languages & problem.slots[slot_id].languages:
            there.speaking[language].append(column)
    for number, slot_id in sorted(problem.frozen):
        working[slot_id].frozen.append(problem.people[number])
    for slot in choices.slots:
        _add_places(sheet, slot, working[slot.id], choices.room[slot.id])
        _add_kinds(sheet, slot, working[slot.id])


def _add_places(sheet: _Sheet, slot: Slot, there: _Working, room: int) -> None:
    gap = max(0, slot.target - slot.minimum)
    half = weights.first_half(gap)
    lacking = [
        sheet.add_column(price, float(places))
        for price, places in (
            (weights.BELOW_TARGET_FIRST, half),
            (weights.BELOW_TARGET_AFTER, gap - half),
            (weights.BELOW_MINIMUM, slot.minimum),
        )
        if places > 0
    ]
    above = max(room, len(there.frozen)) - wanted(slot)
    beyond = [sheet.add_column(0.0, float(above))] if above > 0 else []
    missing = float(wanted(slot) - len(there.frozen))
    sheet.add_row(missing, missing, [*there.anybody, *lacking], beyond)


def _add_kinds(sheet: _Sheet, slot: Slot, there: _Working) -> None:
    missing = float(slot.supervisors - sum(person.supervises for person in there.frozen))
    if missing > 0:
        lacking = sheet.add_column(weights.NO_SUPERVISOR, missing)
        sheet.add_row(missing, INFINITE, [*there.supervisors, lacking])
    for language in sorted(slot.languages.difference(*(person.languages for person in there.frozen))):
        lacking = sheet.add_column(weights.NO_LANGUAGE, 1.0)
        sheet.add_row(1.0, INFINITE, [*there.speaking[language], lacking])


class _Changes:
    """What leaving the plan that stands costs."""

    def __init__(self, sheet: _Sheet, problem: Problem, held: dict[int, set[int]]) -> None:
        self._sheet, self._problem, self._held = sheet, problem, held

    def add(self, choices: Choices) -> None:
        kept = shifts_by_person(self._problem.kept)
        for person in sorted(kept.keys() | choices.open.keys()):
            self._add_person(person, kept.get(person, set()), choices.open.get(person, []))

    def _add_person(self, person: int, kept: set[int], slots: Sequence[Slot]) -> None:
        had = [self._problem.slots[slot] for slot in sorted(kept) if slot in self._problem.slots]
        held = self._held.get(person, set())
        new = [slot for slot in slots if slot.id not in kept]
        for slot in new:
            moved = any(overlap(slot, other) for other in had)
            self._sheet.costs[self._column(person, slot)] += weights.MOVED if moved else weights.ADDED
        self._sheet.offset += weights.DROPPED * (len(kept) - len(had))
        forced = [self._problem.slots[slot] for slot in held - kept]
        for slot in had:
            if slot.id not in held and not any(overlap(slot, other) for other in forced):
                self._add_drop(person, [slot, *(other for other in new if overlap(slot, other))])

    def _add_drop(self, person: int, instead: Sequence[Slot]) -> None:
        """One shift dropped, unless they get one of `instead`: itself, or something over it."""
        columns = [
            self._column(person, other) for other in instead if (person, other.id) in self._sheet.column
        ]
        if _one_at_a_time(instead, self._problem.rest):
            self._sheet.offset += weights.DROPPED
            for column in columns:
                self._sheet.costs[column] -= weights.DROPPED
            return
        dropped = self._sheet.add_column(weights.DROPPED, 1.0)
        self._sheet.add_row(1.0, INFINITE, [*columns, dropped])

    def _column(self, person: int, slot: Slot) -> int:
        return self._sheet.column[person, slot.id]


def _one_at_a_time(slots: Sequence[Slot], rest: int) -> bool:
    return max(slot.begins for slot in slots) < min(slot.ends for slot in slots) + rest
