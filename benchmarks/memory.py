"""Memory of the server process with 700 screens open and demands coming in."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from benchmarks.clients import Client, at_rate
from benchmarks.crowd import crowd_of
from benchmarks.ground import Ground
from benchmarks.result import Result, Scale, say
from benchmarks.screens import Screen, close_all, open_all
from benchmarks.server import Server, pinned, server_core, serving
from benchmarks.stores import sqlite_ground

GOAL_MEGABYTES = 200.0
RATE = 20.0


def measure(scale: Scale) -> Result:
    """Resident memory of the process that serves, after a while of traffic."""
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        log = ground.settings.data_dir / "server.log"
        server = stack.enter_context(serving(Server(ground.environment, core=server_core(), log=log)))
        idle = server.resident_megabytes()
        screens = crowd_of(ground, scale)
        stack.enter_context(pinned())
        opened, busy = asyncio.run(_run(ground, server, screens, scale))
    say(f"idle {idle:.0f} MB, opened {opened:.0f} MB, busy {busy:.0f} MB")
    details = {"idle_mb": idle, "opened_mb": opened, "sockets": len(screens)}
    return Result(busy, "MB", "<= 200 MB", busy <= GOAL_MEGABYTES, None, [busy], details)


async def _run(ground: Ground, server: Server, screens: list[Screen], scale: Scale) -> tuple[float, float]:
    await open_all(screens, server.port)
    opened = server.resident_megabytes()
    client, visitors = Client(server.port, ground.sign_in("staff")), ground.walk_ins()

    async def register() -> None:
        await client.post(ground.api("/demands"), next(visitors), 201)

    await at_rate([register], RATE, scale.seconds * 2)
    busy = server.resident_megabytes()
    close_all(screens)
    return opened, busy
