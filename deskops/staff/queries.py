"""Reads of staff."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.staff.models import Shift, StaffMember

STAFF, SHIFTS = table_of(StaffMember), table_of(Shift)


def staff_count(session: Session, trip_id: int) -> int:
    """How many people work in a trip."""
    return session.scalar(select(func.count()).select_from(STAFF).where(STAFF.c.trip_id == trip_id)) or 0


def on_duty_count(session: Session, trip_id: int, now: datetime) -> int:
    """How many people of a trip are on duty now."""
    query = (
        select(func.count())
        .select_from(SHIFTS.join(STAFF, STAFF.c.id == SHIFTS.c.staff_id))
        .where(STAFF.c.trip_id == trip_id, SHIFTS.c.starts_at <= now, SHIFTS.c.ends_at > now)
    )
    return session.scalar(query) or 0


def shifts_by_desk(
    session: Session, trip_id: int, begins: datetime, ends: datetime
) -> dict[int, list[tuple[datetime, datetime]]]:
    """When people are planned at each desk of a trip, of all shifts that touch the time between begin and end."""
    query = (
        select(SHIFTS.c.desk_id, SHIFTS.c.starts_at, SHIFTS.c.ends_at)
        .join(STAFF, STAFF.c.id == SHIFTS.c.staff_id)
        .where(STAFF.c.trip_id == trip_id, SHIFTS.c.starts_at < ends, SHIFTS.c.ends_at > begins)
    )
    planned: dict[int, list[tuple[datetime, datetime]]] = {}
    for row in session.execute(query):
        planned.setdefault(row.desk_id, []).append((row.starts_at, row.ends_at))
    return planned
