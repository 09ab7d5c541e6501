"""One Next, until 34 consoles, the wall and 20 boards all show it."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from benchmarks.clients import Client
from benchmarks.ground import HALL, HALL_SITE, Ground
from benchmarks.result import Result, Scale, percentile, say
from benchmarks.screens import Screen, all_consoles, boards, close_all, desk_staff, open_all, walls
from benchmarks.seed import add_waiting
from benchmarks.server import Server, pinned, server_core, serving
from benchmarks.stores import sqlite_ground

GOAL_MS = 300.0
CONSOLES, BOARDS = 34, 20
WITHIN_SECONDS = 5.0
# More than the quarter of a second within which a desk is shown but once.
PAUSE_SECONDS = 0.4


@dataclass
class Round:
    """One press of Next: which screens still have to show it."""

    desk_id: int
    waiting: set[int]
    last: float = 0.0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def shown(self, screen: Screen, instant: float) -> None:
        """A screen shows it."""
        self.waiting.discard(id(screen))
        self.last = max(self.last, instant)
        if not self.waiting:
            self.done.set()


class Watch:
    """Knows which round is on; each kind of screen shows a Next in its own way."""

    def __init__(self) -> None:
        self.round: Round | None = None

    def told(self, screen: Screen, page: dict[str, Any], instant: float) -> None:
        """A message came in: is it the one that this screen waits for?"""
        if self.round is None or id(screen) not in self.round.waiting:
            return
        called = any(event["kind"] == "ticket.called" for event in page.get("events", ()))
        desks = {desk.get("id", desk.get("desk_id")) for desk in page.get("desks", ())}
        if called or self.round.desk_id in desks:
            self.round.shown(screen, instant)


def measure(scale: Scale) -> Result:
    """The 99th percentile of the time until the last screen was told."""
    watch = Watch()
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        presses = scale.of(120, 3)
        add_waiting(ground, presses + 100)
        log = ground.settings.data_dir / "server.log"
        server = stack.enter_context(serving(Server(ground.environment, core=server_core(), log=log)))
        screens = [
            *_consoles(ground, watch),
            *walls(ground, 1, watch.told),
            *boards(ground, BOARDS, HALL_SITE, watch.told),
        ]
        stack.enter_context(pinned())
        took = asyncio.run(_run(ground, server.port, screens, watch, presses))
    p99 = percentile(took, 99)
    details = {"p50_ms": percentile(took, 50), "presses": len(took), "screens": len(screens)}
    return Result(p99, "ms p99", "<= 300 ms", p99 <= GOAL_MS, None, [percentile(took, 50), p99], details)


def _consoles(ground: Ground, watch: Watch) -> list[Screen]:
    """The hall's console, which is told of its queue, and those of other desks, which see its figures."""
    others = [code for code in ground.desks if code != HALL][: CONSOLES - 1]
    hall = Screen(ground.sign_in("staff", HALL), [desk_staff(ground, HALL)], watch.told)
    user = ground.sign_in("desk_head")
    return [
        hall,
        *(Screen(user, [desk_staff(ground, code), all_consoles(ground)], watch.told) for code in others),
    ]


async def _run(ground: Ground, port: int, screens: list[Screen], watch: Watch, presses: int) -> list[float]:
    await open_all(screens, port)
    say(f"{len(screens)} screens are open")
    client, place = Client(port, ground.sign_in("staff", HALL)), ground.places[HALL][0]
    await client.post(ground.api(f"/places/{place}/open"), {})
    took = []
    for number in range(presses + 1):
        await asyncio.sleep(PAUSE_SECONDS)
        watch.round = Round(ground.desks[HALL], {id(screen) for screen in screens})
        sent = time.time()
        reply = await client.post(ground.api(f"/places/{place}/next"), {})
        await asyncio.wait_for(watch.round.done.wait(), WITHIN_SECONDS)
        # The first one builds the process's view of the queue.
        took += [(watch.round.last - sent) * 1000] if number else []
        watch.round = None
        ticket = reply.json()["ticket"]["id"]
        await client.post(ground.api(f"/tickets/{ticket}/finish"), {"outcome": "guidance_given"})
    close_all(screens)
    return took
