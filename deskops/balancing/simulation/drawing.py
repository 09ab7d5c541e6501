"""Draws traces as a scenario's `generator` says: the same scenario and seed give the same people."""

from collections.abc import Iterator
from random import Random

from deskops.balancing.simulation.scenario import (
    MINUTES_PER_DAY,
    Desk,
    Generator,
    Person,
    Scenario,
    Surge,
    Topic,
)

MINUTES_PER_HOUR = 60
DIGITS = 4


def draw(scenario: Scenario, seed: int) -> list[Person]:
    """Everybody of all days, in order of registration. Raises ValueError where the scenario has no generator.

    Arrivals are Poisson, their rate constant within each hour of opening; the surge adds (factor − 1) times the usual
    arrivals of its topics, or with a factor below 1 takes away. Service minutes are gamma distributed.
    """
    if scenario.generator is None:
        raise ValueError("the scenario has no generator: nothing can be drawn")
    return _Draw(scenario, scenario.generator, Random(seed)).people()


def demands_per_day(scenario: Scenario, generator: Generator) -> float:
    """As many as make the load: offered work, no-shows counted, over the planned counters of the opening hours."""
    shown = 1.0 - generator.no_show.share
    mean = shown * sum(topic.share * topic.mean_minutes for topic in scenario.topics)
    mean += generator.no_show.share * generator.no_show.minutes
    staffed = sum(_counter_minutes(desk, scenario.opening) for desk in scenario.desks)
    return scenario.load * staffed / mean


def _counter_minutes(desk: Desk, opening: tuple[int, int]) -> float:
    """Counters times minutes of one day's opening, as planned; what stands at midnight is what stood in the evening."""
    opens, closes = opening
    plan = sorted(desk.counters)
    ends = [*(minute for minute, _ in plan[1:]), MINUTES_PER_DAY]
    planned = [(begin, end, count) for (begin, count), end in zip(plan, ends, strict=True)]
    return sum(count * max(0.0, min(end, closes) - max(begin, opens)) for begin, end, count in planned)


class _Draw:
    def __init__(self, scenario: Scenario, generator: Generator, random: Random) -> None:
        self._scenario = scenario
        self._generator = generator
        self._random = random
        self._own_sites = {
            topic.id: [desk.site for desk in scenario.desks if topic.id in desk.own_topics and desk.walk_in]
            for topic in scenario.topics
        }

    def people(self) -> list[Person]:
        people = [
            self._person(day * MINUTES_PER_DAY + minute, topic)
            for day in range(self._scenario.days)
            for minute, topic in self._arrivals(day + 1)
        ]
        return sorted(people, key=lambda person: person.minute)

    def _arrivals(self, day: int) -> Iterator[tuple[float, Topic]]:
        topics = self._scenario.topics
        surge = self._generator.surge
        surge = surge if surge is not None and surge.day == day else None
        for begins, ends, rate in self._hours():
            for minute in self._poisson(begins, ends, rate):
                topic = self._random.choices(topics, [topic.share for topic in topics])[0]
                if surge is None or not self._is_kept_away(surge, minute, topic):
                    yield minute, topic
            if surge is not None and surge.factor > 1.0:
                yield from self._surging(surge, begins, ends, rate)

    def _hours(self) -> Iterator[tuple[float, float, float]]:
        """Each hour's beginning and end, and its arrivals a minute."""
        opens, closes = self._scenario.opening
        profile = self._generator.profile_per_hour
        lengths = [
            min(MINUTES_PER_HOUR, closes - opens - hour * MINUTES_PER_HOUR) for hour in range(len(profile))
        ]
        weight = sum(w * length for w, length in zip(profile, lengths, strict=True))
        per_weight = demands_per_day(self._scenario, self._generator) / weight
        for hour, (w, length) in enumerate(zip(profile, lengths, strict=True)):
            begins = opens + hour * MINUTES_PER_HOUR
            yield begins, begins + length, w * per_weight

    def _surging(
        self, surge: Surge, begins: float, ends: float, rate: float
    ) -> Iterator[tuple[float, Topic]]:
        """The surge's additional arrivals within an hour."""
        topics = [topic for topic in self._scenario.topics if topic.id in surge.topics]
        share = sum(topic.share for topic in topics)
        begins, ends = max(begins, surge.minute), min(ends, surge.minute + surge.minutes)
        for minute in self._poisson(begins, ends, rate * share * (surge.factor - 1.0)):
            yield minute, self._random.choices(topics, [topic.share for topic in topics])[0]

    def _is_kept_away(self, surge: Surge, minute: float, topic: Topic) -> bool:
        """A surge with a factor below 1 leaves only that share of its topics' arrivals."""
        within = surge.minute <= minute < surge.minute + surge.minutes and topic.id in surge.topics
        return within and surge.factor < 1.0 and self._random.random() >= surge.factor

    def _poisson(self, begins: float, ends: float, rate: float) -> Iterator[float]:
        minute = begins
        while rate > 0.0:
            minute += self._random.expovariate(rate)
            if minute >= ends:
                return
            yield minute

    def _person(self, minute: float, topic: Topic) -> Person:
        generator, random = self._generator, self._random
        is_call = random.random() < generator.call_share
        no_show = random.random() < generator.no_show.share
        walk = self._scenario.walk_minutes
        return Person(
            minute=round(minute, DIGITS),
            topic=topic.id,
            is_call=is_call,
            site=None if is_call else self._site(topic),
            urgent=random.random() < generator.urgent_share,
            service_minutes=generator.no_show.minutes if no_show else self._service_minutes(topic),
            no_show=no_show,
            walk_minutes=0.0 if walk is None else round(random.uniform(*walk), DIGITS),
        )

    def _service_minutes(self, topic: Topic) -> float:
        variance = self._generator.service_cv**2
        if not variance:
            return topic.mean_minutes
        return round(self._random.gammavariate(1.0 / variance, topic.mean_minutes * variance), DIGITS)

    def _site(self, topic: Topic) -> int:
        """Of sites of the topic's own desks, one with two such desks comes twice; without any it is the hall."""
        shares = self._generator.site_of_walk_in
        where = self._random.choices(
            ("own", "hall", "any"), (shares.own_topic_sites, shares.hall, shares.any)
        )[0]
        if where == "own" and self._own_sites[topic.id]:
            return self._random.choice(self._own_sites[topic.id])
        if where == "any":
            return self._random.randrange(self._scenario.sites)
        return self._scenario.hall
