"""When somebody said that they can't come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.staff.models import Shift, StaffAbsence
from deskops.staff.rules import DROPPED

ABSENCES, SHIFTS = table_of(StaffAbsence), table_of(Shift)


def absences_of(session: Session, staff_id: int, now: datetime) -> list[Row[Any]]:
    """Somebody's absences that aren't over, soonest first."""
    ahead = (ABSENCES.c.staff_id == staff_id, ABSENCES.c.ends_at > now)
    return list(session.execute(select(ABSENCES).where(*ahead).order_by(ABSENCES.c.starts_at, ABSENCES.c.id)))


def dropped_for(absence: Any) -> tuple[ColumnElement[bool], ...]:
    """What tells a shift that was dropped for an absence: what a coordinator took away has another reason, or none."""
    return (
        SHIFTS.c.staff_id == absence.staff_id,
        SHIFTS.c.state == DROPPED,
        SHIFTS.c.reason == absence.reason,
        SHIFTS.c.starts_at < absence.ends_at,
        SHIFTS.c.ends_at > absence.starts_at,
    )


def shifts_missed(session: Session, absence: Any) -> list[Row[Any]]:
    """The shifts that are without somebody for an absence, soonest first."""
    query = select(SHIFTS).where(*dropped_for(absence)).order_by(SHIFTS.c.starts_at, SHIFTS.c.id)
    return list(session.execute(query))
