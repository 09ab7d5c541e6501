"""What the worker clears away once it is of no more use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from deskops.core import jobs
from deskops.core.database import table_of
from deskops.core.idempotency import KEEP_ANSWERS, IdempotencyRow
from deskops.core.jobs import Job
from deskops.core.unit_of_work import unit_of_work

KEEP_JOBS = timedelta(days=30)


@jobs.handler("housekeeping", every=timedelta(hours=1))
def clear(_payload: dict[str, Any]) -> None:
    """Delete old idempotent answers and jobs long done."""
    answers, done = table_of(IdempotencyRow), table_of(Job)
    with unit_of_work(jobs.WORKER) as uow:
        uow.session.execute(delete(answers).where(answers.c.created_at < uow.now - KEEP_ANSWERS))
        uow.session.execute(delete(done).where(done.c.done_at < uow.now - KEEP_JOBS))
