"""The minutes of bonus as coordinators set them, and as they were before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.queries import names_of_users
from deskops.demands.priorities import SETTINGS, Priorities, priorities_of

SHOWN = 10


@dataclass(frozen=True)
class EarlierPriorities:
    """A version, who set it and when; None for the usual minutes, version 0, which nobody set."""

    version: int
    minutes: Priorities
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class PriorityBoard:
    """What holds, and the versions before it, the newest first."""

    version: int
    minutes: Priorities
    earlier: list[EarlierPriorities]


def priority_board(session: Session, trip_id: int) -> PriorityBoard:
    """What a trip's coordinators set. `Priorities` and version 0 where they didn't yet."""
    version, minutes = priorities_of(session, trip_id)
    query = select(SETTINGS).where(SETTINGS.c.trip_id == trip_id).order_by(SETTINGS.c.version.desc())
    rows = session.execute(query.limit(SHOWN)).all()
    names = names_of_users(session, {row.user_id for row in rows if row.user_id is not None})
    lines = [
        EarlierPriorities(
            row.version, Priorities.of_json(row.minutes), row.at, names.get(row.user_id or 0, "")
        )
        for row in rows
    ]
    if 0 < len(rows) < SHOWN:
        lines.append(EarlierPriorities(0, Priorities()))
    return PriorityBoard(version, minutes, lines[1:])
