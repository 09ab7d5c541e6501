"""Timed work: rows leased by the worker, safe to run twice. Handlers are registered by kind.

A lease is taken by one UPDATE … RETURNING, so that two workers never run one job at once; a worker that died
lets its lease run out.
"""

from __future__ import annotations

import json
import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, Integer, String, Text, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from deskops.core import clock
from deskops.core.database import Base, UtcDateTime, table_of
from deskops.core.errors import DatabaseUnavailable
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.core.upsert import upsert

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
PAUSE = 1.0
MAX_ATTEMPTS = 8
Handler = Callable[[dict[str, Any]], None]
handlers: dict[str, Handler] = {}
schedules: dict[str, timedelta] = {}


class Job(Base):
    """A piece of work that is due at a time."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_due", "done_at", "run_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    unique_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    payload: Mapped[str] = mapped_column(Text)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leased_by: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class Leased:
    """A job in this worker's hand."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int


class Worker:
    """The actor of timed work."""

    user_id = None


WORKER = Worker()


def handler(kind: str, every: timedelta | None = None) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of a kind; with `every`, one such job always stands in the table."""

    def register(function: Handler) -> Handler:
        handlers[kind] = function
        if every is not None:
            schedules[kind] = every
        return function

    return register


def add(
    session: Session, kind: str, payload: dict[str, Any], run_at: datetime, unique_key: str | None = None
) -> None:
    """Put a job into the table, within the caller's transaction. A second one under the same key is dropped."""
    values = {
        "kind": kind,
        "payload": json.dumps(payload),
        "run_at": run_at,
        "unique_key": unique_key,
        "attempts": 0,
    }
    if unique_key is None:
        session.execute(insert(table_of(Job)).values(values))
    else:
        statement = upsert(session, table_of(Job)).values(values)
        session.execute(statement.on_conflict_do_nothing(index_elements=["unique_key"]))


def ensure_schedules(now: datetime) -> None:
    """Make the standing job of every schedule."""
    with unit_of_work(WORKER) as uow:
        for kind in schedules:
            add(uow.session, kind, {}, now, unique_key=f"schedule:{kind}")


def lease(limit: int = 20) -> list[Leased]:
    """Take jobs that are due and in nobody's hand."""
    me = f"{socket.gethostname()}:{os.getpid()}"
    with unit_of_work(WORKER) as uow:
        table = table_of(Job)
        due = (
            select(table.c.id)
            .where(
                table.c.done_at.is_(None),
                table.c.run_at <= uow.now,
                or_(table.c.leased_until.is_(None), table.c.leased_until < uow.now),
            )
            .order_by(table.c.run_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(table)
            .where(table.c.id.in_(due))
            .values(leased_until=uow.now + LEASE, leased_by=me, attempts=table.c.attempts + 1)
            .returning(table.c.id, table.c.kind, table.c.payload, table.c.attempts)
        )
        rows = uow.session.execute(statement).all()
    return [Leased(row.id, row.kind, json.loads(row.payload), row.attempts) for row in rows]


def run(job: Leased) -> None:
    """Do one job and note how it went; a failure is tried again later, with growing pauses."""
    try:
        handlers[job.kind](job.payload)
    except Exception as error:
        log.exception("job %s (%s) failed", job.id, job.kind)
        _failed(job, error)
    else:
        _done(job)


def _done(job: Leased) -> None:
    with unit_of_work(WORKER) as uow:
        every = schedules.get(job.kind)
        values: dict[str, Any] = {"leased_until": None, "error": None, "attempts": 0}
        values |= {"done_at": uow.now} if every is None else {"run_at": uow.now + every}
        _set(uow, job, values)


def _failed(job: Leased, error: Exception) -> None:
    with unit_of_work(WORKER) as uow:
        pause = timedelta(seconds=min(600, 5 * 2 ** min(job.attempts, 8)))
        values: dict[str, Any] = {"leased_until": None, "error": repr(error)[:500], "run_at": uow.now + pause}
        if job.attempts >= MAX_ATTEMPTS and job.kind not in schedules:
            values["done_at"] = uow.now
        _set(uow, job, values)


def _set(uow: UnitOfWork, job: Leased, values: dict[str, Any]) -> None:
    uow.session.execute(update(table_of(Job)).where(table_of(Job).c.id == job.id).values(values))


def run_due() -> int:
    """One sweep of the worker: lease and run what is due; returns how many were run."""
    jobs = lease()
    for job in jobs:
        run(job)
    return len(jobs)


def work(stop: Callable[[], bool], pause: Callable[[float], None]) -> None:
    """The worker's loop, until `stop` says so. `pause` sleeps seconds. It sits out an outage."""
    prepared = False
    while not stop():
        try:
            done = _sweep(prepared)
            prepared = True
        except DatabaseUnavailable:
            log.warning("the database does not answer; timed work waits for it")
            done = 0
        if done == 0:
            pause(PAUSE)


def _sweep(prepared: bool) -> int:
    if not prepared:
        ensure_schedules(clock.now())
    return run_due()
