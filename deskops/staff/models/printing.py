"""What was asked to be printed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.core.files import HOLDS_FILE
from deskops.desks.models import OfTrip


class PrintRun(OfTrip, Base):
    """Badges, rosters or hours, made by the worker. `params` hold what was chosen, as ids, and the language; `kind` and
    `state` as in rules.printing.

    `done` of `total` sheets are laid out. `pages` is the hash of what the browser prints, `file` that of the PDF or the
    workbook; `fault` is a code that says why one is missing. `beat_at` is when `worker` was last at it.
    """

    __tablename__ = "print_runs"
    __table_args__ = (
        Index("ix_print_runs_trip_id", "trip_id", "id"),
        Index("ix_print_runs_state", "state"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer)
    pages: Mapped[str | None] = mapped_column(String(64), info=HOLDS_FILE)
    file: Mapped[str | None] = mapped_column(String(64), info=HOLDS_FILE)
    fault: Mapped[str] = mapped_column(String(30), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[int | None]
    worker: Mapped[str] = mapped_column(String(80), default="")
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
