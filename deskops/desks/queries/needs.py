"""Reads of how many people desks need."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.desks.models import Desk, StaffNeed
from deskops.desks.rules import Need

NEEDS, DESKS = table_of(StaffNeed), table_of(Desk)


def needs_of_trip(session: Session, trip_id: int) -> dict[int, Need]:
    """By desk, of the desks for which somebody said it."""
    query = select(NEEDS).join(DESKS, DESKS.c.id == NEEDS.c.desk_id).where(DESKS.c.trip_id == trip_id)
    return {row.desk_id: need_of_row(row) for row in session.execute(query)}


def needs_of_desks(session: Session, desk_ids: Collection[int]) -> dict[int, Need]:
    """The same, of some desks."""
    rows = session.execute(select(NEEDS).where(NEEDS.c.desk_id.in_(desk_ids)))
    return {row.desk_id: need_of_row(row) for row in rows}


def need_of_desk(session: Session, desk_id: int) -> Need | None:
    """None where nobody said it."""
    return needs_of_desks(session, (desk_id,)).get(desk_id)


def need_of_row(row: Any) -> Need:
    """What a row says."""
    spoken = tuple(code for code in row.languages.split(",") if code)
    return Need(minimum=row.minimum, target=row.target, supervisors=row.supervisors, languages=spoken)
