"""Next, pressed at 16 counters at once: how long it takes, and whether anybody is called twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from benchmarks.clients import Client, all_at_once
from benchmarks.ground import HALL, HALL_SITE, Ground, User
from benchmarks.result import Result, Scale, median, percentile, say
from benchmarks.seed import add_waiting
from benchmarks.server import Server, pinned, server_core, serving
from benchmarks.stores import sqlite_ground

GOAL_MS = 60.0
COUNTERS = 16
WAITING = 12_000


@dataclass
class Hall:
    """Counters of the hall, each with its operator, who presses Next and finishes, over and over.

    `newcomers`: for each person who is called, another one comes, so that the queue keeps its length.
    """

    ground: Ground
    port: int
    users: list[User]
    newcomers: Iterator[dict[str, Any]] | None = None
    took: list[float] = field(default_factory=list)
    called: list[int] = field(default_factory=list)

    async def run(self, seconds: float) -> float:
        """Work for some time; returns the 95th percentile of Next, in milliseconds."""
        clients = [Client(self.port, user) for user in self.users]
        places = self.ground.places[HALL][: len(clients)]
        for client, place in zip(clients, places, strict=True):
            await client.post(self.ground.api(f"/places/{place}/open"), {})
        started = len(self.took)
        work = [self._counter(client, place) for client, place in zip(clients, places, strict=True)]
        await all_at_once(work, seconds)
        for client in clients:
            client.close()
        return percentile(self.took[started:], 95)

    @property
    def twice(self) -> int:
        """How many calls took somebody who had been called before."""
        return len(self.called) - len(set(self.called))

    def _counter(self, client: Client, place: int) -> Any:
        async def turn() -> None:
            reply = await client.post(self.ground.api(f"/places/{place}/next"), {})
            self.took.append(reply.milliseconds)
            ticket = reply.json()["ticket"]
            if ticket is None:
                raise RuntimeError("nobody waits any more: the queue was made too short")
            self.called.append(ticket["id"])
            await client.post(
                self.ground.api(f"/tickets/{ticket['id']}/finish"), {"outcome": "guidance_given"}
            )
            if self.newcomers is not None:
                await client.post(self.ground.api("/demands"), next(self.newcomers), 201)

        return turn


def hall_of(ground: Ground, server: Server, *, refilled: bool) -> Hall:
    """The hall with an operator at each of its first counters."""
    users = [ground.sign_in("staff", HALL) for _ in range(COUNTERS)]
    return Hall(ground, server.port, users, ground.walk_ins_at(HALL_SITE) if refilled else None)


def measure(scale: Scale) -> Result:
    """The 95th percentile of Next under the load of all counters, which do nothing but call and finish."""
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        add_waiting(ground, scale.of(WAITING, 400))
        log = ground.settings.data_dir / "server.log"
        server = stack.enter_context(serving(Server(ground.environment, core=server_core(), log=log)))
        hall = hall_of(ground, server, refilled=False)
        stack.enter_context(pinned())
        runs = []
        for number in range(scale.runs):
            runs.append(asyncio.run(hall.run(scale.seconds)))
            say(f"run {number + 1}: p95 {runs[-1]:.1f} ms")
    details = {
        "p50_ms": percentile(hall.took, 50),
        "claims": len(hall.called),
        "claims_per_second": len(hall.called) / (scale.seconds * scale.runs),
        "twice": hall.twice,
    }
    holds = median(runs) <= GOAL_MS and not hall.twice
    return Result(median(runs), "ms p95", "<= 60 ms, none twice", holds, None, runs, details)
