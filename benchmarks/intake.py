"""Intake of a walk-in over HTTP with all that belongs to it, against a route that does the least."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
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

    server: Server
    path: str
    users: list[User]
    watchers: list[Screen]
    bodies: Iterator[dict[str, Any]]
    took: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    async def run(self, seconds: float) -> float:
        """Registrations a second.

        `took` collects the milliseconds of each, `processor` those of the server's processor for each, by run.
        """
        await open_all(self.watchers, self.server.port)
        clients = [Client(self.server.port, user) for user in self.users]
        took = self.took

        def action(client: Client) -> Action:
            async def register() -> None:
                took.append((await client.post(self.path, next(self.bodies), 201)).milliseconds)

            return register

        actions = [action(client) for client in clients]
        await all_at_once(actions, min(WARM_UP_SECONDS, seconds))
        before, spent = len(took), self.server.processor_seconds()
        length = await all_at_once(actions, seconds)
        self.processor.append((self.server.processor_seconds() - spent) * 1000 / (len(took) - before))
        close_all(self.watchers)
        for client in clients:
            client.close()
        return (len(took) - before) / length


def measure(scale: Scale) -> Result:
    """The ratio of the two, each run side by side with its baseline."""
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        deskops, bare = (stack.enter_context(serving(server)) for server in _servers(ground))
        sides = [
            _bare(ground, bare, "/rows"),
            _bare(ground, bare, "/rows-by-core"),
            _deskops(ground, deskops),
        ]
        stack.enter_context(pinned())
        rates: list[list[float]] = [[] for _ in sides]
        for number in range(scale.runs):
            for side, measured in zip(sides, rates, strict=True):
                measured.append(asyncio.run(side.run(scale.seconds)))
            objects, core, ours = (measured[-1] for measured in rates)
            say(f"run {number + 1}: {ours:.0f} a second, bare {objects:.0f}, bare without objects {core:.0f}")
    processor = dict(
        zip(("objects", "core", "deskops"), (median(side.processor) for side in sides), strict=True)
    )
    return _result(rates, sides[-1].took, {"processor_ms_each": processor})


def _result(rates: list[list[float]], took: list[float], details: dict[str, Any]) -> Result:
    objects, core, ours = rates
    ratios = [rate / baseline for rate, baseline in zip(ours, objects, strict=True)]
    baseline = median(objects)
    details |= {
        "absolute": median(ours),
        "absolute_unit": "registrations/s",
        "absolute_runs": ours,
        "baseline_runs": objects,
        "baseline_in_band": BAND[0] <= baseline <= BAND[1],
        "without_objects": median(core),
        "ratio_without_objects": median(ours) / median(core),
        "p50_ms": percentile(took, 50),
        "p95_ms": percentile(took, 95),
    }
    holds = median(ratios) >= GOAL_RATIO and median(ours) >= GOAL_RATE
    return Result(median(ratios), "× bare", ">= 0.35 and >= 100/s", holds, baseline, ratios, details)


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
    # Every desk's changes go to all of them: each registration is told to 20 sockets, as the bare one is.
    head = ground.sign_in("desk_head")
    audiences = [coordination(ground), *(desk_staff(ground, desk) for desk in ground.desks)]
    watchers = [Screen(head, audiences[min(number, 1) :]) for number in range(WATCHERS)]
    return Side(server, ground.api("/demands"), users, watchers, ground.walk_ins())


def _bare(ground: Ground, server: Server, path: str) -> Side:
    users = [User(0, "", "")] * CLIENTS
    watchers = [Screen(users[0], []) for _ in range(WATCHERS)]
    return Side(server, path, users, watchers, ground.walk_ins())
