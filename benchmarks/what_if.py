"""A what-if over HTTP with 36 desks and 500 waiting: six counters more at a desk, at a site, and a desk closed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import ground as grounds
from benchmarks.clients import Client
from benchmarks.ground import HALL, HALL_SITE, Ground, User
from benchmarks.result import Result, Scale, median, percentile, say
from benchmarks.seed import add_waiting
from benchmarks.server import Server, pinned, server_core, serving
from benchmarks.stores import folder

GOAL_MS = 1_000.0
WAITING, QUESTIONS = 500, 40


def measure(scale: Scale) -> Result:
    """The 95th percentile of the slowest question; the median of runs."""
    with folder() as path:
        ground = grounds.lay(f"sqlite:///{path / 'deskops.sqlite3'}", path)
        add_waiting(ground, scale.of(WAITING, 50))
        user = ground.sign_in("coordinator")
        grounds.leave()
        runs = list(_asked(ground, user, path, scale))
    slowest = {name: median([run[name] for run in runs]) for name in runs[0]}
    worst = max(slowest.values())
    say(", ".join(f"{name} {taken:.0f} ms" for name, taken in slowest.items()))
    details = {"p95_ms": slowest, "desks": len(ground.desks), "waiting": scale.of(WAITING, 50)}
    values = [max(run.values()) for run in runs]
    return Result(worst, "ms p95", "<= 1000", worst <= GOAL_MS, None, values, details)


def _questions(ground: Ground) -> dict[str, list[dict[str, Any]]]:
    closed = next(desk_id for code, desk_id in ground.desks.items() if code != HALL)
    more = {"kind": "more", "counters": 6}
    return {
        "desk": [more | {"desk_id": ground.desks[HALL]}],
        "site": [more | {"site_id": ground.sites[HALL_SITE]}],
        "all": [
            more | {"site_id": ground.sites[HALL_SITE]},
            {"kind": "close", "desk_id": closed},
            {"kind": "fewer", "counters": 1, "desk_id": ground.desks[HALL]},
        ],
    }


def _asked(ground: Ground, user: User, path: Path, scale: Scale) -> Iterator[dict[str, float]]:
    with ExitStack() as stack:
        stack.enter_context(pinned())
        made = Server(ground.environment, core=server_core(), log=path / "log")
        server = stack.enter_context(serving(made))
        for _ in range(scale.runs):
            yield asyncio.run(_p95(ground, user, server.port, scale.of(QUESTIONS, 3)))


async def _p95(ground: Ground, user: User, port: int, times: int) -> dict[str, float]:
    client, address = Client(port, user), ground.api("/balance/what-if")
    taken = {}
    for name, changes in _questions(ground).items():
        replies = [await client.post(address, {"changes": changes}) for _ in range(times + 1)]
        # The first one reads the trip into memory.
        taken[name] = percentile([reply.milliseconds for reply in replies[1:]], 95)
    client.close()
    return taken
