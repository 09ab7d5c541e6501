"""An order with template and one agency: all that the server does from opening a waiting demand to the issued number."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any

from sqlalchemy import select

from benchmarks.clients import Client
from benchmarks.ground import SECRET, Ground
from benchmarks.result import Result, Scale, median, percentile, say
from benchmarks.server import Server, pinned, server_core, serving
from benchmarks.stores import sqlite_ground
from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import GrantRow, SigningPin
from deskops.accounts.passwords import hash_pin
from deskops.core import clock
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands.forms import RegisterForm
from deskops.demands.services.intake import register
from deskops.desks.models import Agency
from deskops.directives.rules import CALL_BACK_FOR

GOAL_MS = 300.0
WAITING, ORDERS = 2_000, 40
PIN = "204683"
_NUMBER = re.compile(r'class="big-number__value"')


def measure(scale: Scale) -> Result:
    """The 95th percentile of the sum over one order's requests: its two pages, the signature, its own page, and issuing."""
    orders = scale.of(ORDERS, 2)
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        demand_ids = list(_registered(ground, scale.of(WAITING, 5)))
        official = ground.sign_in("official")
        with unit_of_work(SYSTEM) as uow:
            agency_id = _made_able(uow, official.id)
        log = ground.settings.data_dir / "deskops.log"
        server = stack.enter_context(serving(Server(ground.environment, core=server_core(), log=log)))
        stack.enter_context(pinned())
        client = Client(server.port, official)
        runs = []
        # One order ahead of all, for which the server compiles its templates.
        for run in range(scale.runs + 1):
            ids = demand_ids[run * orders : (run + 1) * orders] if run else demand_ids[-1:]
            runs.append(asyncio.run(_ordered(ground, client, ids, agency_id)))
            say(f"p95 of the sums {percentile(_sums(runs[-1]), 95):.0f} ms")
    del runs[0]
    sums = [sum_ for steps in runs for sum_ in _sums(steps)]
    p95 = percentile(sums, 95)
    parts = {f"{name}_ms": median([step[name] for steps in runs for step in steps]) for name in runs[0][0]}
    details: dict[str, Any] = parts | {"p50_ms": median(sums), "slowest_ms": max(sums), "orders": len(sums)}
    each = [percentile(_sums(steps), 95) for steps in runs]
    return Result(p95, "ms", "<= 300", p95 <= GOAL_MS, None, each, details)


def _sums(steps: list[dict[str, float]]) -> list[float]:
    return [sum(step.values()) for step in steps]


def _registered(ground: Ground, count: int) -> Iterator[int]:
    for body in islice(ground.walk_ins(), count):
        wanted = RegisterForm.checked(body).registration()
        with unit_of_work(SYSTEM) as uow:
            yield register(uow, SYSTEM, ground.trip_id, wanted).demand_id


def _made_able(uow: UnitOfWork, user_id: int) -> int:
    """A governor with a PIN; returns the agency that is ordered."""
    grant = uow.session.scalars(select(GrantRow).where(GrantRow.user_id == user_id)).one()
    grant.rank = "governor"
    hashed = hash_pin(SECRET, user_id, PIN)
    uow.session.add(SigningPin(user_id=user_id, pin_hash=hashed, set_at=clock.now(), failures=0))
    return uow.session.scalars(select(Agency.id).where(Agency.code == "gas")).one()


async def _ordered(
    ground: Ground, client: Client, demand_ids: list[int], agency_id: int
) -> list[dict[str, float]]:
    """Milliseconds of each request of each order; they are signed one after the other, and then issued."""
    steps, addresses = [], []
    body = {
        "kind": "refer",
        "text": "بررسی و اقدام شود.",
        "days": 10,
        "agency_ids": [agency_id],
        "proof": {"pin": PIN},
    }
    for demand_id in demand_ids:
        page = f"/trips/{ground.trip_id}/demands/{demand_id}"
        step = {"opened": (await client.get(f"{page}/decide")).milliseconds}
        step["filled"] = (await client.get(f"{page}/decide?template=usual-refer")).milliseconds
        step["signed"] = (await client.post(f"{page}/directives", body, expected=303)).milliseconds
        made = (await client.get(ground.api(f"/demands/{demand_id}/directives"))).json()["directives"][0]
        addresses.append(f"/trips/{ground.trip_id}/directives/{made['id']}")
        step["shown"] = (await client.get(addresses[-1])).milliseconds
        steps.append(step)
    await asyncio.sleep(CALL_BACK_FOR.total_seconds())
    for step, address in zip(steps, addresses, strict=True):
        step["issued"] = (await client.post(f"{address}/issue", {}, expected=303)).milliseconds
        if _NUMBER.search((await client.get(address)).body.decode()) is None:
            raise RuntimeError(f"{address} has no number")
    client.close()
    return steps
