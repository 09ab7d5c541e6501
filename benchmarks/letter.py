"""One letter as PDF for who asks over HTTP, as the page of an order's letters brings it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any

from benchmarks.clients import Client
from benchmarks.ground import Ground
from benchmarks.letters import agency_of, issued
from benchmarks.result import CannotMeasureError, Result, Scale, median, percentile, say
from benchmarks.server import Server, server_core, serving
from benchmarks.stores import sqlite_ground
from deskops.core.errors import Refusal
from deskops.core.pdf import pdf_of

GOAL_MS = 1000.0
LETTERS = 20
# How long somebody looks at the page before they press.
LOOKED_FOR = 2.0


def measure(scale: Scale) -> Result:
    """The 95th percentile of all letters; each run has a server that was just started, and its first letter counts."""
    _need_pdf()
    runs: list[list[float]] = []
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        orders, agency_id = issued(ground, scale.of(LETTERS, 2)), agency_of()
        log = ground.settings.data_dir / "server.log"
        for _ in range(scale.runs):
            with serving(Server(ground.environment, core=server_core(), log=log)) as server:
                runs.append(asyncio.run(_saved(ground, server.port, orders, agency_id)))
            say(f"first {runs[-1][0]:.0f} ms, p95 {percentile(runs[-1], 95):.0f} ms")
    took = [one for run in runs for one in run]
    p95 = percentile(took, 95)
    details: dict[str, Any] = {"first_ms": median([run[0] for run in runs]), "p50_ms": median(took)}
    details |= {"slowest_ms": max(took), "letters": len(took)}
    each = [percentile(run, 95) for run in runs]
    return Result(p95, "ms", "<= 1000", p95 <= GOAL_MS, None, each, details)


def _need_pdf() -> None:
    try:
        list(pdf_of(["<p>a</p>"]))
    except Refusal as missing:
        raise CannotMeasureError(missing.text()) from None


async def _saved(ground: Ground, port: int, orders: list[int], agency_id: int) -> list[float]:
    """Milliseconds of each letter, one after the other."""
    client, took = Client(port, ground.sign_in("follow_up")), []
    await client.get(f"/trips/{ground.trip_id}/directives/{orders[0]}/letters")
    await asyncio.sleep(LOOKED_FOR)
    for order_id in orders:
        reply = await client.post(ground.api(f"/directives/{order_id}/letter"), {"agency_id": agency_id})
        took.append(reply.milliseconds)
    client.close()
    return took
