"""Reads of what was changed in a set-up, newest first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import User
from deskops.core.database import table_of
from deskops.desks.models import SetupChange

PAGE_SIZE = 50
CHANGES, USERS = table_of(SetupChange), table_of(User)
# What a change of one of these columns is called; the first that fits.
_VERBS = (("merged_into_id", "merged"), ("retired_at", "retired"), ("position", "moved"))


@dataclass(frozen=True)
class ChangeLine:
    """A change as the page shows it. `verb`: added, removed, merged, retired, restored, moved or changed; `trip_id` is
    None where agencies were changed, which belong to no trip.
    """

    id: int
    trip_id: int | None
    at: datetime
    by: str
    what: str
    verb: str
    object_id: int
    label: str
    undone_at: datetime | None
    undone_by: str


@dataclass(frozen=True)
class ChangePage:
    """A page; `next_before` is None on the last one."""

    lines: list[ChangeLine]
    next_before: int | None


def change_page(session: Session, trip_id: int, before: int | None = None) -> ChangePage:
    """The changes of a trip's set-up and of the agencies."""
    of_trip = or_(CHANGES.c.trip_id == trip_id, CHANGES.c.trip_id.is_(None))
    query = select(CHANGES).where(of_trip).order_by(CHANGES.c.id.desc()).limit(PAGE_SIZE + 1)
    rows = session.execute(query if before is None else query.where(CHANGES.c.id < before)).all()
    shown = rows[:PAGE_SIZE]
    ids = {user_id for row in shown for user_id in (row.user_id, row.undone_by)}
    people = session.execute(select(USERS.c.id, USERS.c.name).where(USERS.c.id.in_(ids - {None})))
    names: dict[int | None, str] = {row.id: row.name for row in people}
    return ChangePage([_line(row, names) for row in shown], shown[-1].id if len(rows) > PAGE_SIZE else None)


def _line(row: Any, names: dict[int | None, str]) -> ChangeLine:
    return ChangeLine(
        id=row.id,
        trip_id=row.trip_id,
        at=row.at,
        by=names.get(row.user_id, ""),
        what=row.what,
        verb=_verb(json.loads(row.rows)),
        object_id=row.object_id,
        label=row.label,
        undone_at=row.undone_at,
        undone_by=names.get(row.undone_by, ""),
    )


def _verb(rows: list[dict[str, Any]]) -> str:
    if all(row["before"] is None for row in rows):
        return "added"
    if all(row["after"] is None for row in rows):
        return "removed"
    after = {
        name: value for row in rows if row["before"] and row["after"] for name, value in row["after"].items()
    }
    for column, verb in _VERBS:
        if column in after:
            return "restored" if after[column] is None else verb
    return "changed"
