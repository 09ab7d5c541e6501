"""What the worker clears away once it is of no more use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from deskops.core import jobs
from deskops.core.database import table_of
from deskops.core.idempotency import KEEP_ANSWERS, IdempotencyRow
from deskops.core.jobs import Job
from deskops.core.unit_of_work import UnitOfWork, unit_of_work

KEEP_JOBS = timedelta(days=30)
Sweep = Callable[[UnitOfWork], None]
_sweeps: list[Sweep] = []


def sweep(clear_own: Sweep) -> Sweep:
    """Have an upper room's own rows cleared away too."""
    _sweeps.append(clear_own)
    return clear_own


@jobs.handler("housekeeping", every=timedelta(hours=1))
def clear(_payload: dict[str, Any]) -> None:
    """Delete old idempotent answers, jobs long done, and what the rooms have to clear."""
    answers, done = table_of(IdempotencyRow), table_of(Job)
    with unit_of_work(jobs.WORKER) as uow:
        uow.session.execute(delete(answers).where(answers.c.created_at < uow.now - KEEP_ANSWERS))
        uow.session.execute(delete(done).where(done.c.done_at < uow.now - KEEP_JOBS))
        for clear_own in _sweeps:
            clear_own(uow)
