"""Next with a million served, and with 10,000 waiting, against 100 waiting in an empty trip."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks import ground as grounds
from benchmarks.claim import Hall, hall_of
from benchmarks.result import Result, Scale, median, say
from benchmarks.seed import add_waiting, copy_of_served
from benchmarks.server import Server, pinned, server_core, serving
from benchmarks.stores import folder

GOAL = 1.2
FEW, MANY, SERVED = 100, 10_000, 1_000_000
BASELINE = "few"


def measure(scale: Scale) -> Result:
    """The worse of the two ratios of the 95th percentiles, each the median of runs that took turns."""
    sizes = {
        BASELINE: (0, FEW),
        "many_waiting": (0, scale.of(MANY, 500)),
        "million_served": (scale.of(SERVED, 2_000), FEW),
    }
    runs: dict[str, list[float]] = {name: [] for name in sizes}
    with ExitStack() as stack:
        halls = {name: stack.enter_context(_hall(*size)) for name, size in sizes.items()}
        stack.enter_context(pinned())
        for number in range(scale.runs + 1):
            for name, hall in halls.items():
                runs[name].append(asyncio.run(hall.run(scale.seconds)))
            say(f"run {number}: " + ", ".join(f"{name} {taken[-1]:.1f} ms" for name, taken in runs.items()))
    # The first round warms the processes up: it builds their view of the queue and compiles their statements.
    p95 = {name: median(taken[1:]) for name, taken in runs.items()}
    ratios = {name: value / p95[BASELINE] for name, value in p95.items() if name != BASELINE}
    worst = max(ratios.values())
    details = {"ratios": ratios, "p95_ms": p95, "all_runs_ms": runs}
    return Result(
        worst, "× p95 at 100 waiting", "<= 1.2", worst <= GOAL, p95[BASELINE], list(ratios.values()), details
    )


@contextmanager
def _hall(served: int, waiting: int) -> Iterator[Hall]:
    with folder() as path, ExitStack() as stack:
        database = copy_of_served(served, path)
        ground = grounds.lay(f"sqlite:///{database}", path)
        add_waiting(ground, waiting)
        server = stack.enter_context(
            serving(Server(ground.environment, core=server_core(), log=path / "log"))
        )
        hall = hall_of(ground, server, refilled=True)
        grounds.leave()
        yield hall
