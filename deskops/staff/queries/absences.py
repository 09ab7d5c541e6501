"""When somebody said that they can't come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.staff.models import StaffAbsence

ABSENCES = table_of(StaffAbsence)


def absences_of(session: Session, staff_id: int, now: datetime) -> list[Row[Any]]:
    """Somebody's absences that aren't over, soonest first."""
    ahead = (ABSENCES.c.staff_id == staff_id, ABSENCES.c.ends_at > now)
    return list(session.execute(select(ABSENCES).where(*ahead).order_by(ABSENCES.c.starts_at, ABSENCES.c.id)))
