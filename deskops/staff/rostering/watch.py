"""A solve seen from outside: how far it is, until when it may go on, and whether somebody has called it off."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import Protocol

GREEDY_STAGE, RELAXING, ROUNDING, DONE = "greedy", "relaxing", "rounding", "done"
LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """`share` 0 to 1 never falls; `best`: cost of the best roster yet; `bound`: none costs less, once that is proved."""

    stage: str
    share: float
    best: float
    bound: float | None = None


class Cancelled(Exception):
    """The solve was called off; nothing was decided."""


Told = Callable[[Progress], None]
Cancel = Callable[[], bool]


class Stops(Protocol):
    """Work that can be told to end. `cost` and `bound` are those that hold now, `seconds` about how long a step takes."""

    stopping: Event
    seconds: float

    @property
    def cost(self) -> float: ...

    @property
    def bound(self) -> float | None: ...


class Watch:
    """Tells and asks in the caller's thread, while the work goes on in another: HiGHS looks up from a large step only
    after seconds, and its callbacks would come in its own thread.
    """

    def __init__(self, told: Told | None, cancelled: Cancel | None, limit_seconds: float) -> None:
        self._told, self._cancelled = told, cancelled
        self._until = time.monotonic() + limit_seconds
        self._share = 0.0

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._until - time.monotonic())

    def reach(self, stage: str, share: float, best: float, bound: float | None = None) -> None:
        """Tell that this much is done. Raises Cancelled where the solve was called off."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        self._share = max(self._share, share)
        if self._told is not None:
            self._told(Progress(stage, self._share, best, bound))

    def work(self, stage: str, until_share: float, work: Stops, step: Callable[[float], None]) -> None:
        """Do `step(seconds left)`, while the share nears `until_share`. Raises Cancelled, and whatever the step raises.

        The thread of what was called off ends by itself, at HiGHS's next look up.
        """
        failed: list[BaseException] = []
        thread = Thread(target=_done, args=(step, self.seconds_left, failed))
        begun, from_share = time.monotonic(), self._share
        thread.start()
        try:
            while thread.is_alive():
                near = 1.0 - math.exp((begun - time.monotonic()) / work.seconds)
                self.reach(stage, from_share + (until_share - from_share) * near, work.cost, work.bound)
                thread.join(LOOK_SECONDS)
        except BaseException:
            work.stopping.set()
            raise
        if failed:
            raise failed[0]
        self.reach(stage, until_share, work.cost, work.bound)


def _done(step: Callable[[float], None], seconds: float, failed: list[BaseException]) -> None:
    try:
        step(seconds)
    except Exception as error:
        failed.append(error)
