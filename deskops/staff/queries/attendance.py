"""One person's scans, presences and shifts: what a scan is judged by. The statements of the hot path are made once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.staff.models import Presence, RosterSettings, Scan, Shift
from deskops.staff.rules import DROPPED
from deskops.staff.rules.attendance import MINUTE, Duty, Times
from deskops.staff.rules.presence import Held, Spot, Stay
from deskops.staff.rules.scans import GENUINE

SETTINGS, SCANS, PRESENCES, SHIFTS = (table_of(model) for model in (RosterSettings, Scan, Presence, Shift))
# The shifts that a scan may be about begin or end within this of it.
NEAR = timedelta(days=1)

_TIMES = select(
    SETTINGS.c.no_show_after, SETTINGS.c.at_risk_before, SETTINGS.c.early, SETTINGS.c.close_after
).where(SETTINGS.c.trip_id == bindparam("trip_id"))
_SCANS = select(
    SCANS.c.nonce, SCANS.c.at, SCANS.c.kind, SCANS.c.desk_id, SCANS.c.site_id, SCANS.c.source
).where(
    SCANS.c.staff_id == bindparam("staff_id"), SCANS.c.at >= bindparam("since"), SCANS.c.refusal.in_(GENUINE)
)
_PRESENCES = select(PRESENCES).where(
    PRESENCES.c.staff_id == bindparam("staff_id"),
    or_(
        PRESENCES.c.ended_at.is_(None),
        and_(PRESENCES.c.began_at >= bindparam("began"), PRESENCES.c.ended_at > bindparam("since")),
    ),
)
_DUTIES = (
    select(SHIFTS)
    .where(SHIFTS.c.staff_id == bindparam("staff_id"), SHIFTS.c.state != DROPPED)
    .where(SHIFTS.c.starts_at > bindparam("began"), SHIFTS.c.ends_at > bindparam("since"))
    .where(SHIFTS.c.starts_at < bindparam("until"))
    .order_by(SHIFTS.c.starts_at)
)


def times_of(session: Session, trip_id: int) -> Times:
    """What a trip set; the usual where it set nothing."""
    row = session.execute(_TIMES, {"trip_id": trip_id}).first()
    return Times() if row is None else Times(*(minutes * MINUTE for minutes in row))


def scans_since(session: Session, staff_id: int, since: datetime) -> list[Held]:
    """A person's scans that count, or would."""
    rows = session.execute(_SCANS, {"staff_id": staff_id, "since": since})
    return [Held(row.nonce, row.at, row.kind, Spot(row.desk_id, row.site_id), row.source) for row in rows]


def presences_since(session: Session, staff_id: int, since: datetime) -> list[Row[Any]]:
    """A person's presences that lasted beyond a time."""
    return list(session.execute(_PRESENCES, _bounds(staff_id, since)))


def shifts_near(session: Session, staff_id: int, since: datetime, until: datetime) -> list[Row[Any]]:
    """A person's shifts that end after the one and begin before the other, in their order."""
    return list(session.execute(_DUTIES, _bounds(staff_id, since) | {"until": until}))


def _bounds(staff_id: int, since: datetime) -> dict[str, Any]:
    """Nothing that ends after a time began longer than two days before: the index is entered there."""
    return {"staff_id": staff_id, "since": since, "began": since - 2 * NEAR}


def duties_of(rows: Iterable[Row[Any]]) -> list[Duty]:
    """Shifts as the rules know them."""
    return [Duty(row.id, row.desk_id, row.starts_at, row.ends_at, row.state) for row in rows]


def stay_of(row: Row[Any]) -> Stay:
    """A presence as the rules know it."""
    return Stay(
        Spot(row.desk_id, row.site_id),
        row.began_at,
        row.ended_at,
        row.ended_by,
        row.break_since,
        row.break_minutes,
    )
