"""Who was asked to step in and didn't answer yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.staff.models import DeskShift, ReplacementCall, StaffMember
from deskops.staff.rules import ASKED

CALLS, NEEDS, STAFF = table_of(ReplacementCall), table_of(DeskShift), table_of(StaffMember)


def open_calls(session: Session, trip_id: int, now: datetime) -> list[Row[Any]]:
    """id, desk_id, starts_at, asked_at, instead_of_id, staff_id, name and mobile; asked longest ago first."""
    query = (
        select(
            CALLS.c.id, CALLS.c.asked_at, CALLS.c.instead_of_id, CALLS.c.staff_id, NEEDS.c.desk_id,
            NEEDS.c.starts_at, STAFF.c.name, STAFF.c.mobile,
        )
        .join(NEEDS, NEEDS.c.id == CALLS.c.desk_shift_id)
        .join(STAFF, STAFF.c.id == CALLS.c.staff_id)
        .where(CALLS.c.trip_id == trip_id, CALLS.c.state == ASKED, NEEDS.c.ends_at > now)
        .order_by(CALLS.c.asked_at, CALLS.c.id)
    )  # fmt: skip
    return list(session.execute(query))
