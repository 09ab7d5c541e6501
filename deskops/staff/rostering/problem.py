"""What a roster is made of: people, slots to fill, and what holds already. Times are whole minutes from any common zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Assignment = tuple[int, int]
"""(person's id, slot's id)"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be rostered. `desks` are those where they are competent, home included; `free` None: any time, else
    (begin, end) without overlaps; `supervises`: counts as a supervisor wherever they work.
    """

    id: int
    home: int | None
    desks: frozenset[int]
    supervises: bool
    languages: frozenset[str]
    most_shifts: int
    free: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One shift of one desk. Of each of `languages` somebody is wanted who speaks it."""

    id: int
    desk: int
    begins: int
    ends: int
    minimum: int
    target: int
    supervisors: int = 0
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Problem:
    """A roster to be made. `rest`: minutes between two shifts of a person.

    `kept` is the plan that stands, empty for a new one: leaving it costs. `frozen` is what can't be changed any more, such
    as the past; its slots count for rest and for load, and nobody is added to a slot of `closed`.
    """

    people: Mapping[int, Person]
    slots: Mapping[int, Slot]
    rest: int
    kept: frozenset[Assignment] = frozenset()
    frozen: frozenset[Assignment] = frozenset()
    closed: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Shortfall:
    """What a slot lacks: people below the minimum and below the target, supervisors, and languages nobody speaks."""

    slot: int
    below_minimum: int = 0
    below_target: int = 0
    supervisors: int = 0
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """A roster. `cost` in the weights of rostering/weights.py; `bound`: no roster costs less, where a solver proved it.

    `method`: mip, or greedy where no solver could run.
    """

    assignments: frozenset[Assignment]
    shortfalls: tuple[Shortfall, ...]
    cost: float
    bound: float | None
    method: str
    figures: Mapping[str, float] = field(default_factory=dict)
