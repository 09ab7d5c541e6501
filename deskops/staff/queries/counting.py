"""How many people are on duty, and who is planned where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import GrantRow
from deskops.accounts.permissions import DESK_HEAD
from deskops.core.database import table_of
from deskops.desks.models import Desk
from deskops.desks.queries.needs import need_of_row
from deskops.desks.rules import Need
from deskops.staff.models import DeskShift, Shift, StaffMember
from deskops.staff.rules import COVERS

STAFF, SHIFTS, SLOTS = table_of(StaffMember), table_of(Shift), table_of(DeskShift)
GRANTS, DESKS = table_of(GrantRow), table_of(Desk)
_COVERS = SHIFTS.c.state.in_(COVERS)


def staff_count(session: Session, trip_id: int) -> int:
    """How many people work in a trip."""
    return (
        session.scalar(
            select(func.count())
            .select_from(STAFF)
            .where(STAFF.c.trip_id == trip_id, STAFF.c.retired_at.is_(None))
        )
        or 0
    )


def on_duty_count(session: Session, trip_id: int, now: datetime) -> int:
    """How many people of a trip are on duty now."""
    query = (
        select(func.count())
        .select_from(SHIFTS.join(STAFF, STAFF.c.id == SHIFTS.c.staff_id))
        .where(STAFF.c.trip_id == trip_id, SHIFTS.c.starts_at <= now, SHIFTS.c.ends_at > now, _COVERS)
    )
    return session.scalar(query) or 0


@dataclass(frozen=True)
class Duty:
    """Somebody's shift at a desk. `supervises`: they head it, by their role there or because the desk names them; in a shift
    that was laid for the desk, as in its roster, whoever heads any desk. `laid_id` is that shift's.
    """

    begins: datetime
    ends: datetime
    supervises: bool
    languages: frozenset[str]
    laid_id: int | None


@dataclass(frozen=True)
class Laid:
    """A shift that was laid for a desk, and what it needs."""

    id: int
    begins: datetime
    ends: datetime
    need: Need


def duties_by_desk(session: Session, trip_id: int, begins: datetime, ends: datetime) -> dict[int, list[Duty]]:
    """Who is planned at each desk of a trip, of all shifts that touch the time between begin and end."""
    heads = _heads(session, trip_id)
    query = (
        select(
            SHIFTS.c.desk_id, SHIFTS.c.starts_at, SHIFTS.c.ends_at, SHIFTS.c.desk_shift_id,
            STAFF.c.user_id, STAFF.c.languages, STAFF.c.role,
        )
        .join(STAFF, STAFF.c.id == SHIFTS.c.staff_id)
        .where(STAFF.c.trip_id == trip_id, SHIFTS.c.starts_at < ends, SHIFTS.c.ends_at > begins, _COVERS)
    )  # fmt: skip
    planned: dict[int, list[Duty]] = {}
    for row in session.execute(query):
        heads_any = row.desk_shift_id is not None and row.role == DESK_HEAD
        supervises = heads_any or not heads.isdisjoint({(row.user_id, row.desk_id), (row.user_id, None)})
        spoken = frozenset(row.languages.split(","))
        duty = Duty(row.starts_at, row.ends_at, supervises, spoken, row.desk_shift_id)
        planned.setdefault(row.desk_id, []).append(duty)
    return planned


def laid_by_desk(session: Session, trip_id: int, begins: datetime, ends: datetime) -> dict[int, list[Laid]]:
    """The shifts of each desk of a trip that touch the time between begin and end, in order of time."""
    touches = (SLOTS.c.starts_at < ends, SLOTS.c.ends_at > begins)
    query = select(SLOTS).where(SLOTS.c.trip_id == trip_id, *touches).order_by(SLOTS.c.starts_at, SLOTS.c.id)
    found: dict[int, list[Laid]] = {}
    for row in session.execute(query):
        found.setdefault(row.desk_id, []).append(Laid(row.id, row.starts_at, row.ends_at, need_of_row(row)))
    return found


def _heads(session: Session, trip_id: int) -> set[tuple[int, int | None]]:
    """(user, desk) of whoever heads a desk of the trip; desk None: any of them."""
    reaches = or_(GRANTS.c.trip_id == trip_id, GRANTS.c.trip_id.is_(None))
    by_role = select(GRANTS.c.user_id, GRANTS.c.desk_id).where(GRANTS.c.role == DESK_HEAD, reaches)
    named = select(DESKS.c.head_user_id, DESKS.c.id).where(
        DESKS.c.trip_id == trip_id, DESKS.c.head_user_id.is_not(None)
    )
    return {(row[0], row[1]) for query in (by_role, named) for row in session.execute(query)}
