"""One and two processes on PostgreSQL and Redis: 300 demands a second, 700 sockets, one process killed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from benchmarks.clients import Action, Client, at_rate
from benchmarks.crowd import behind, crowd_of, kept_open, until
from benchmarks.ground import Ground, User
from benchmarks.result import Result, Scale, say
from benchmarks.screens import Screen
from benchmarks.server import Server, serving
from benchmarks.stores import grown_ground
from deskops.core import runtime
from deskops.core.database import table_of
from deskops.demands.models import Demand

OFFERED, CLIENTS = 300.0, 48
LEVEL_WITHIN_SECONDS = 60.0
DEMANDS = table_of(Demand)


@dataclass
class Outcome:
    """What a number of workers took. `lost`: acknowledged, not stored; `unlevel`: screens left behind."""

    rate: float
    stored: int
    lost: int
    unlevel: int


class Takers:
    """Clients that register, and remember what was acknowledged."""

    def __init__(self, ground: Ground, user: User, port: int) -> None:
        self.ground = ground
        self.codes: list[str] = []
        self._visitors: Iterator[dict[str, Any]] = ground.visitors()
        self.actions = [self._registering(Client(port, user)) for _ in range(CLIENTS)]

    def lost(self) -> int:
        """How many acknowledged demands the database doesn't hold."""
        with runtime.current().database.reading() as session:
            stored = set(session.scalars(select(DEMANDS.c.code)))
        return len(set(self.codes) - stored)

    def _registering(self, client: Client) -> Action:
        async def register() -> None:
            reply = await client.post(self.ground.api("/demands"), next(self._visitors), 201)
            self.codes.append(reply.json()["demand"]["code"])

        return register


def measure(scale: Scale) -> Result:
    """The ratio of the throughputs; both absolutes, and what was left over, beside it."""
    one = _measured(1, scale)
    two = _measured(2, scale)
    ratio = two.rate / one.rate
    lost, unlevel = one.lost + two.lost, one.unlevel + two.unlevel
    details = {
        "one_worker_per_second": one.rate,
        "two_workers_per_second": two.rate,
        "offered_per_second": OFFERED,
        "acknowledged_lost": lost,
        "screens_not_level": unlevel,
        "stored": one.stored + two.stored,
    }
    goal = "what two cores give; 0 lost, every screen equal, also with one worker killed"
    return Result(
        ratio, "× one worker", goal, not lost and not unlevel, one.rate, [one.rate, two.rate], details
    )


def _measured(workers: int, scale: Scale) -> Outcome:
    with grown_ground() as ground:
        log = ground.settings.data_dir / "server.log"
        with serving(Server(ground.environment, workers=workers, log=log)) as server:
            outcome = asyncio.run(_run(ground, server, crowd_of(ground, scale), scale))
    say(f"{workers} workers: {outcome.rate:.0f} a second, {outcome.lost} lost, {outcome.unlevel} behind")
    return outcome


async def _run(ground: Ground, server: Server, screens: list[Screen], scale: Scale) -> Outcome:
    takers = Takers(ground, ground.sign_in("staff"), server.port)
    async with kept_open(screens, server.port):
        await at_rate(takers.actions, OFFERED, min(1.0, scale.seconds))
        before = len(takers.codes)
        length = await at_rate(takers.actions, OFFERED, scale.seconds * 2)
        rate = (len(takers.codes) - before) / length
        if server.workers > 1:
            # The arbiter starts another; meanwhile the one that is left must do.
            server.worker_processes()[0].kill()
            await at_rate(takers.actions, OFFERED, scale.seconds)
        await _level(screens)
        unlevel = behind(screens)
    with runtime.current().database.reading() as session:
        stored = session.execute(select(func.count(DEMANDS.c.id))).scalar_one()
    return Outcome(rate, stored, takers.lost(), unlevel)


async def _level(screens: list[Screen]) -> None:
    try:
        await until(lambda: behind(screens) == 0, LEVEL_WITHIN_SECONDS)
    except TimeoutError:
        say("some screens are still behind the database")
