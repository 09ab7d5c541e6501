"""One projection of all waits with 500 people waiting, with a newcomer of each kind and without."""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks.provinces import busy_load
from benchmarks.result import Result, Scale, median
from deskops.balancing.projection import look_ahead, project

GOAL_MS = 5.0
DESKS, WAITING = 36, 500


def measure(scale: Scale) -> Result:
    """Milliseconds of the one with newcomers, which is what the board, receipts and the offer use."""
    load = busy_load(DESKS, WAITING)
    rounds = scale.of(40, 2)
    ahead = [_milliseconds(lambda: look_ahead(load, 0.0), rounds) for _ in range(scale.runs)]
    plain = [_milliseconds(lambda: project(load, 0.0), rounds) for _ in range(scale.runs)]
    details = {"without_newcomers_ms": median(plain), "desks": DESKS, "waiting": WAITING}
    return Result(median(ahead), "ms", "<= 5 ms", median(ahead) <= GOAL_MS, None, ahead, details)


def _milliseconds(act: Callable[[], object], rounds: int) -> float:
    """The median of several rounds: a busy machine interrupts some."""
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        took.append((time.perf_counter() - started) * 1e3)
    return median(took)
