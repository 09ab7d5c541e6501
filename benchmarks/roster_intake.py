"""Intake over HTTP while a roster of 2,000 people is being solved, as the worker does it: in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from benchmarks.clients import Action, Client, at_rate
from benchmarks.ground import Ground
from benchmarks.result import Result, Scale, median, percentile, say
from benchmarks.rosters import HUNDRED, TWO_THOUSAND, roster_problem
from benchmarks.server import Server, server_core, serving
from benchmarks.stores import sqlite_ground
from deskops.core.background import Background
from deskops.staff.rostering.problem import Plan, Problem
from deskops.staff.services.solving import solve_apart

GOAL = 1.2
# What a hall registers at its busiest, well below what a server can take.
OFFERED, CLIENTS = 20.0, 16
WARM_UP_SECONDS = 1.0


def measure(scale: Scale) -> Result:
    """The ratio of the 95th percentiles, while it is solved and at rest, side by side in each run."""
    problem = roster_problem(HUNDRED if scale.tiny else TWO_THOUSAND, 1)
    rest: list[float] = []
    busy: list[float] = []
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        log = ground.settings.data_dir / "server.log"
        server = stack.enter_context(serving(Server(ground.environment, core=server_core(), log=log)))
        for number in range(scale.runs):
            rest.append(intake_p95(ground, server, scale.seconds))
            with solving(problem):
                busy.append(intake_p95(ground, server, scale.seconds))
            say(f"run {number + 1}: {rest[-1]:.1f} ms at rest, {busy[-1]:.1f} ms while a roster is solved")
    ratios = [one / other for one, other in zip(busy, rest, strict=True)]
    details: dict[str, Any] = {"offered_per_second": OFFERED, "rest_ms": rest, "solving_ms": busy}
    holds = median(ratios) <= GOAL
    return Result(median(ratios), "× at rest", "<= 1.2", holds, median(rest), ratios, details)


@contextmanager
def solving(problem: Problem) -> Iterator[None]:
    """Rosters are solved one after the other until the end; it has begun when the block begins."""
    background: Background[Any] = Background(solve_for_ever, problem)
    try:
        while not any(not isinstance(news, Plan) for news in background.news()):
            if not background.is_running:
                raise RuntimeError("the solver's process ended")
        yield
    finally:
        background.end()


def solve_for_ever(tell: Any, problem: Problem) -> None:
    """The load of one roster after the other, however long the measuring takes."""
    while True:
        solve_apart(tell, problem)


def intake_p95(ground: Ground, server: Server, seconds: float) -> float:
    """The 95th percentile in milliseconds of registering what a hall registers, for so long."""
    took: list[float] = []
    bodies = ground.walk_ins()
    clients = [Client(server.port, ground.sign_in("staff")) for _ in range(CLIENTS)]

    def action(client: Client) -> Action:
        async def register() -> None:
            took.append((await client.post(ground.api("/demands"), next(bodies), 201)).milliseconds)

        return register

    async def run() -> None:
        actions = [action(client) for client in clients]
        await at_rate(actions, OFFERED, min(WARM_UP_SECONDS, seconds))
        took.clear()
        await at_rate(actions, OFFERED, seconds)
        for client in clients:
            client.close()

    asyncio.run(run())
    return percentile(took, 95)
