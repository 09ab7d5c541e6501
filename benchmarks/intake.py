"""Intake of a walk-in over HTTP with all that belongs to it, against a route that does the least."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from benchmarks.clients import Action, Client, all_at_once
from benchmarks.ground import Ground, User
from benchmarks.result import Result, Scale, median, percentile, say
from benchmarks.screens import Screen, close_all, coordination, desk_staff, open_all
from benchmarks.server import Server, pinned, server_core, serving
from benchmarks.stores import sqlite_ground

GOAL_RATIO, GOAL_RATE = 0.35, 100.0
BAND = (283 * 0.8, 357 * 1.2)
CLIENTS, WATCHERS = 16, 20
WARM_UP_SECONDS = 1.0


@dataclass
class Side:
    """One of the two that are compared: how it is asked, and who is told of it at once."""

    name: str
    port: int
    path: str
    users: list[User]
    watchers: list[Screen]
    bodies: Iterator[dict[str, Any]]

    async def run(self, seconds: float) -> tuple[float, list[float]]:
        """Registrations a second, and the milliseconds that each took."""
        await open_all(self.watchers, self.port)
        clients = [Client(self.port, user) for user in self.users]
        took: list[float] = []

        def action(client: Client) -> Action:
            async def register() -> None:
                took.append((await client.post(self.path, next(self.bodies), 201)).milliseconds)

            return register

        actions = [action(client) for client in clients]
        await all_at_once(actions, min(WARM_UP_SECONDS, seconds))
        took.clear()
        length = await all_at_once(actions, seconds)
        close_all(self.watchers)
        for client in clients:
            client.close()
        return len(took) / length, took


def measure(scale: Scale) -> Result:
    """The ratio of the two, each run side by side with its baseline."""
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        deskops, bare = (stack.enter_context(serving(server)) for server in _servers(ground))
        sides = [_bare(ground, bare), _deskops(ground, deskops)]
        ratios, rates, baselines, took = [], [], [], []
        stack.enter_context(pinned())
        for number in range(scale.runs):
            (baseline, _), (rate, milliseconds) = (asyncio.run(side.run(scale.seconds)) for side in sides)
            say(f"run {number + 1}: {rate:.0f} a second, bare {baseline:.0f}")
            ratios.append(rate / baseline)
            rates.append(rate)
            baselines.append(baseline)
            took.extend(milliseconds)
    in_band = BAND[0] <= median(baselines) <= BAND[1]
    holds = median(ratios) >= GOAL_RATIO and median(rates) >= GOAL_RATE
    details = {
        "absolute": median(rates),
        "absolute_runs": rates,
        "absolute_unit": "registrations/s",
        "baseline_runs": baselines,
        "baseline_in_band": in_band,
        "p50_ms": percentile(took, 50),
        "p95_ms": percentile(took, 95),
    }
    return Result(median(ratios), "× bare", ">= 0.35 and >= 100/s", holds, median(baselines), ratios, details)


def _servers(ground: Ground) -> tuple[Server, Server]:
    beside = ground.settings.data_dir
    bare = ground.environment | {"DESKOPS_DATABASE_URL": f"sqlite:///{beside / 'bare.sqlite3'}"}
    core = server_core()
    return (
        Server(ground.environment, core=core, log=beside / "deskops.log"),
        Server(bare, core=core, application="benchmarks.bare:create_app()", log=beside / "bare.log"),
    )


def _deskops(ground: Ground, server: Server) -> Side:
    users = [ground.sign_in("staff") for _ in range(CLIENTS)]
    # Every desk's changes go to all of them, so that each registration is told to 20 sockets, as the bare one is.
    head = ground.sign_in("desk_head")
    audiences = [coordination(ground), *(desk_staff(ground, desk) for desk in ground.desks)]
    watchers = [Screen(head, audiences[min(number, 1) :]) for number in range(WATCHERS)]
    return Side("deskops", server.port, ground.api("/demands"), users, watchers, ground.walk_ins())


def _bare(ground: Ground, server: Server) -> Side:
    users = [User(0, "", "")] * CLIENTS
    watchers = [Screen(users[0], []) for _ in range(WATCHERS)]
    return Side("bare", server.port, "/rows", users, watchers, ground.walk_ins())
