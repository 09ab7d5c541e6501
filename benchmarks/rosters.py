"""Invented rosters to be made, of any size, drawn from a seed: skewed desks, competence by topics, hours, languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from deskops.staff.rostering.problem import Assignment, Person, Problem, Slot

DAY = 24 * 60
STARTS = (7 * 60, 13 * 60, 19 * 60)
LENGTH = 6 * 60
REST = 8 * 60
TOPICS_PER_DESK = 2
LANGUAGES = (("az", 0.25), ("ku", 0.12))
"""Besides Persian, and how many of the staff speak them."""


@dataclass(frozen=True)
class Size:
    """How many people, desks and days of three shifts. `need`: places wanted for each shift that people can work."""

    people: int
    desks: int
    days: int = 3
    need: float = 0.85
    most: tuple[int, ...] = (2, 3, 3, 3, 4)


HUNDRED = Size(100, 8)
SEVEN_HUNDRED = Size(700, 35)
TWO_THOUSAND = Size(2_000, 100)


def roster_problem(size: Size, seed: int) -> Problem:
    """The same problem for the same size and seed."""
    rng = Random(f"roster {size.people} {size.desks} {seed}")
    weights = [1 / (rank + 3) for rank in range(size.desks)]
    rng.shuffle(weights)
    topics = _topics(size, rng)
    people = [_person(rng, number, size, weights, topics) for number in range(1, size.people + 1)]
    slots = _slots(rng, size, weights, sum(person.most_shifts for person in people))
    return Problem({person.id: person for person in people}, {slot.id: slot for slot in slots}, REST)


def with_drop_outs(
    problem: Problem, plan: frozenset[Assignment], seed: int, gone: int = 20, doubled: int = 2
) -> Problem:
    """The plan stands, its first shift is past, `gone` of its people can't come any more, and `doubled` desks of
    middling size want twice as many.
    """
    rng = Random(f"drop-outs {seed}")
    working = sorted({person for person, _ in plan})
    lost = set(rng.sample(working, min(gone, len(working))))
    desks = set(rng.sample(_middling(problem), doubled))
    past = {
        slot.id for slot in problem.slots.values() if slot.begins < DAY and slot.begins % DAY == STARTS[0]
    }
    people = {
        number: replace(person, free=()) if number in lost else person
        for number, person in problem.people.items()
    }
    slots = {
        number: replace(slot, minimum=2 * slot.minimum, target=2 * slot.target)
        if slot.desk in desks and number not in past
        else slot
        for number, slot in problem.slots.items()
    }
    frozen = frozenset(entry for entry in plan if entry[1] in past)
    return replace(problem, people=people, slots=slots, kept=plan, frozen=frozen, closed=frozenset(past))


def _middling(problem: Problem) -> list[int]:
    """The desks without the largest and the smallest thirds."""
    wanted = Counter[int]()
    for slot in problem.slots.values():
        wanted[slot.desk] += slot.target
    third = len(wanted) // 3
    return [desk for desk, _ in wanted.most_common()][third : len(wanted) - third]


def _topics(size: Size, rng: Random) -> list[set[int]]:
    """Which desks serve each topic; each desk has two."""
    topics: list[set[int]] = [set() for _ in range(max(2, size.desks * TOPICS_PER_DESK // 3))]
    for desk in range(1, size.desks + 1):
        for topic in rng.sample(topics, TOPICS_PER_DESK):
            topic.add(desk)
    return topics


def _person(rng: Random, number: int, size: Size, weights: Sequence[float], topics: list[set[int]]) -> Person:
    home = rng.choices(range(1, size.desks + 1), weights)[0]
    known = [topic for topic in topics if home in topic] if rng.random() < 0.6 else []
    others = sorted(set().union(*known) - {home})
    also = rng.sample(others, min(len(others), rng.choice((1, 2, 2, 3))))
    spoken = {code for code, share in LANGUAGES if rng.random() < share}
    return Person(
        number,
        home,
        frozenset({home, *also}),
        rng.random() < 0.3,
        frozenset({"fa"} | spoken),
        rng.choice(size.most),
        _hours(rng, size.days),
    )


def _hours(rng: Random, days: int) -> tuple[tuple[int, int], ...] | None:
    """Most come any time; others on some days, only by day, or not at night."""
    draw = rng.random()
    if draw < 0.55:
        return None
    if draw < 0.7:
        return tuple(
            (day * DAY, (day + 1) * DAY) for day in sorted(rng.sample(range(days), max(1, days - 1)))
        )
    begins, ends = (STARTS[0], STARTS[2]) if draw < 0.9 else (STARTS[1], STARTS[2] + LENGTH)
    return tuple((day * DAY + begins, day * DAY + ends) for day in range(days))


def _slots(rng: Random, size: Size, weights: Sequence[float], capacity: int) -> list[Slot]:
    shares = [weight / sum(weights) for weight in weights]
    crowd = (1.0, 1.15, 0.7)
    per_round = capacity * size.need / size.days / sum(crowd)
    slots: list[Slot] = []
    for desk, share in enumerate(shares, start=1):
        wanted = {code for code, _ in LANGUAGES if rng.random() < 0.3}
        for day in range(size.days):
            for start, busy in zip(STARTS, crowd, strict=True):
                target = max(1, round(per_round * share * busy * rng.uniform(0.8, 1.2)))
                begins = day * DAY + start
                slots.append(
                    Slot(
                        len(slots) + 1,
                        desk,
                        begins,
                        begins + LENGTH,
                        max(1, round(target * 0.6)),
                        target,
                        int(target > 2),
                        frozenset(wanted) if target > 4 else frozenset(),
                    )
                )
    return slots
