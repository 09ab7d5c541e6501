"""Small scenarios and histories drawn from a seed, on instants that a simulator's minutes and a database's microseconds can
both hold to the last bit: else a tie could be broken otherwise on one side, and no rule would be to blame.
"""

from random import Random
from typing import NamedTuple

from deskops.balancing.simulation.scenario import Desk, Person, Scenario, Topic
from deskops.balancing.simulation.staffing import Failure, Shift

LASTS_MINUTES = 90
TICKS_APART = 10
"""Half minutes between two looks at everybody. Nobody else comes at one, so that both sides foresee waits at the same
instants."""


class History(NamedTuple):
    """What happens whatever is decided: who comes, which counters open and close, which desks stop."""

    scenario: Scenario
    people: list[Person]
    changes: list[Shift | Failure]


def draw_history(seed: int, topics: int = 4, people: int = 70) -> History:
    """`topics` is a power of two: their equal shares are exact."""
    random = Random(seed)
    scenario = _scenario(random, topics)
    return History(scenario, _people(random, scenario, people), _changes(random, scenario))


def _scenario(random: Random, topics: int) -> Scenario:
    sites = random.choice((2, 3))
    pairs = [(site, other) for other in range(sites) for site in range(other)]
    walked = {pair: random.choice((4.0, 5.5, 7.25)) for pair in pairs if random.random() < 0.7}
    desks = [_desk(random, number, sites, topics) for number in range(1, random.choice((4, 5, 6)))]
    hall = _desk(random, len(desks) + 1, sites, topics, does_all=True)
    means = [random.randrange(32, 80) / 8 + topic / 64 for topic in range(topics)]
    return Scenario(
        name="drawn",
        days=1,
        opening=(0, LASTS_MINUTES),
        load=1.0,
        sites=sites,
        hall=hall.site,
        walk_minutes=(3.0, 8.0),
        topics=tuple(Topic(topic, 1 / topics, mean, mean) for topic, mean in enumerate(means)),
        desks=(*desks, hall),
        events=(),
        reference_slowdown=1.0,
        accept_share=random.choice((0.0, 0.5, 1.0)),
        generator=None,
        walk_pairs=walked,
    )


def _desk(random: Random, number: int, sites: int, topics: int, *, does_all: bool = False) -> Desk:
    """Slower at other topics than its own, and no two desks alike."""
    done = range(topics) if does_all else sorted(random.sample(range(topics), random.randint(1, topics)))
    own_speed, slower = 1.0 + number / 32, 1.25 + number / 32
    kind = "both" if does_all else random.choice(("both", "both", "walk_ins", "calls"))
    own = random.choice((None, done[0])) if kind == "calls" or does_all else done[0]
    return Desk(
        id=number,
        site=random.randrange(sites),
        own_topic=own,
        walk_in=kind != "calls",
        calls=kind != "walk_ins",
        speed={topic: own_speed if topic == own else slower for topic in done},
        counters=(),
        languages={"az": random.choice((0, 1, 1, 2))},
    )


def _people(random: Random, scenario: Scenario, count: int) -> list[Person]:
    places = [half for half in range(1, 2 * LASTS_MINUTES) if half % TICKS_APART]
    arrivals = [0, *sorted(random.sample(places, count - 1))]
    return [_person(random, scenario, half / 2) for half in arrivals]


def _person(random: Random, scenario: Scenario, minute: float) -> Person:
    is_call = random.random() < 0.4
    no_show = not is_call and random.random() < 0.08
    return Person(
        minute=minute,
        topic=random.choice(scenario.topics).id,
        is_call=is_call,
        site=None if is_call else random.randrange(scenario.sites),
        urgent=random.random() < 0.12,
        service_minutes=2.0 if no_show else random.randrange(4, 40) / 2,
        no_show=no_show,
        walk_minutes=random.randrange(12, 32) / 4,
        patience_minutes=random.randrange(64 * 4, 64 * 30) / 64 if random.random() < 0.1 else None,
        language=random.choice(("fa", "fa", "fa", "fa", "az")),
    )


def _changes(random: Random, scenario: Scenario) -> list[Shift | Failure]:
    """A shift by steps is one that nobody foresees."""
    begins = [Shift(0.0, desk.id, counters=random.randint(1, 3)) for desk in scenario.desks]
    later: list[Shift | Failure] = []
    for desk in scenario.desks:
        for _ in range(random.randint(0, 4)):
            later.append(Shift(_instant(random), desk.id, step=random.choice((-1, -1, 1))))
    for desk in random.sample(scenario.desks, 2):
        down, up = sorted(_instant(random) for _ in range(2))
        later += [Failure(down, desk.id, True), Failure(up, desk.id, False)]
    return [*begins, *sorted(later, key=lambda change: change.minute)]


def _instant(random: Random) -> float:
    """Never at a half minute, when people come."""
    return random.randrange(1, LASTS_MINUTES) + random.choice((1, 5, 11, 19, 37, 53)) / 64
