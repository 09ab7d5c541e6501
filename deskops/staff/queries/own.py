"""What staff members see of themselves: who they are in a trip, and their own shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.desks.models import Desk
from deskops.staff.models import Shift, StaffMember
from deskops.staff.queries.hours import hours_of
from deskops.staff.rules import COVERS, DESK_HEAD, DROPPED, PLANNED

STAFF, SHIFTS, DESKS = table_of(StaffMember), table_of(Shift), table_of(Desk)
# How far back shifts that are over are listed.
LOOKED_BACK = timedelta(days=60)


@dataclass(frozen=True)
class OwnShift:
    """One of somebody's shifts. `with_names` and `head` are who else stands in it; `worked` is None until there is a
    presence that ended.
    """

    id: int
    desk_id: int
    desk_shift_id: int | None
    starts_at: datetime
    ends_at: datetime
    state: str
    reason: str
    told_at: datetime | None
    confirmed_at: datetime | None
    version: int
    with_names: Sequence[str] = ()
    head: str = ""
    worked: timedelta | None = None

    @property
    def is_dropped(self) -> bool:
        return self.state == DROPPED

    @property
    def is_planned(self) -> bool:
        return self.state == PLANNED

    @property
    def is_new(self) -> bool:
        """Whether they never said that they saw it."""
        return self.confirmed_at is None

    @property
    def is_to_confirm(self) -> bool:
        """Whether it is new, or something of it changed since they last said that they saw it. What nobody was told of yet
        has changed a moment ago.
        """
        return self.confirmed_at is None or self.told_at is None or self.told_at > self.confirmed_at


def own_row(session: Session, trip_id: int, user_id: int | None) -> Row[Any] | None:
    """The staff member that a user is in a trip; None for who is on no list, or was taken from it."""
    return session.execute(own_members(trip_id, user_id)).first()


def own_members(trip_id: int, user_id: int | None) -> Select[Any]:
    """The rows of `own_row`."""
    mine = (STAFF.c.trip_id == trip_id, STAFF.c.user_id == user_id, STAFF.c.retired_at.is_(None))
    return select(STAFF).where(*mine).order_by(STAFF.c.id).limit(1)


def own_shifts(session: Session, trip_id: int, staff_id: int, now: datetime) -> list[OwnShift]:
    """Somebody's shifts, by their beginning: those to come, the one that runs, and those of the last weeks. What was taken
    from them is among those to come.
    """
    lately = (SHIFTS.c.staff_id == staff_id, SHIFTS.c.ends_at > now - LOOKED_BACK)
    shown = (SHIFTS.c.ends_at > now) | (SHIFTS.c.state != DROPPED)
    query = select(SHIFTS).where(*lately, shown).order_by(SHIFTS.c.starts_at, SHIFTS.c.id)
    rows = session.execute(query).all()
    worked = _worked(session, trip_id, staff_id, now)
    mates = _mates(session, [row for row in rows if row.ends_at > now and row.state in COVERS], staff_id)
    return [_own_shift(row, worked, mates) for row in rows]


def shift_of(session: Session, staff_id: int, shift_id: int) -> Row[Any] | None:
    """One of somebody's shifts."""
    return session.execute(
        select(SHIFTS).where(SHIFTS.c.id == shift_id, SHIFTS.c.staff_id == staff_id)
    ).first()


def _own_shift(row: Row[Any], worked: dict[int, timedelta], mates: dict[int, list[Row[Any]]]) -> OwnShift:
    beside = mates.get(row.id, [])
    facts = (
        "id",
        "desk_id",
        "desk_shift_id",
        "starts_at",
        "ends_at",
        "state",
        "reason",
        "told_at",
        "confirmed_at",
        "version",
    )
    return OwnShift(
        **{name: getattr(row, name) for name in facts},
        with_names=[mate.name for mate in beside],
        head=next((mate.name for mate in beside if mate.heads), ""),
        worked=worked.get(row.id),
    )


def _mates(session: Session, rows: Sequence[Row[Any]], staff_id: int) -> dict[int, list[Row[Any]]]:
    """Shift -> who else is at its desk during it, heads first, then by name."""
    if not rows:
        return {}
    other = SHIFTS.alias("other")
    heads = ((STAFF.c.role == DESK_HEAD) | (STAFF.c.user_id == DESKS.c.head_user_id)).label("heads")
    query = (
        select(SHIFTS.c.id, STAFF.c.name, heads)
        .join(other, other.c.desk_id == SHIFTS.c.desk_id)
        .join(STAFF, STAFF.c.id == other.c.staff_id)
        .join(DESKS, DESKS.c.id == SHIFTS.c.desk_id)
        .where(
            SHIFTS.c.id.in_([row.id for row in rows]),
            other.c.staff_id != staff_id,
            other.c.state.in_(COVERS),
            other.c.starts_at < SHIFTS.c.ends_at,
            other.c.ends_at > SHIFTS.c.starts_at,
        )
        .distinct()
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in sorted(session.execute(query), key=lambda one: (not one.heads, one.name)):
        found.setdefault(row.id, []).append(row)
    return found


def _worked(session: Session, trip_id: int, staff_id: int, now: datetime) -> dict[int, timedelta]:
    """Shift -> how long its person was at work, breaks left out."""
    found: dict[int, timedelta] = {}
    for person in hours_of(session, trip_id, [staff_id], (now - LOOKED_BACK, now)):
        for stay in person.stays:
            if stay.shift_id is not None and stay.ended_at is not None:
                found[stay.shift_id] = found.get(stay.shift_id, timedelta()) + stay.worked(now)
    return found
