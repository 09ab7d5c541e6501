"""The policies that the rule is held against, without the rule's code: pools, fixed map, and what is sold elsewhere."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from random import Random

from deskops.balancing.simulation.engine import Floor
from deskops.balancing.simulation.scenario import Desk, Person, Scenario

Where = Callable[[int], int | None]
"""The desk that a person is given; None where nobody can serve them."""


class Plain:
    """What the plain policies have in common: they remember idle counters, let people walk, and learn nothing."""

    def __init__(self) -> None:
        self.floor: Floor
        self.walked: set[int] = set()
        self._idle: dict[int, set[int]] = {}
        self._down: set[int] = set()
        self._gone: set[int] = set()

    def begin(self, floor: Floor) -> None:
        self.floor = floor

    def free(self, counter: int) -> None:
        desk = self.floor.desk_of[counter]
        self._idle.setdefault(desk, set()).add(counter)
        self.go(desk)

    def finished(self, counter: int, person: int) -> None:
        """Nothing is learned."""

    def opened(self, counter: int) -> None:
        """A new counter asks for somebody at once."""

    def leaving(self, counter: int) -> None:
        """It asks for nobody."""

    def gone(self, counter: int) -> None:
        self._idle.get(self.floor.desk_of[counter], set()).discard(counter)

    def failed(self, desk: int, down: bool) -> None:
        (self._down.add if down else self._down.discard)(desk)

    def timer(self, what: str, person: int) -> None:  # noqa: ARG002  # only one thing is timed
        """Only walks end at a time that is set."""
        self.walk_ends(person)

    def gave_up(self, person: int) -> None:
        """Found out when their turn comes."""
        self._gone.add(person)

    def go(self, desk: int) -> None:
        """Let the desk's idle counters take whom they can."""
        raise NotImplementedError

    def walk_ends(self, person: int) -> None:
        """The person is where they were sent."""
        raise NotImplementedError

    def idle_counter(self, desk: int) -> int | None:
        """An idle counter of a desk that isn't down."""
        idle = self._idle.get(desk)
        return min(idle) if idle and desk not in self._down else None

    def serve(self, counter: int, person: int, factor: float) -> None:
        self._idle[self.floor.desk_of[counter]].discard(counter)
        self.floor.serve(counter, person, factor)

    def send(self, person: int) -> None:
        """Let a person walk."""
        self.walked.add(person)
        self.floor.remind(self.floor.people[person].walk_minutes, "walked", person)


class Lists(Plain):
    """One list per desk, urgent first, then by registration; the desk is chosen at arrival and for good.

    `factor` gives what a service takes (desk, topic), `site` where a desk stands; without it nobody walks.
    """

    def __init__(
        self, where: Where, factor: Callable[[int, int], float], site: Callable[[int], int] | None = None
    ) -> None:
        super().__init__()
        self.waiting: dict[int, list[tuple[bool, float, int]]] = {}
        self._where = where
        self._factor = factor
        self._site = site
        self._walking_to: dict[int, int] = {}

    def arrive(self, person: int) -> None:
        desk = self._where(person)
        if desk is None:
            return
        who = self.floor.people[person]
        if self._site is not None and who.site is not None and who.site != self._site(desk):
            self._walking_to[person] = desk
            self.send(person)
        else:
            self._stand(person, desk)

    def walk_ends(self, person: int) -> None:
        self._stand(person, self._walking_to.pop(person))

    def go(self, desk: int) -> None:
        waiting = self.waiting.get(desk)
        while waiting and (counter := self.idle_counter(desk)) is not None:
            person = heappop(waiting)[2]
            if person not in self._gone:
                self.serve(counter, person, self._factor(desk, self.floor.people[person].topic))

    def _stand(self, person: int, desk: int) -> None:
        who = self.floor.people[person]
        heappush(self.waiting.setdefault(desk, []), (not who.urgent, who.minute, person))
        self.go(desk)


class FixedMap:
    """The map topic -> desk of paper: calls of the headquarters' topics go there, the hall's walk-ins of the hall's topics
    to the hall, everybody else to a desk of the topic, at the place if there is one; equals by lot.

    A desk of the topic is one whose own topic it is; where there is none, any that is competent. Where nobody can walk,
    walk-ins go to a competent desk where they are, or to nobody.
    """

    def __init__(self, scenario: Scenario, people: list[Person], seed: int) -> None:
        self._scenario = scenario
        self._people = people
        self._random = Random(seed)

    def __call__(self, person: int) -> int | None:
        who = self._people[person]
        competent = able(self._scenario, who)
        first = [desk for desk in competent if self._goes_first(desk, who)]
        own = [desk for desk in competent if who.topic in desk.own_topics]
        within = reachable(self._scenario, who)
        for choice in (
            first,
            at_site(who.site, own),
            [d for d in own if d in within],
            at_site(who.site, within),
            within,
        ):
            if choice:
                return self._random.choice(choice).id
        return None

    def _goes_first(self, desk: Desk, who: Person) -> bool:
        if who.is_call:
            return desk.is_headquarters
        return desk.own_topic is None and who.site == desk.site == self._scenario.hall


class Bound(Lists):
    """The desk of least cost at arrival, for good; equals by lot. What is sold as shortest queue (people per open counter)
    or, `by_wait`, as least expected wait: work before them over open counters, at least the walk, and the slower service.
    """

    def __init__(self, scenario: Scenario, people: list[Person], seed: int, by_wait: bool) -> None:
        self._scenario = scenario
        self._people = people
        self._by_wait = by_wait
        self._random = Random(seed)
        self._means = {topic.id: topic.believed_mean_minutes for topic in scenario.topics}
        self._mean = sum(topic.share * topic.believed_mean_minutes for topic in scenario.topics)
        self._present = {desk.id: 0 for desk in scenario.desks}
        self._work = {desk.id: 0.0 for desk in scenario.desks}
        self._desk_of: dict[int, int] = {}
        self._speeds = {desk.id: desk.speed for desk in scenario.desks}
        sites = {desk.id: desk.site for desk in scenario.desks}
        super().__init__(self._least, lambda desk, topic: self._speeds[desk][topic], lambda desk: sites[desk])

    def serve(self, counter: int, person: int, factor: float) -> None:
        self._work[self._desk_of[person]] -= self._minutes(person)
        super().serve(counter, person, factor)

    def finished(self, counter: int, person: int) -> None:  # noqa: ARG002  # the engine's signature
        self._present[self.floor.desk_of[counter]] -= 1

    def gave_up(self, person: int) -> None:
        super().gave_up(person)
        self._unbind(person)

    def gone(self, counter: int) -> None:
        """Whoever waits for a desk whose last counter leaves is given another, if any other is open."""
        super().gone(counter)
        desk = self.floor.desk_of[counter]
        if not self.floor.open_counters(desk) and desk not in self._down:
            for _, _, person in sorted(self.waiting.pop(desk, [])):
                if person not in self._gone:
                    self._unbind(person)
                    self.arrive(person)

    def _unbind(self, person: int) -> None:
        self._work[self._desk_of[person]] -= self._minutes(person)
        self._present[self._desk_of.pop(person)] -= 1

    def _minutes(self, person: int) -> float:
        topic = self._people[person].topic
        return self._means[topic] * self._speeds[self._desk_of[person]][topic]

    def _least(self, person: int) -> int | None:
        """Of the open desks; while none is open, of all."""
        who = self._people[person]
        desks = reachable(self._scenario, who)
        desks = [desk for desk in desks if self.floor.open_counters(desk.id)] or desks
        if not desks:
            return None
        chosen = min((self._cost(desk, who), self._random.random(), desk.id) for desk in desks)[2]
        self._desk_of[person] = chosen
        self._present[chosen] += 1
        self._work[chosen] += self._minutes(person)
        return chosen

    def _cost(self, desk: Desk, who: Person) -> float:
        counters = max(1, self.floor.open_counters(desk.id))
        if not self._by_wait:
            return self._present[desk.id] / counters
        wait = 0.0 if self._present[desk.id] < counters else (self._work[desk.id] + self._mean) / counters
        walk = 0.0 if who.is_call or who.site == desk.site else who.walk_minutes
        return max(wait, walk) + (desk.speed[who.topic] - 1.0) * self._means[who.topic]


def able(scenario: Scenario, who: Person) -> list[Desk]:
    """The desks competent for a person."""
    return [
        desk
        for desk in scenario.desks
        if who.topic in desk.speed and (desk.calls if who.is_call else desk.walk_in)
    ]


def at_site(site: int | None, desks: Iterable[Desk]) -> list[Desk]:
    return [desk for desk in desks if desk.site == site]


def reachable(scenario: Scenario, who: Person) -> list[Desk]:
    competent = able(scenario, who)
    site = who.site
    if site is None:
        return competent
    return [desk for desk in competent if desk.site == site or scenario.can_walk(site, desk.site)]
