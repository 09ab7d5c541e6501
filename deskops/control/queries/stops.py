"""Reads of emergency stops: which are in force, and which desks they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.models import User
from deskops.control.models import EmergencyStop, StoppedDesk
from deskops.core.database import table_of
from deskops.desks.models import Desk

STOPS, STOPPED, USERS = table_of(EmergencyStop), table_of(StoppedDesk), table_of(User)
DESKS = table_of(Desk)


@dataclass(frozen=True)
class StopLine:
    """A stop in force. `desk_ids` are those that it still holds; `by` is a name."""

    id: int
    site_id: int
    desk_id: int | None
    choice: str
    reason: str
    at: datetime
    by: str | None
    desk_ids: tuple[int, ...]


def stops_in_force(session: Session, trip_id: int, site_id: int | None = None) -> list[StopLine]:
    """The trip's stops, or a site's, that nobody ended, newest first."""
    query = (
        select(STOPS, USERS.c.name.label("by"))
        .outerjoin(USERS, USERS.c.id == STOPS.c.user_id)
        .where(STOPS.c.trip_id == trip_id, STOPS.c.resumed_at.is_(None))
        .order_by(STOPS.c.id.desc())
    )
    if site_id is not None:
        query = query.where(STOPS.c.site_id == site_id)
    rows = session.execute(query).all()
    held = _held(session, [row.id for row in rows]) if rows else {}
    return [
        StopLine(
            row.id, row.site_id, row.desk_id, row.choice, row.reason, row.at, row.by, tuple(held.get(row.id, ()))
        )
        for row in rows
    ]  # fmt: skip


def held_shut(session: Session, trip_id: int) -> set[int]:
    """The desks at sites that are stopped as a whole which weren't in service then, and which nobody has opened since."""
    query = (
        select(DESKS.c.id)
        .join(STOPS, STOPS.c.site_id == DESKS.c.site_id)
        .where(STOPS.c.trip_id == trip_id, STOPS.c.resumed_at.is_(None), STOPS.c.desk_id.is_(None))
        .where(DESKS.c.state_at < STOPS.c.at)
    )
    return set(session.scalars(query))


def _held(session: Session, stop_ids: list[int]) -> dict[int, list[int]]:
    """The desks of each stop that nobody opened since, by their numbers."""
    query = (
        select(STOPPED.c.stop_id, STOPPED.c.desk_id)
        .join(DESKS, DESKS.c.id == STOPPED.c.desk_id)
        .where(STOPPED.c.stop_id.in_(stop_ids), DESKS.c.state.in_(("paused", "failed")))
        .order_by(DESKS.c.number)
    )
    held: dict[int, list[int]] = {}
    for row in session.execute(query):
        held.setdefault(row.stop_id, []).append(row.desk_id)
    return held
