"""From an accepted demand to the consoles of its desk: 700 sockets in 36 rooms, 20 demands a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from benchmarks.clients import Action, Client, at_rate
from benchmarks.ground import Ground
from benchmarks.result import Result, Scale, percentile, say
from benchmarks.screens import Screen, close_all, consoles, open_all
from benchmarks.server import Server, pinned, server_core, serving
from benchmarks.stores import sqlite_ground

GOAL_P50_MS, GOAL_P99_MS = 15.0, 100.0
SOCKETS, RATE, CLIENTS = 700, 20.0, 8
WARM_UP_SECONDS, LENGTH_FACTOR = 2.0, 5
LAST_PUSH_SECONDS = 0.5


class Stopwatch:
    """Collects what the consoles are told of new demands.

    `accepted` counts from the instant that the demand bears as its own, inside the transaction and before
    its commit; `asked` from when the request was sent.
    """

    def __init__(self) -> None:
        self.accepted: list[float] = []
        self.seen: list[tuple[int, float]] = []
        self.sent: dict[int, float] = {}

    def told(self, _screen: Screen, page: dict[str, Any], instant: float) -> None:
        """A console was told something."""
        for event in page.get("events", ()):
            if event["kind"] == "demand.registered":
                self.accepted.append((instant - datetime.fromisoformat(event["at"]).timestamp()) * 1000)
                self.seen.append((event["ticket_id"], instant))

    def asked(self) -> list[float]:
        """Milliseconds from the request of each demand to each console that was told."""
        return [(instant - self.sent[ticket]) * 1000 for ticket, instant in self.seen if ticket in self.sent]

    def forget(self) -> None:
        """Begin anew, after the warm-up."""
        self.accepted.clear()
        self.seen.clear()


def measure(scale: Scale) -> Result:
    """The 99th percentile over every console that was told of every demand."""
    watch = Stopwatch()
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        log = ground.settings.data_dir / "server.log"
        server = stack.enter_context(serving(Server(ground.environment, core=server_core(), log=log)))
        screens = consoles(ground, scale.of(SOCKETS, 40), watch.told)
        stack.enter_context(pinned())
        asyncio.run(_run(ground, server.port, screens, watch, scale))
    p50, p99 = percentile(watch.accepted, 50), percentile(watch.accepted, 99)
    asked = watch.asked()
    details = {
        "p50_ms": p50,
        "from_request_p50_ms": percentile(asked, 50),
        "from_request_p99_ms": percentile(asked, 99),
        "demands": len(watch.sent),
        "deliveries": len(watch.accepted),
        "sockets": len(screens),
    }
    holds = p50 <= GOAL_P50_MS and p99 <= GOAL_P99_MS
    return Result(p99, "ms p99", "p50 <= 15 ms, p99 <= 100 ms", holds, None, [p50, p99], details)


async def _run(ground: Ground, port: int, screens: list[Screen], watch: Stopwatch, scale: Scale) -> None:
    await open_all(screens, port)
    say(f"{len(screens)} sockets are open")
    user, visitors = ground.sign_in("staff"), ground.walk_ins()
    clients = [Client(port, user) for _ in range(CLIENTS)]
    actions = [_registering(client, ground, visitors, watch) for client in clients]
    await at_rate(actions, RATE, min(WARM_UP_SECONDS, scale.seconds))
    await asyncio.sleep(LAST_PUSH_SECONDS)
    watch.forget()
    await at_rate(actions, RATE, scale.seconds * LENGTH_FACTOR)
    await asyncio.sleep(LAST_PUSH_SECONDS)
    close_all(screens)


def _registering(
    client: Client, ground: Ground, visitors: Iterator[dict[str, Any]], watch: Stopwatch
) -> Action:
    wall_clock = time.time() - time.monotonic()

    async def register() -> None:
        reply = await client.post(ground.api("/demands"), next(visitors), 201)
        watch.sent[reply.json()["ticket"]["id"]] = reply.sent + wall_clock

    return register
