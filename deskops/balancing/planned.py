"""What the plan says of counters to come, and a projection's counters as it comes true."""

from collections.abc import Sequence
from heapq import heappush
from typing import NamedTuple

from deskops.balancing.load import Load
from deskops.balancing.state import Counter


class PlannedCount(NamedTuple):
    """So many minutes from now the desk will have so many counters open: a shift ends, a desk closes."""

    minutes: float
    desk_id: int
    counters: int


class Staffing:
    """Counters that the plan takes away or adds while the play runs. Of too many, whoever is free first leaves."""

    def __init__(self, load: Load, planned: Sequence[PlannedCount]) -> None:
        self.extra: dict[int, Counter] = {}
        self._coming = list(reversed(planned))
        self._count = {desk.desk.id: desk.open_counters for desk in load.desks.values()} if planned else {}
        self._surplus: dict[int, int] = {}

    def begins_later(self, free: list[tuple[float, int]]) -> bool:
        """With nobody at work, go on at the next counters that the plan opens; False if it opens none."""
        while not free and self._coming:
            self.reach(self._coming[-1].minutes, free)
        return bool(free)

    def reach(self, minutes: float, free: list[tuple[float, int]]) -> None:
        """Take note of what is planned until this minute."""
        while self._coming and self._coming[-1].minutes <= minutes:
            change = self._coming.pop()
            step = change.counters - self._count.get(change.desk_id, 0)
            self._count[change.desk_id] = change.counters
            surplus = self._surplus.get(change.desk_id, 0) - step
            self._surplus[change.desk_id] = max(0, surplus)
            for _ in range(-surplus):
                counter = Counter(-1 - len(self.extra), change.desk_id, open=True)
                self.extra[counter.id] = counter
                heappush(free, (change.minutes, counter.id))

    def leaves(self, desk_id: int) -> bool:
        """Whether the counter that is free now is one too many."""
        if not self._surplus.get(desk_id):
            return False
        self._surplus[desk_id] -= 1
        return True
