"""Papers that were printed some time ago are cleared away: badges on them still open doors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from deskops.accounts.actor import SYSTEM
from deskops.core import files, jobs, runtime
from deskops.core.database import table_of
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.models import PrintRun

RUNS = table_of(PrintRun)
KEEP_PRINTS = timedelta(days=7)


@jobs.handler("staff.clear_prints", every=timedelta(hours=1))
def clear_prints(_payload: dict[str, Any]) -> None:
    """Delete what is over for longer than KEEP_PRINTS, with its files."""
    with unit_of_work(SYSTEM) as uow:
        over = RUNS.c.ended_at < uow.now - KEEP_PRINTS
        rows = uow.session.execute(select(RUNS.c.pages, RUNS.c.file).where(over)).all()
        uow.session.execute(delete(RUNS).where(over))
        held = {digest for row in rows for digest in row if digest is not None}
        files.forget(uow.session, runtime.current().settings.data_dir, held)
