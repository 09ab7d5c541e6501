"""500 letters printed by the worker into one PDF, and intake over HTTP meanwhile."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from itertools import islice
from typing import Any

from sqlalchemy import select

from benchmarks.ground import Ground
from benchmarks.result import CannotMeasureError, Result, Scale, median, say
from benchmarks.roster_intake import intake_p95
from benchmarks.server import Server, server_core, serving
from benchmarks.stores import sqlite_ground
from deskops.accounts.actor import SYSTEM
from deskops.core import files, prints, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.forms import RegisterForm
from deskops.demands.services.intake import register
from deskops.desks.models import Agency
from deskops.directives import rules
from deskops.directives.queries.letters import AGENCY, LetterFilter
from deskops.directives.services.issuing import issue
from deskops.directives.services.letters import ask_letters
from deskops.directives.services.orders import Order, write_order

GOAL_SECONDS, GOAL_RATIO = 300.0, 2.0
LETTERS = 500
TEXT = "با توجه به شرایط اعلام‌شده، خارج از نوبت بررسی و اقدام و نتیجه به ستاد پیگیری اعلام شود."


def measure(scale: Scale) -> Result:
    """Seconds from asking until the file can be fetched; intake's 95th percentile meanwhile against that at rest before."""
    count, seconds, ratios, rests, busies = scale.of(LETTERS, 3), [], [], [], []
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        issued(ground, count)
        log = ground.settings.data_dir / "server.log"
        server = stack.enter_context(serving(Server(ground.environment, core=server_core(), log=log)))
        for run in range(scale.of(3, 1)):
            rests.append(intake_p95(ground, server, scale.seconds))
            begun = time.perf_counter()
            print_id = _asked(ground.trip_id)
            worker = threading.Thread(target=_work_until_done, args=(print_id,))
            worker.start()
            busies.append(intake_p95(ground, server, scale.seconds * 5))
            worker.join()
            seconds.append(time.perf_counter() - begun)
            ratios.append(busies[-1] / rests[-1])
            say(f"run {run + 1}: {seconds[-1]:.0f} s, intake {rests[-1]:.0f} -> {busies[-1]:.0f} ms")
        size = _size(print_id)
    details: dict[str, Any] = {
        "letters": count,
        "file_kb": size / 1024,
        "intake_ratio": median(ratios),
        "rest_ms": rests,
        "busy_ms": busies,
    }
    holds = median(seconds) <= GOAL_SECONDS and median(ratios) <= GOAL_RATIO
    return Result(median(seconds), "s", "<= 300 s, intake <= 2 ×", holds, None, seconds, details)


def issued(ground: Ground, count: int) -> list[int]:
    """Issued orders to one agency, each on a demand of its own; returns their ids. The agency is `agency_of`."""
    official = ground.sign_in("official")
    agency_id = agency_of()
    return [_issued(ground, official.id, agency_id, body) for body in islice(ground.walk_ins(), count)]


def agency_of() -> int:
    """Whom the orders go to."""
    with runtime.current().database.reading() as session:
        return session.scalars(select(Agency.id).where(Agency.code == "gas")).one()


def _issued(ground: Ground, official_id: int, agency_id: int, body: dict[str, Any]) -> int:
    with unit_of_work(SYSTEM) as uow:
        wanted = RegisterForm.checked(body).registration()
        demand_id = register(uow, SYSTEM, ground.trip_id, wanted).demand_id
        order = Order(kind=rules.REFER, text=TEXT, demand_ids=(demand_id,), agency_ids=(agency_id,), days=10)
        row = write_order(uow, ground.trip_id, official_id, order)
        # As if it had been signed, and the seconds to call it back were over.
        row.state, row.signed_at, row.issues_at = rules.SIGNED, uow.now, uow.now
        uow.session.flush()
        return issue(uow, ground.trip_id, row.id).id


def _asked(trip_id: int) -> int:
    with unit_of_work(SYSTEM) as uow:
        return ask_letters(uow, trip_id, LetterFilter(to=AGENCY)).id


def _work_until_done(print_id: int) -> None:
    """As the worker does."""
    while _run(print_id).state in prints.ACTIVE:
        prints.follow_prints({})
        time.sleep(prints.EVERY.total_seconds())


def _run(print_id: int) -> prints.PrintRun:
    with runtime.current().database.reading() as session:
        run = session.get_one(prints.PrintRun, print_id)
        session.expunge(run)
    return run


def _size(print_id: int) -> int:
    run = _run(print_id)
    if run.file is None:
        raise CannotMeasureError(f"no PDF: {run.fault or run.state}")
    return files.path_of(runtime.current().settings.data_dir, run.file).stat().st_size
