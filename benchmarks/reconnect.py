"""The server is killed under 700 screens and started again: until all are in step with the database."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack

from benchmarks.clients import Client, all_at_once
from benchmarks.crowd import behind, crowd_of, kept_open, until
from benchmarks.ground import Ground
from benchmarks.result import Result, Scale, median, say
from benchmarks.screens import Screen
from benchmarks.server import Server, pinned, server_core, serving
from benchmarks.stores import sqlite_ground

GOAL_SECONDS = 10.0
WITHIN_SECONDS = 120.0


def measure(scale: Scale) -> Result:
    """Seconds from the kill, the start of the new server included."""
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        log = ground.settings.data_dir / "server.log"
        server = stack.enter_context(serving(Server(ground.environment, core=server_core(), log=log)))
        screens = crowd_of(ground, scale)
        stack.enter_context(pinned())
        runs = asyncio.run(_run(ground, server, screens, scale.of(3, 1)))
    value = median(runs)
    holds = max(runs) <= GOAL_SECONDS
    return Result(value, "s", "<= 10 s", holds, None, runs, {"sockets": len(screens), "slowest_s": max(runs)})


async def _run(ground: Ground, server: Server, screens: list[Screen], kills: int) -> list[float]:
    client, visitors = Client(server.port, ground.sign_in("staff")), ground.walk_ins()

    async def register() -> None:
        await client.post(ground.api("/demands"), next(visitors), 201)

    runs = []
    async with kept_open(screens, server.port):
        for number in range(kills):
            await all_at_once([register], 0.5)
            killed = time.monotonic()
            server.kill()
            await asyncio.to_thread(server.start)
            # What comes while they come back must reach them too.
            await register()
            await until(lambda: behind(screens) == 0, WITHIN_SECONDS)
            runs.append(time.monotonic() - killed)
            say(f"kill {number + 1}: {runs[-1]:.1f} s")
    return runs
