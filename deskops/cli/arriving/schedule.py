"""What is to be done when: one thread does it all, in order."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

Act = Callable[[], None]


class Schedule:
    """Acts in order of their due times, in seconds of a monotonic clock that the caller reads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._due: list[tuple[float, int, Act]] = []
        self._count = itertools.count()

    def after(self, seconds: float, act: Act) -> None:
        """Do something later."""
        heapq.heappush(self._due, (self._clock() + seconds, next(self._count), act))

    def run_due(self) -> None:
        """Do what is due now."""
        now = self._clock()
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2]()

    def pause(self, longest: float) -> float:
        """Seconds until something is due, `longest` at most."""
        if not self._due:
            return longest
        return max(0.0, min(longest, self._due[0][0] - self._clock()))
