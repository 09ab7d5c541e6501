"""How each desk is covered now: who should be there, who is, who is missing, and whose shift is at risk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.desks.models import Desk
from deskops.staff.models import Presence, Shift, StaffMember
from deskops.staff.queries.attendance import times_of
from deskops.staff.rules import ARRIVED, DROPPED, LEFT_EARLY, MOVE, NO_SHOW
from deskops.staff.rules.attendance import LAST_CALL

SHIFTS, STAFF, DESKS, HERE = (table_of(model) for model in (Shift, StaffMember, Desk, Presence))
# No shift lasts longer: those that run began after this.
_LONGEST = timedelta(hours=24)
Trouble = Literal["no_show", "left_early", "elsewhere", "missing", "at_risk", ""]


@dataclass(frozen=True)
class DeskCover:
    """Figures of one desk. `planned` for now, of whom `present` are at the desk, `on_break` among them, `on_site` at its
    site's entrance, `moved` to another desk by order, and `missing` none of these; `no_show` of those are given up. `extra`
    are there without a shift. Within the next while `coming` begin, and `at_risk` of those neither confirmed nor came.
    """

    planned: int = 0
    present: int = 0
    on_break: int = 0
    on_site: int = 0
    moved: int = 0
    missing: int = 0
    no_show: int = 0
    coming: int = 0
    at_risk: int = 0
    extra: int = 0

    @property
    def expected(self) -> int:
        """How many should be there now."""
        return self.planned - self.moved

    @property
    def there(self) -> int:
        """How many are, with a shift at the desk or without one."""
        return self.present + self.extra


@dataclass(frozen=True)
class CoverLine:
    """Somebody who should be, will be or is at a desk. `trouble`: why one must look; `at_desk_id` is where they are, and
    `presence_id` None that they are nowhere. `shift_id` is None for somebody who came without one.
    """

    staff_id: int
    name: str
    mobile: str
    desk_id: int
    shift_id: int | None
    desk_shift_id: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    confirmed: bool
    trouble: Trouble
    presence_id: int | None
    at_desk_id: int | None
    since: datetime | None
    break_since: datetime | None


class _Now:
    """The conditions of one look, on shifts joined with where their people are."""

    def __init__(self, session: Session, trip_id: int, now: datetime) -> None:
        self.trip_id, self.now = trip_id, now
        self.until = now + times_of(session, trip_id).at_risk_before
        begun: ColumnElement[bool] = SHIFTS.c.starts_at <= now
        at_desk = HERE.c.desk_id == SHIFTS.c.desk_id
        at_site = and_(HERE.c.id.is_not(None), HERE.c.desk_id.is_(None), HERE.c.site_id == DESKS.c.site_id)
        # A comparison with nobody's desk is neither true nor false.
        gone = and_(begun, func.coalesce(at_desk, False).is_(False), func.coalesce(at_site, False).is_(False))
        # Who was sent elsewhere, and is there or on the way, is missed nowhere.
        left = HERE.alias("left")
        sent = exists().where(
            left.c.staff_id == SHIFTS.c.staff_id,
            left.c.desk_id == SHIFTS.c.desk_id,
            left.c.ended_by == MOVE,
            left.c.ended_at > SHIFTS.c.starts_at,
        )
        moved = and_(SHIFTS.c.state == ARRIVED, sent)
        away = and_(gone, ~moved)
        late = or_(SHIFTS.c.confirmed_at.is_(None), SHIFTS.c.starts_at <= now + LAST_CALL)
        self.figures: dict[str, ColumnElement[bool]] = {
            "planned": begun,
            "present": and_(begun, at_desk),
            "on_break": and_(begun, at_desk, HERE.c.break_since.is_not(None)),
            "on_site": and_(begun, at_site),
            "moved": and_(gone, moved),
            "missing": away,
            "no_show": and_(away, SHIFTS.c.state == NO_SHOW),
            "coming": SHIFTS.c.starts_at > now,
            "at_risk": and_(SHIFTS.c.starts_at > now, HERE.c.id.is_(None), late),
        }
        self.trouble = case(
            (and_(away, HERE.c.id.is_not(None)), "elsewhere"),
            (and_(away, SHIFTS.c.state == NO_SHOW), NO_SHOW),
            (and_(away, SHIFTS.c.state == LEFT_EARLY), LEFT_EARLY),
            (away, "missing"),
            (self.figures["at_risk"], "at_risk"),
            else_="",
        )

    def shifts(self, desk_ids: Collection[int] | None) -> list[ColumnElement[bool]]:
        """Those that run or begin within the next while; of all desks of the trip where none are named."""
        trip: ColumnElement[bool] = SHIFTS.c.desk_id.in_(
            select(DESKS.c.id).where(DESKS.c.trip_id == self.trip_id)
        )
        return [
            trip if desk_ids is None else and_(trip, SHIFTS.c.desk_id.in_(desk_ids)),
            SHIFTS.c.starts_at > self.now - _LONGEST,
            SHIFTS.c.starts_at <= self.until,
            SHIFTS.c.ends_at > self.now,
            SHIFTS.c.state != DROPPED,
        ]

    def extra(self, desk_ids: Collection[int] | None) -> list[ColumnElement[bool]]:
        """Presences at desks whose person has no shift there, now or soon."""
        own = exists().where(
            SHIFTS.c.staff_id == HERE.c.staff_id,
            SHIFTS.c.desk_id == HERE.c.desk_id,
            SHIFTS.c.starts_at > self.now - _LONGEST,
            SHIFTS.c.starts_at <= self.until,
            SHIFTS.c.ends_at > self.now,
            SHIFTS.c.state != DROPPED,
        )
        trip: ColumnElement[bool] = HERE.c.desk_id.in_(
            select(DESKS.c.id).where(DESKS.c.trip_id == self.trip_id)
        )
        some = trip if desk_ids is None else and_(trip, HERE.c.desk_id.in_(desk_ids))
        return [some, HERE.c.ended_at.is_(None), ~own]


_WHERE_THEY_ARE = (
    SHIFTS.join(DESKS, DESKS.c.id == SHIFTS.c.desk_id)
    .outerjoin(HERE, and_(HERE.c.staff_id == SHIFTS.c.staff_id, HERE.c.ended_at.is_(None)))
)  # fmt: skip


def cover_by_desk(session: Session, trip_id: int, now: datetime) -> dict[int, DeskCover]:
    """The figures of every desk of a trip that has somebody planned or present; others have none."""
    look = _Now(session, trip_id, now)
    sums = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in look.figures.items()]
    query = (
        select(SHIFTS.c.desk_id, *sums)
        .select_from(_WHERE_THEY_ARE)
        .where(*look.shifts(None))
        .group_by(SHIFTS.c.desk_id)
    )
    found = {row.desk_id: dict(row._mapping) for row in session.execute(query)}
    extra = select(HERE.c.desk_id, func.count()).where(*look.extra(None)).group_by(HERE.c.desk_id)
    for desk_id, count in session.execute(extra):
        found.setdefault(desk_id, {})["extra"] = count
    names = {one.name for one in fields(DeskCover)}
    return {
        desk_id: DeskCover(**{name: int(value) for name, value in row.items() if name in names})
        for desk_id, row in found.items()
    }


def cover_lines(
    session: Session,
    trip_id: int,
    now: datetime,
    desk_ids: Collection[int] | None,
    *,
    in_trouble: bool,
    limit: int = 500,
) -> list[CoverLine]:
    """People of some desks, or of all, by desk, beginning and name; with `in_trouble` those alone whom one must look for."""
    look = _Now(session, trip_id, now)
    query = (
        select(*_person(), *_shift(), look.trouble.label("trouble"), *_presence())
        .select_from(_WHERE_THEY_ARE.join(STAFF, STAFF.c.id == SHIFTS.c.staff_id))
        .where(*look.shifts(desk_ids))
        .order_by(DESKS.c.number, SHIFTS.c.starts_at, STAFF.c.name, SHIFTS.c.id)
        .limit(limit)
    )
    lines = [_line(row) for row in session.execute(query.where(look.trouble != "") if in_trouble else query)]
    return lines if in_trouble else [*lines, *_extra_lines(session, look, desk_ids, limit)]


def _extra_lines(
    session: Session, look: _Now, desk_ids: Collection[int] | None, limit: int
) -> list[CoverLine]:
    query = (
        select(*_person(), HERE.c.desk_id, *_presence())
        .select_from(HERE.join(STAFF, STAFF.c.id == HERE.c.staff_id))
        .where(*look.extra(desk_ids))
        .order_by(STAFF.c.name, HERE.c.id)
        .limit(limit)
    )
    return [_line(row) for row in session.execute(query)]


def _person() -> list[Any]:
    return [STAFF.c.id.label("staff_id"), STAFF.c.name, STAFF.c.mobile]


def _shift() -> list[Any]:
    columns = ("desk_id", "desk_shift_id", "starts_at", "ends_at", "confirmed_at")
    return [SHIFTS.c.id.label("shift_id"), *(SHIFTS.c[name] for name in columns)]


def _presence() -> list[Any]:
    return [
        HERE.c.id.label("presence_id"),
        HERE.c.desk_id.label("at_desk_id"),
        HERE.c.began_at.label("since"),
        HERE.c.break_since,
    ]


def _line(row: Any) -> CoverLine:
    facts = dict(row._mapping)
    confirmed = facts.pop("confirmed_at", None) is not None
    unplanned: dict[str, Any] = dict.fromkeys(("shift_id", "desk_shift_id", "starts_at", "ends_at"))
    return CoverLine(**unplanned | {"trouble": ""} | facts, confirmed=confirmed)
