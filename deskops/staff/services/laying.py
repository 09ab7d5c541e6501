"""Shifts laid over desks and days by patterns, laid anew where the hours changed, and copied from one day onto others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.dates import day_bounds
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.upsert import upsert
from deskops.desks.models import Desk, DeskHours, Place
from deskops.desks.queries.needs import needs_of_desks
from deskops.desks.rules import Need, usual_need
from deskops.desks.services.needs import columns_of
from deskops.staff.errors import ShiftsFilled
from deskops.staff.events import DeskShiftsChanged
from deskops.staff.models import DeskShift, ShiftPattern
from deskops.staff.queries.shifts import misfits, times_of
from deskops.staff.rules.times import length_fault
from deskops.staff.services import plan
from deskops.staff.services.desk_shifts import put_spans, span_of

SLOTS, HOURS, DESKS, PLACES = table_of(DeskShift), table_of(DeskHours), table_of(Desk), table_of(Place)
LAID, LAID_ANEW, COPIED = "laid", "laid_anew", "copied"
# 100 desks, 9 shifts and 30 days are below it; more in one press is a slip of the finger.
MOST_LAID = 30_000


@dataclass(frozen=True)
class Laid:
    """What came of laying: shifts made, those that stood already, days on which a desk is closed, and those whose hours
    leave no room for the pattern.
    """

    made: int
    stood: int = 0
    closed: int = 0
    no_room: int = 0
    begun: int = 0


def lay_shifts(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    pattern_ids: Collection[int],
    desk_ids: Collection[int],
    days: Sequence[date],
) -> Laid:
    """Each pattern at each desk on each day, with the desk's own need. A desk has one shift of a pattern a day: one that
    stands stays as it is. Raises Forbidden, NotFound, InvalidInput.
    """
    actor.require("roster.plan", trip_id)
    plan.lock_plan(uow, trip_id)
    if len(pattern_ids) * len(desk_ids) * len(days) > MOST_LAID:
        raise InvalidInput({"last_day": gettext("These are too many shifts at once. Choose fewer days.")})
    patterns = _patterns(uow, trip_id, pattern_ids)
    _check_desks(uow, trip_id, desk_ids)
    hours = _hours(uow, desk_ids, days)
    needs = needs_of(uow, desk_ids)
    there = _there(uow, trip_id, days)
    count = {"stood": 0, "no_room": 0, "begun": 0}
    rows: list[dict[str, Any]] = []
    for (desk_id, day), span in hours.items():
        for pattern in patterns:
            begins, ends = span_of(day, times_of(pattern).within(*span))
            reason = _unfit(there, uow.now, desk_id, pattern.id, begins, ends, day)
            if reason is not None:
                count[reason] += 1
                continue
            need = columns_of(needs[desk_id])
            rows.append(_row(trip_id, desk_id, day, begins, ends) | need | {"pattern_id": pattern.id})
            there.add((desk_id, begins, ends))
    closed = len(set(desk_ids)) * len(set(days)) - len(hours)
    return Laid(_insert(uow, trip_id, LAID, rows), closed=closed, **count)


def lay_anew(uow: UnitOfWork, actor: Actor, trip_id: int, *, confirmed: bool) -> int:
    """Shifts that don't fit their desk's hours any more move to where the pattern has them now; those of closed days go.

    Who is planned in them is told. Raises Forbidden, ShiftsFilled where people would lose a shift and nobody confirmed it.
    """
    actor.require("roster.plan", trip_id)
    plan.lock_plan(uow, trip_id)
    found = misfits(uow.session, trip_id, uow.now)
    moving = {one.id: one.fits for one in found if one.fits is not None and not one.taken}
    going = [one.id for one in found if one.id not in moving]
    losing = plan.people_in(uow, going)
    if losing and not confirmed:
        raise ShiftsFilled(people=losing, details={"people": losing})
    concerned = plan.empty(uow, going) + plan.move_in_time(uow, moving)
    for row in _rows(uow, going):
        uow.session.delete(row)
    uow.session.flush()
    spans = {row: moving[row.id] for row in _rows(uow, moving)}
    put_spans(uow, spans)
    for row in spans:
        row.version += 1
    return _told(uow, trip_id, LAID_ANEW, len(found), concerned)


def copy_day(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    day: date,
    days: Collection[date],
    desk_ids: Collection[int] | None,
) -> Laid:
    """A day's shifts, needs and all, on other days as well, for some desks or (None) all.

    Shifts go by the clock: of one by a pattern its place in the other day's hours. Raises Forbidden, InvalidInput.
    """
    actor.require("roster.plan", trip_id)
    plan.lock_plan(uow, trip_id)
    query = select(DeskShift).where(DeskShift.trip_id == trip_id, DeskShift.day == day)
    if desk_ids is not None:
        query = query.where(DeskShift.desk_id.in_(desk_ids))
    copied = list(uow.session.scalars(query))
    others = sorted(set(days) - {day})
    if not copied or not others:
        raise InvalidInput(
            {"first_day": gettext("This day has no shifts to copy, or no other day was named.")}
        )
    patterns = {row.id: row for row in _patterns(uow, trip_id, {row.pattern_id for row in copied} - {None})}
    hours = _hours(uow, {row.desk_id for row in copied}, others)
    there = _there(uow, trip_id, others)
    count = {"stood": 0, "no_room": 0, "begun": 0, "closed": 0}
    rows = []
    for other in others:
        for slot in copied:
            span = hours.get((slot.desk_id, other))
            if span is None:
                count["closed"] += 1
                continue
            begins, ends = _copied(slot, patterns.get(slot.pattern_id or 0), other, span)
            reason = _unfit(there, uow.now, slot.desk_id, slot.pattern_id, begins, ends, other)
            if reason is not None:
                count[reason] += 1
                continue
            facts = {name: getattr(slot, name) for name in _NEED} | {"pattern_id": slot.pattern_id}
            rows.append(_row(trip_id, slot.desk_id, other, begins, ends) | facts)
            there.add((slot.desk_id, begins, ends))
    return Laid(_insert(uow, trip_id, COPIED, rows), **count)


_NEED = ("minimum", "target", "supervisors", "languages")
# What a desk has: (desk, begin, end) of every shift, and (desk, pattern, day) of those by a pattern.
_There = set[tuple[Any, ...]]


def _unfit(
    there: _There,
    now: datetime,
    desk_id: int,
    pattern_id: int | None,
    begins: datetime,
    ends: datetime,
    day: date,
) -> str | None:
    if length_fault(int((ends - begins) / timedelta(minutes=1))) is not None:
        return "no_room"
    if (desk_id, begins, ends) in there or (pattern_id and (desk_id, pattern_id, day) in there):
        return "stood"
    return "begun" if begins <= now else None


def _copied(
    slot: DeskShift, pattern: ShiftPattern | None, day: date, span: tuple[int, int]
) -> tuple[datetime, datetime]:
    if pattern is not None:
        return span_of(day, times_of(pattern).within(*span))
    later = day_bounds(day)[0] - day_bounds(slot.day)[0]
    return slot.starts_at + later, slot.ends_at + later


def _row(trip_id: int, desk_id: int, day: date, begins: datetime, ends: datetime) -> dict[str, Any]:
    return {
        "trip_id": trip_id, "desk_id": desk_id, "day": day, "starts_at": begins, "ends_at": ends, "version": 1,
    }  # fmt: skip


def _insert(uow: UnitOfWork, trip_id: int, act: str, rows: list[dict[str, Any]]) -> int:
    if rows:
        uow.session.execute(upsert(uow.session, SLOTS).on_conflict_do_nothing(), rows)
    return _told(uow, trip_id, act, len(rows), 0)


def _told(uow: UnitOfWork, trip_id: int, act: str, count: int, people: int) -> int:
    if count:
        uow.record(DeskShiftsChanged(trip_id=trip_id, act=act, count=count, people=people))
    if people:
        plan.have_told(uow, trip_id)
    return count


def _patterns(uow: UnitOfWork, trip_id: int, ids: Iterable[int | None]) -> list[ShiftPattern]:
    wanted = set(ids)
    query = select(ShiftPattern).where(ShiftPattern.trip_id == trip_id, ShiftPattern.id.in_(wanted))
    rows = list(uow.session.scalars(query.order_by(ShiftPattern.position, ShiftPattern.id)))
    if len(rows) != len(wanted):
        raise NotFound()
    return rows


def _check_desks(uow: UnitOfWork, trip_id: int, desk_ids: Collection[int]) -> None:
    query = select(DESKS.c.id).where(DESKS.c.trip_id == trip_id, DESKS.c.retired_at.is_(None))
    if not set(desk_ids) <= set(uow.session.scalars(query)):
        raise NotFound()


def _hours(
    uow: UnitOfWork, desk_ids: Collection[int], days: Collection[date]
) -> dict[tuple[int, date], tuple[int, int]]:
    query = select(HOURS).where(HOURS.c.desk_id.in_(desk_ids), HOURS.c.day.in_(days))
    rows = uow.session.execute(query.order_by(HOURS.c.day, HOURS.c.desk_id))
    return {(row.desk_id, row.day): (row.opens, row.closes) for row in rows}


def needs_of(uow: UnitOfWork, desk_ids: Collection[int]) -> Mapping[int, Need]:
    """What each desk needs: what somebody said, else what is usual for so many places."""
    counted = select(PLACES.c.desk_id, func.count().label("count")).where(PLACES.c.desk_id.in_(desk_ids))
    places = {row.desk_id: row[1] for row in uow.session.execute(counted.group_by(PLACES.c.desk_id))}
    said = needs_of_desks(uow.session, desk_ids)
    return {desk_id: said.get(desk_id) or usual_need(places.get(desk_id, 0)) for desk_id in desk_ids}


def _there(uow: UnitOfWork, trip_id: int, days: Collection[date]) -> _There:
    columns = (SLOTS.c[name] for name in ("desk_id", "pattern_id", "day", "starts_at", "ends_at"))
    # A shift by another pattern may reach over from the day before.
    query = select(*columns).where(SLOTS.c.trip_id == trip_id)
    if days:
        query = query.where(SLOTS.c.day.between(min(days) - timedelta(days=1), max(days) + timedelta(days=1)))
    there: _There = set()
    for row in uow.session.execute(query):
        there.add((row.desk_id, row.starts_at, row.ends_at))
        there.add((row.desk_id, row.pattern_id, row.day))
    return there


def _rows(uow: UnitOfWork, ids: Collection[int]) -> list[DeskShift]:
    return list(uow.session.scalars(select(DeskShift).where(DeskShift.id.in_(ids))))
