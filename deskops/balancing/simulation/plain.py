"""The policies that the rule is held against, without the rule's code: pools, fixed map, and what is sold elsewhere."""

from collections.abc import Callable
from heapq import heappop, heappush

from deskops.balancing.simulation.engine import Floor
from deskops.balancing.simulation.scenario import Person


class Idle:
    """What the plain policies have in common: they remember idle counters and don't care for the rest."""

    def __init__(self) -> None:
        self.floor: Floor
        self.people: list[Person]

    def begin(self, floor: Floor) -> None:
        self.floor = floor

    def finished(self, counter: int, person: int) -> None:
        """Nothing is learned."""

    def opened(self, counter: int) -> None:
        """A new counter asks for somebody at once."""

    def leaving(self, counter: int) -> None:
        """It asks for nobody."""

    def timer(self, what: str, person: int) -> None:
        """None is set."""


class Lists(Idle):
    """One list per desk, urgent first, then by registration; the desk is chosen at arrival and for good.

    `where` gives the desk of a person, `factor` what a service takes there (desk, topic).
    """

    def __init__(self, where: Callable[[int], int], factor: Callable[[int, int], float]) -> None:
        super().__init__()
        self._where = where
        self._factor = factor
        self._waiting: dict[int, list[tuple[bool, float, int]]] = {}
        self._idle: dict[int, set[int]] = {}
        self._down: set[int] = set()

    def arrive(self, person: int) -> None:
        desk = self._where(person)
        who = self.floor.people[person]
        heappush(self._waiting.setdefault(desk, []), (not who.urgent, who.minute, person))
        self._go(desk)

    def free(self, counter: int) -> None:
        desk = self.floor.desk_of[counter]
        self._idle.setdefault(desk, set()).add(counter)
        self._go(desk)

    def gone(self, counter: int) -> None:
        self._idle.get(self.floor.desk_of[counter], set()).discard(counter)

    def failed(self, desk: int, down: bool) -> None:
        (self._down.add if down else self._down.discard)(desk)

    def _go(self, desk: int) -> None:
        waiting, idle = self._waiting.get(desk), self._idle.get(desk)
        while waiting and idle and desk not in self._down:
            counter = min(idle)
            idle.discard(counter)
            person = heappop(waiting)[2]
            self.floor.serve(counter, person, self._factor(desk, self.floor.people[person].topic))
