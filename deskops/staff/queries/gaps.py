"""Where somebody is missing: shifts that need more people than they have, who dropped out, and who is asked instead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.staff.models import DeskShift, ReplacementCall, Shift, StaffAbsence, StaffMember
from deskops.staff.rules import ACCEPTED, ARRIVED, ASKED, COMPLETED, COVERS, DROPPED, LEFT_EARLY

STAFF, SHIFTS, NEEDS = table_of(StaffMember), table_of(Shift), table_of(DeskShift)
CALLS, ABSENCES = table_of(ReplacementCall), table_of(StaffAbsence)


@dataclass(frozen=True)
class DropOut:
    """Somebody who said that they can't work a shift that isn't over. `missing` is how many people the shift lacks now;
    None where its desk set no need.
    """

    shift_id: int
    desk_shift_id: int | None
    desk_id: int
    starts_at: datetime
    ends_at: datetime
    staff_id: int
    name: str
    reason: str
    said_at: datetime
    missing: int | None


def has_room(session: Session, desk_shift_id: int, besides: int | None = None) -> bool:
    """Whether a shift of a desk takes one more; the shift `besides` doesn't count, whoever's it is."""
    standing = select(func.count()).where(SHIFTS.c.desk_shift_id == desk_shift_id, SHIFTS.c.state.in_(COVERS))
    if besides is not None:
        standing = standing.where(SHIFTS.c.id != besides)
    need = session.execute(select(NEEDS).where(NEEDS.c.id == desk_shift_id)).one()
    return (session.scalar(standing) or 0) < int(max(need.minimum, need.target))


def gap_is_open(session: Session, call: Any) -> bool:
    """Whether whoever is asked to step in is still needed: there is room, and the one they would replace didn't come after
    all, nor did somebody else step in for them.
    """
    if not has_room(session, call.desk_shift_id, call.instead_of_id):
        return False
    if call.instead_of_id is None:
        return True
    state = session.scalar(select(SHIFTS.c.state).where(SHIFTS.c.id == call.instead_of_id))
    same = (CALLS.c.instead_of_id == call.instead_of_id, CALLS.c.state == ACCEPTED)
    replaced = session.execute(select(CALLS.c.id).where(*same).limit(1)).first()
    return state not in (ARRIVED, COMPLETED) and replaced is None


def calls_to(session: Session, staff_id: int, now: datetime) -> list[Any]:
    """What somebody is asked to step into, soonest first: id, desk_shift_id, instead_of_id, desk_id, starts_at, ends_at,
    asked_at. What is needed no longer is left out.
    """
    columns = (
        CALLS.c.id, CALLS.c.desk_shift_id, CALLS.c.instead_of_id, CALLS.c.asked_at, CALLS.c.version,
        NEEDS.c.desk_id, NEEDS.c.starts_at, NEEDS.c.ends_at,
    )  # fmt: skip
    asked = (CALLS.c.staff_id == staff_id, CALLS.c.state == ASKED, NEEDS.c.ends_at > now)
    query = select(*columns).join(NEEDS, NEEDS.c.id == CALLS.c.desk_shift_id).where(*asked)
    rows = session.execute(query.order_by(NEEDS.c.starts_at, CALLS.c.id))
    return [row for row in rows if gap_is_open(session, row)]


def drop_outs(
    session: Session, trip_id: int, now: datetime, desk_ids: Collection[int] | None = None
) -> list[DropOut]:
    """Who can't work a shift that isn't over, soonest first; of these desks, or of all."""
    covers = (
        (ABSENCES.c.staff_id == SHIFTS.c.staff_id)
        & (ABSENCES.c.starts_at < SHIFTS.c.ends_at)
        & (ABSENCES.c.ends_at > SHIFTS.c.starts_at)
    )
    said = select(func.max(ABSENCES.c.said_at)).where(covers).correlate(SHIFTS).scalar_subquery()
    query = (
        select(SHIFTS, STAFF.c.name, said.label("said_at"))
        .join(STAFF, and_(STAFF.c.id == SHIFTS.c.staff_id, STAFF.c.trip_id == trip_id))
        .where(SHIFTS.c.state.in_((DROPPED, LEFT_EARLY)), SHIFTS.c.ends_at > now, said.is_not(None))
        .order_by(SHIFTS.c.starts_at, SHIFTS.c.id)
    )
    if desk_ids is not None:
        query = query.where(SHIFTS.c.desk_id.in_(desk_ids))
    rows = session.execute(query).all()
    lacks = _missing(session, {row.desk_shift_id for row in rows if row.desk_shift_id is not None})
    facts = ("desk_shift_id", "desk_id", "starts_at", "ends_at", "staff_id", "name", "reason", "said_at")
    return [
        DropOut(
            shift_id=row.id,
            missing=lacks.get(row.desk_shift_id),
            **{name: getattr(row, name) for name in facts},
        )
        for row in rows
    ]


def _missing(session: Session, desk_shift_ids: Collection[int]) -> dict[int, int]:
    """Shift of a desk -> how many people it lacks."""
    stands = (SHIFTS.c.desk_shift_id == NEEDS.c.id) & SHIFTS.c.state.in_(COVERS)
    query = (
        select(NEEDS.c.id, NEEDS.c.minimum, NEEDS.c.target, func.count(SHIFTS.c.id).label("standing"))
        .outerjoin(SHIFTS, stands)
        .where(NEEDS.c.id.in_(desk_shift_ids))
        .group_by(NEEDS.c.id, NEEDS.c.minimum, NEEDS.c.target)
    )
    return {row.id: max(0, max(row.minimum, row.target) - row.standing) for row in session.execute(query)}
