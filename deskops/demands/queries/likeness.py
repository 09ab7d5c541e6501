"""A scenario whose drawn days are like one that was: its shares, means, hours and channels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from deskops.balancing.learning import ServiceTimes
from deskops.balancing.simulation.scenario import Generator, NoShows, Person, Scenario, Topic

MINUTES_PER_HOUR = 60


def as_it_came(scenario: Scenario, people: Sequence[Person], accepting: float | None) -> Scenario:
    """With the figures of these people; `accepting` is the share who took the offer, None where nobody answered one."""
    services: dict[int, list[float]] = defaultdict(list)
    for who in people:
        if not who.no_show:
            services[who.topic].append(who.service_minutes)
    counts = Counter(who.topic for who in people)
    topics = tuple(
        topic._replace(share=counts[topic.id] / len(people), mean_minutes=_mean(topic, services[topic.id]))
        for topic in scenario.topics
    )
    share = scenario.accept_share if accepting is None else accepting
    generator = scenario.generator and _drawn_like(scenario.generator, scenario.opening, people)
    return replace(scenario, topics=topics, accept_share=share, generator=generator)


def _mean(topic: Topic, minutes: Sequence[float]) -> float:
    return max(sum(minutes) / len(minutes), ServiceTimes.LEAST_MINUTES) if minutes else topic.mean_minutes


def _drawn_like(generator: Generator, opening: tuple[int, int], people: Sequence[Person]) -> Generator:
    hours = Counter(int((who.minute - opening[0]) // MINUTES_PER_HOUR) for who in people)
    missed = [who.service_minutes for who in people if who.no_show]
    return replace(
        generator,
        profile_per_hour=tuple(float(hours[hour]) for hour in range(len(generator.profile_per_hour))),
        call_share=_share(who.is_call for who in people),
        urgent_share=_share(who.urgent for who in people),
        no_show=NoShows(len(missed) / len(people), sum(missed) / len(missed))
        if missed
        else NoShows(0.0, 0.0),
    )


def _share(flags: Iterable[bool]) -> float:
    every = list(flags)
    return sum(every) / len(every)
