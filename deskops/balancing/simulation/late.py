"""Late binding, longest wait: what contact centres sell, with walks between sites where people can walk."""

from collections.abc import Sequence
from heapq import heappop, heappush

from deskops.balancing.simulation.plain import Plain, able
from deskops.balancing.simulation.scenario import Desk, Person, Scenario

_Line = list[tuple[bool, float, int]]
_Place = int | None
"""A site, or None for the phone."""


class LongestWait(Plain):
    """Nobody has a desk: a free counter takes whoever has waited longest of those it is competent for, urgent first, at its
    site and on the phone. If somebody elsewhere has waited longer, they are called first and walk, as many at a time as the
    desk has open counters; the counter takes others meanwhile.
    """

    def __init__(self, scenario: Scenario, people: list[Person]) -> None:
        super().__init__()
        self._scenario = scenario
        self._people = people
        self._desks = {desk.id: desk for desk in scenario.desks}
        self._lines: dict[tuple[_Place, int], _Line] = {}
        self._expected = {desk.id: 0 for desk in scenario.desks}
        self._walking_to: dict[int, int] = {}
        self._elsewhere = {
            desk.id: [
                site
                for site in range(scenario.sites)
                if desk.walk_in and site != desk.site and scenario.can_walk(site, desk.site)
            ]
            for desk in scenario.desks
        }

    def arrive(self, person: int) -> None:
        self._stand(person, self._people[person].site)

    def walk_ends(self, person: int) -> None:
        desk = self._walking_to.pop(person)
        self._expected[desk] -= 1
        self._stand(person, self._desks[desk].site)

    def failed(self, desk: int, down: bool) -> None:
        super().failed(desk, down)
        self.go(desk)

    def go(self, desk: int) -> None:
        facts = self._desks[desk]
        near: list[_Place] = [*([facts.site] if facts.walk_in else []), *([None] if facts.calls else [])]
        while (counter := self.idle_counter(desk)) is not None:
            line = self._longest(facts, near)
            self._call(facts, line)
            if line is None:
                return
            person = heappop(line)[2]
            self.serve(counter, person, facts.speed[self._people[person].topic])

    def _call(self, desk: Desk, before: _Line | None) -> None:
        """Let whoever has waited longest walk here if they stand elsewhere, unless enough are on the way."""
        line = self._longest(desk, self._elsewhere[desk.id])
        expected = self._expected[desk.id]
        if line and expected < self.floor.open_counters(desk.id) and (before is None or line[0] < before[0]):
            person = heappop(line)[2]
            self._walking_to[person] = desk.id
            self._expected[desk.id] += 1
            self.send(person)

    def _longest(self, desk: Desk, places: Sequence[_Place]) -> _Line | None:
        """The line whose head has waited longest, those who gave up taken out."""
        lines = [self._lines.get((place, topic)) for place in places for topic in desk.speed]
        for line in lines:
            while line and line[0][2] in self._gone:
                heappop(line)
        return min((line for line in lines if line), default=None)

    def _stand(self, person: int, place: _Place) -> None:
        who = self._people[person]
        heappush(self._lines.setdefault((place, who.topic), []), (not who.urgent, who.minute, person))
        desks = able(self._scenario, who)
        desks.sort(key=lambda desk: (desk.site != place, desk.speed[who.topic], len(desk.speed)))
        for desk in desks:
            self.go(desk.id)
