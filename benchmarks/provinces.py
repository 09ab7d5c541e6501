"""Provinces to be played in memory: the scenarios beside the project, disjoint copies, and a load of any size."""

from __future__ import annotations

import gzip
from dataclasses import replace
from random import Random

from benchmarks.result import CannotMeasureError
from benchmarks.server import ROOT
from deskops.balancing.load import Load
from deskops.balancing.simulation.reading import read_scenario
from deskops.balancing.simulation.scenario import CounterMove, Desk, DeskDown, Person, Scenario
from deskops.balancing.simulation.traces import read_trace
from deskops.balancing.state import PHONE, SECONDS_PER_MINUTE, Counter, Topic, Waiting
from deskops.balancing.state import Desk as Facts

# Outside the project: where scenarios and traces lie on a machine that has them.
FOLDER = ROOT.parent / "shared" / "data"
NAMES = ("trip34", "province34")
SEEDS = (1, 2, 3)

SITES, TOPICS, COUNTERS = 4, 23, 6
HALL = 1


def scenario_of(name: str) -> Scenario:
    """Raises CannotMeasureError."""
    path = FOLDER / f"scenario-{name}.json"
    if not path.exists():
        raise CannotMeasureError(f"{path.name} is not there: put it into {FOLDER.name}/ beside the project")
    return read_scenario(path.read_text(encoding="utf-8"))


def trace_of(scenario: Scenario, seed: int) -> list[Person]:
    """A shipped trace. Raises CannotMeasureError."""
    path = FOLDER / f"demands-{scenario.name}-{seed}.csv.gz"
    if not path.exists():
        raise CannotMeasureError(f"{path.name} is not there: put it into {FOLDER.name}/ beside the project")
    return read_trace(gzip.decompress(path.read_bytes()).decode("utf-8").splitlines(), scenario)


def copies(scenario: Scenario, people: list[Person], count: int) -> tuple[Scenario, list[Person]]:
    """So many of the same province side by side, which share no desk, site or topic."""
    desks = 1 + max(desk.id for desk in scenario.desks)
    topics = 1 + max(topic.id for topic in scenario.topics)
    sites = scenario.sites
    wide = replace(
        scenario,
        sites=sites * count,
        topics=tuple(
            topic._replace(id=topic.id + n * topics, share=topic.share / count)
            for n in range(count)
            for topic in scenario.topics
        ),
        desks=tuple(
            _moved_desk(desk, n * desks, n * topics, n * sites)
            for n in range(count)
            for desk in scenario.desks
        ),
        events=tuple(_moved_event(event, n * desks) for n in range(count) for event in scenario.events),
    )
    everybody = [
        person._replace(
            topic=person.topic + n * topics, site=None if person.site is None else person.site + n * sites
        )
        for person in people
        for n in range(count)
    ]
    return wide, everybody


def _moved_desk(desk: Desk, desks: int, topics: int, sites: int) -> Desk:
    return replace(
        desk,
        id=desk.id + desks,
        site=desk.site + sites,
        own_topic=None if desk.own_topic is None else desk.own_topic + topics,
        speed={topic + topics: factor for topic, factor in desk.speed.items()},
    )


def _moved_event(event: DeskDown | CounterMove, desks: int) -> DeskDown | CounterMove:
    if isinstance(event, DeskDown):
        return event._replace(desk=event.desk + desks)
    return event._replace(source=event.source + desks, target=event.target + desks)


def busy_load(desks: int, waiting: int, *, able: int | None = None) -> Load:
    """Desks on four sites minutes apart, all counters busy, so many people waiting, a third of them on the phone.

    Each desk does three topics and two do half of all; with `able` so many do topic 0, and the others don't.
    """
    random, load = Random(1), Load()
    for topic in range(TOPICS):
        load.put_topic(Topic(topic, 6.0 + topic % 5, 1 / (1 + topic)))
    for number in range(desks):
        load.put_desk(_facts(number, desks, able))
        for counter in range(COUNTERS):
            topic = next(iter(load.desks[number].desk.speed))
            known = Counter(number * COUNTERS + counter, number, open=True, busy=True)
            load.put_counter(replace(known, serving_topic_id=topic, serving_since=-60.0 * random.random()))
    for site in range(2, SITES + 1):
        for other in range(1, site):
            load.put_walk(site, other)
    for number in range(waiting):
        place = PHONE if number % 3 == 0 else random.randint(1, SITES)
        topic = random.randrange(TOPICS)
        able_here = load.serving(place, topic) or load.serving(PHONE, topic)
        desk_id = random.choice(able_here).desk.id if able_here else None
        registered = -SECONDS_PER_MINUTE * (waiting - number) / 10
        load.put_waiting(Waiting(number, place, topic, registered, random.random() < 0.05, desk_id=desk_id))
    return load


def _facts(number: int, desks: int, able: int | None) -> Facts:
    if number >= desks - 2:
        speed = dict.fromkeys(range(TOPICS // 2), 1.1)
    else:
        speed = {(number + step) % TOPICS: 1.0 if step == 0 else 1.05 for step in range(3)}
    if able is not None:
        speed = speed | {0: 1.05}
        if number >= able:
            speed = {topic: factor for topic, factor in speed.items() if topic} or {1: 1.0}
    return Facts(number, 1 + number % SITES, speed, frozenset())
