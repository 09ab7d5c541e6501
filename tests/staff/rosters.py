"""Small rosters for tests: people and slots by their few telling features, and every roster there is."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random

from deskops.staff.rostering.problem import Assignment, Person, Problem, Slot
from tests.staff.roster_checker import broken_rules, price

HOUR = 60


def person(
    number: int, home: int | None = 1, *, desks: set[int] | None = None, most: int = 3, **more
) -> Person:
    known = desks if desks is not None else {home}
    return Person(
        number,
        home,
        frozenset(known),
        more.get("supervises", False),
        frozenset(more.get("languages", ())),
        most,
        more.get("free"),
    )


def slot(
    number: int, begins: int = 8, hours: int = 6, *, desk: int = 1, minimum: int = 1, target: int = 1, **more
) -> Slot:
    return Slot(
        number,
        desk,
        begins * HOUR,
        (begins + hours) * HOUR,
        minimum,
        target,
        more.get("supervisors", 0),
        frozenset(more.get("languages", ())),
    )


def problem(people: list[Person], slots: list[Slot], rest: int = 8, **more) -> Problem:
    return Problem({one.id: one for one in people}, {one.id: one for one in slots}, rest * HOUR, **more)


def every_roster(given: Problem) -> Iterator[frozenset[Assignment]]:
    """All rosters that break no rule, what is frozen included."""
    pairs = [
        (who, where)
        for who in given.people
        for where in given.slots
        if (who, where) not in given.frozen and given.slots[where].desk in given.people[who].desks
    ]
    for chosen in product((False, True), repeat=len(pairs)):
        roster = given.frozen | {pair for pair, taken in zip(pairs, chosen, strict=True) if taken}
        if not broken_rules(given, roster):
            yield roster


def least(given: Problem) -> float:
    """The cost of the best roster, found by trying all."""
    return min(price(given, roster) for roster in every_roster(given))


def small(seed: int) -> Problem:
    """Four people, three slots of two desks; every other time with a plan that stands."""
    rng = Random(seed)
    people = [
        person(
            number,
            rng.choice((1, 2, None)),
            desks=set(rng.choice(((1,), (2,), (1, 2)))),
            most=rng.randint(0, 3),
            supervises=rng.random() < 0.4,
            languages=rng.choice(((), ("az",), ("ku", "az"))),
            free=rng.choice(
                (None, None, (), ((0, 16 * HOUR),), ((8 * HOUR, 20 * HOUR), (20 * HOUR, 40 * HOUR)))
            ),
        )
        for number in range(1, 5)
    ]
    slots = [
        slot(
            number,
            rng.choice((6, 8, 12, 22)),
            rng.choice((4, 8)),
            desk=rng.choice((1, 2)),
            minimum=rng.randint(0, 2),
            target=rng.randint(0, 3),
            supervisors=rng.randint(0, 1),
            languages=rng.choice(((), ("ku",), ("az", "ku"))),
        )
        for number in range(1, 4)
    ]
    made = problem(people, slots, rng.choice((0, 4, 8)))
    return _standing(made, rng) if seed % 2 else made


def _standing(made: Problem, rng: Random) -> Problem:
    pairs = [(who, where) for who in made.people for where in made.slots]
    kept = frozenset(rng.sample(pairs, 4))
    frozen = frozenset(rng.sample(sorted(kept), 1)) if rng.random() < 0.5 else frozenset(rng.sample(pairs, 1))
    return replace(made, kept=kept, frozen=frozen, closed=frozenset(rng.sample(sorted(made.slots), 1)))
