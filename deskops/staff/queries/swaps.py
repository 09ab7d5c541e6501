"""Shifts that people would give away: what each sees of it, and what coordinators decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.staff.models import Shift, ShiftSwap, StaffMember
from deskops.staff.queries.eligible import SOFT, bench
from deskops.staff.rules import APPROVED, COVERS, OFFERED, PLANNED, REFUSED, TAKEN, WITHDRAWN

STAFF, SHIFTS, SWAPS = table_of(StaffMember), table_of(Shift), table_of(ShiftSwap)
OWNER, TAKER, WANTED = STAFF.alias("owner"), STAFF.alias("taker"), SHIFTS.alias("wanted")
OPEN = (OFFERED, TAKEN)
SHOWN, CHOICES = 100, 200
# What ended stays in sight for so long.
SHOWN_FOR = timedelta(days=7)
CHOSEN_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class SwapLine:
    """An offer as it stands. `wanted_…` is the shift that is asked for in return; `faults` of whoever would take it."""

    id: int
    trip_id: int
    state: str
    note: str
    offered_at: datetime
    taken_at: datetime | None
    ended_at: datetime | None
    version: int
    shift_id: int
    slot_id: int
    desk_id: int
    starts_at: datetime
    ends_at: datetime
    owner_id: int
    owner: str
    to_staff_id: int | None
    taken_by: int | None
    taker: str | None
    wanted_shift_id: int | None
    wanted_slot_id: int | None
    wanted_desk_id: int | None
    wanted_starts_at: datetime | None
    wanted_ends_at: datetime | None
    faults: Sequence[str] = ()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def waits(self) -> bool:
        """Whether a coordinator has to decide."""
        return self.state == TAKEN


def still_open(now: datetime) -> ColumnElement[bool]:
    """Whether an offer can still be taken or decided: the shifts are as they were, and none has begun."""
    wanted = and_(WANTED.c.state == PLANNED, WANTED.c.starts_at > now)
    return and_(
        SWAPS.c.state.in_(OPEN),
        SHIFTS.c.state == PLANNED,
        SHIFTS.c.starts_at > now,
        or_(SWAPS.c.wanted_shift_id.is_(None), wanted),
    )


def swap_lines() -> Select[Any]:
    """Rows with the columns of a SwapLine."""
    facts = (
        "id", "trip_id", "state", "note", "offered_at", "taken_at", "ended_at", "version", "shift_id", "to_staff_id",
        "taken_by", "wanted_shift_id",
    )  # fmt: skip
    columns = [SWAPS.c[name] for name in facts]
    of_shift = [SHIFTS.c[name] for name in ("desk_id", "starts_at", "ends_at")]
    of_wanted = [WANTED.c[name].label(f"wanted_{name}") for name in ("desk_id", "starts_at", "ends_at")]
    return (
        select(
            *columns,
            *of_shift,
            *of_wanted,
            SHIFTS.c.desk_shift_id.label("slot_id"),
            WANTED.c.desk_shift_id.label("wanted_slot_id"),
            OWNER.c.id.label("owner_id"),
            OWNER.c.name.label("owner"),
            TAKER.c.name.label("taker"),
        )
        .join(SHIFTS, SHIFTS.c.id == SWAPS.c.shift_id)
        .join(OWNER, OWNER.c.id == SHIFTS.c.staff_id)
        .outerjoin(WANTED, WANTED.c.id == SWAPS.c.wanted_shift_id)
        .outerjoin(TAKER, TAKER.c.id == SWAPS.c.taken_by)
    )


def line_of(row: Row[Any], faults: Sequence[str] = ()) -> SwapLine:
    """A row of `swap_lines`."""
    return SwapLine(**row._asdict(), faults=faults)


def own_swaps(session: Session, staff_id: int, now: datetime) -> list[SwapLine]:
    """What somebody offers or took: what is open, and what ended lately; the newest first."""
    mine = or_(SHIFTS.c.staff_id == staff_id, SWAPS.c.taken_by == staff_id)
    lately = or_(
        still_open(now), and_(SWAPS.c.state.in_((APPROVED, REFUSED)), SWAPS.c.ended_at > now - SHOWN_FOR)
    )
    rows = session.execute(swap_lines().where(mine, lately).order_by(SWAPS.c.id.desc()).limit(SHOWN))
    return [line_of(row) for row in rows]


def offered_to(session: Session, trip_id: int, staff_id: int, now: datetime) -> list[SwapLine]:
    """What somebody could take, soonest first. What they can't by any rule that nobody may break is left out."""
    for_them = or_(SWAPS.c.to_staff_id.is_(None), SWAPS.c.to_staff_id == staff_id)
    others = (SWAPS.c.trip_id == trip_id, SWAPS.c.state == OFFERED, OWNER.c.id != staff_id)
    query = swap_lines().where(*others, for_them, still_open(now))
    rows = session.execute(query.order_by(SHIFTS.c.starts_at, SWAPS.c.id).limit(SHOWN)).all()
    if not rows:
        return []
    people = bench(session, trip_id, [staff_id], [row.slot_id for row in rows], with_mates=False)
    found = []
    for row in rows:
        given = () if row.wanted_slot_id is None else {(staff_id, row.wanted_slot_id)}
        broken = people.faults(staff_id, row.slot_id, given)
        if SOFT.issuperset(broken):
            found.append(line_of(row, broken))
    return found


def swaps_of_trip(session: Session, trip_id: int, now: datetime) -> list[SwapLine]:
    """For coordinators: what they decide first, with the rules it breaks; then what is offered, and what ended lately."""
    ended = and_(SWAPS.c.state.in_((APPROVED, REFUSED, WITHDRAWN)), SWAPS.c.ended_at > now - SHOWN_FOR)
    query = swap_lines().where(SWAPS.c.trip_id == trip_id, or_(still_open(now), ended))
    rows = session.execute(query.order_by(SWAPS.c.id.desc()).limit(SHOWN)).all()
    waiting = [row for row in rows if row.state == TAKEN]
    broken = _broken(session, trip_id, waiting)
    order = {TAKEN: 0, OFFERED: 1}
    return [
        line_of(row, broken.get(row.id, ())) for row in sorted(rows, key=lambda one: order.get(one.state, 2))
    ]


def _broken(session: Session, trip_id: int, rows: Sequence[Row[Any]]) -> dict[int, tuple[str, ...]]:
    if not rows:
        return {}
    who = {one for row in rows for one in (row.owner_id, row.taken_by)}
    slots = {one for row in rows for one in (row.slot_id, row.wanted_slot_id) if one is not None}
    people = bench(session, trip_id, who, slots)
    return {
        row.id: people.exchange(row.owner_id, row.taken_by, row.slot_id, row.wanted_slot_id) for row in rows
    }


def colleagues(session: Session, trip_id: int, staff_id: int, desk_id: int) -> list[tuple[int, str]]:
    """(id, name) of those whom somebody would ask first: at home at the desk, or planned there."""
    stand = select(SHIFTS.c.staff_id).where(SHIFTS.c.desk_id == desk_id, SHIFTS.c.state.in_(COVERS))
    there = or_(STAFF.c.home_desk_id == desk_id, STAFF.c.id.in_(stand))
    others = (STAFF.c.trip_id == trip_id, STAFF.c.retired_at.is_(None), STAFF.c.id != staff_id)
    query = select(STAFF.c.id, STAFF.c.name).where(*others, there).order_by(STAFF.c.name, STAFF.c.id)
    return [(row.id, row.name) for row in session.execute(query.limit(CHOICES))]


def wanted_shifts(session: Session, trip_id: int, staff_id: int, shift: Any, now: datetime) -> list[Row[Any]]:
    """Colleagues' shifts at the desk that somebody could ask for in return, soonest first: id, name, starts_at, ends_at."""
    ahead = (SHIFTS.c.state == PLANNED, SHIFTS.c.starts_at > now, SHIFTS.c.starts_at < now + CHOSEN_WITHIN)
    others = (SHIFTS.c.desk_id == shift.desk_id, SHIFTS.c.desk_shift_id.is_not(None), STAFF.c.id != staff_id)
    query = (
        select(SHIFTS.c.id, SHIFTS.c.starts_at, SHIFTS.c.ends_at, STAFF.c.name)
        .join(STAFF, STAFF.c.id == SHIFTS.c.staff_id)
        .where(STAFF.c.trip_id == trip_id, *ahead, *others, SHIFTS.c.desk_shift_id != shift.desk_shift_id)
        .order_by(SHIFTS.c.starts_at, STAFF.c.name, SHIFTS.c.id)
    )
    return list(session.execute(query.limit(CHOICES)))
