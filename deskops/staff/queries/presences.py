"""Presences as other systems read them, a page at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.staff.models import Presence

HERE = table_of(Presence)
PAGE = 500
_HIGHEST_ID = 2**31 - 1


def presence_page(
    session: Session, trip_id: int, own: Collection[int] | None, after: int, *, is_open: bool
) -> list[dict[str, Any]]:
    """Those after an id, at desks of `own` where that isn't None. Times are in ISO 8601."""
    columns = [column for column in HERE.c if column.name != "trip_id"]
    query = select(*columns).where(HERE.c.trip_id == trip_id, HERE.c.id > max(0, min(after, _HIGHEST_ID)))
    if own is not None:
        query = query.where(HERE.c.desk_id.in_(own))
    if is_open:
        query = query.where(HERE.c.ended_at.is_(None))
    rows = session.execute(query.order_by(HERE.c.id).limit(PAGE)).mappings()
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for row in rows
    ]
