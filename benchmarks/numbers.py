"""Ticket numbers from 64 clients at once: SQLite with one process, PostgreSQL and Redis with two."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager

from sqlalchemy import func, select

from benchmarks.clients import Client
from benchmarks.ground import Ground
from benchmarks.result import Result, Scale, say
from benchmarks.server import Server, serving
from benchmarks.stores import grown_ground, sqlite_ground
from deskops.core import runtime
from deskops.core.database import table_of
from deskops.demands.models import Ticket

CLIENTS = 64
TICKETS = table_of(Ticket)


def measure(scale: Scale) -> Result:
    """How many numbers were given twice; 0 is the only good answer."""
    each = scale.of(40, 3)
    embedded = _duplicates(sqlite_ground(), 1, each)
    say(f"SQLite, one process: {embedded[0]} duplicates of {embedded[1]}")
    grown = _duplicates(grown_ground(), 2, each)
    say(f"PostgreSQL, two processes: {grown[0]} duplicates of {grown[1]}")
    total = embedded[0] + grown[0]
    details = {"sqlite_one_process": embedded[1], "postgresql_two_processes": grown[1]}
    return Result(total, "duplicates", "0", total == 0, None, [embedded[0], grown[0]], details)


def _duplicates(store: AbstractContextManager[Ground], workers: int, each: int) -> tuple[int, int]:
    with store as ground:
        server = Server(ground.environment, workers=workers, log=ground.settings.data_dir / "server.log")
        with serving(server):
            told = asyncio.run(_register(ground, server.port, each))
        with runtime.current().database.reading() as session:
            stored = session.execute(select(func.count(TICKETS.c.id))).scalar_one()
            distinct = session.execute(select(func.count(func.distinct(TICKETS.c.number)))).scalar_one()
    if stored != len(told):
        raise RuntimeError(f"{len(told)} registrations were acknowledged, {stored} are stored")
    return max(stored - distinct, len(told) - len(set(told))), stored


async def _register(ground: Ground, port: int, each: int) -> list[int]:
    user, visitors = ground.sign_in("staff"), ground.walk_ins()
    numbers: list[int] = []

    async def one_client() -> None:
        client = Client(port, user)
        for _ in range(each):
            reply = await client.post(ground.api("/demands"), next(visitors), 201)
            numbers.append(reply.json()["ticket"]["number"])
        client.close()

    await asyncio.gather(*(one_client() for _ in range(CLIENTS)))
    return numbers
