"""The load that a scenario begins with."""

from collections.abc import Mapping
from itertools import combinations

from deskops.balancing.load import Load
from deskops.balancing.simulation.scenario import Scenario
from deskops.balancing.state import Desk, Policy, Topic


def topics_of(scenario: Scenario) -> list[Topic]:
    """As the software believes in them."""
    return [Topic(topic.id, topic.believed_mean_minutes, topic.share) for topic in scenario.topics]


def load_of(scenario: Scenario, policy: Policy) -> Load:
    """Its desks, topics and ways, without counters and people. Sites are numbered from 1, for 0 is the phone."""
    load = Load(policy)
    for topic in topics_of(scenario):
        load.put_topic(topic)
    for desk in scenario.desks:
        own = desk.own_topics
        load.put_desk(
            Desk(desk.id, desk.site + 1, desk.speed, own, desk.walk_in, desk.calls, desk.is_headquarters)
        )
    minutes = scenario.walk_pairs or {}
    for site, other in combinations(range(scenario.sites), 2):
        if scenario.can_walk(site, other):
            load.put_walk(site + 1, other + 1, minutes.get((site, other)))
    return load


def languages_of_next(load: Load, desk_id: int, wanted: Mapping[str, int]) -> frozenset[str]:
    """What the desk's next counter to open speaks: of the languages wanted there those that too few speak yet."""
    there = load.desks[desk_id].counters.values()
    return frozenset(
        name for name, count in wanted.items() if sum(name in c.languages for c in there) < count
    )
