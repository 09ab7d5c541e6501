"""Shifts that desks need filled, changed one by one or many at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.dates import day_bounds
from deskops.core.errors import InvalidInput, NotFound, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.document.needs import fault_of, words_for
from deskops.desks.models import Desk
from deskops.desks.rules import Need
from deskops.desks.services.needs import check_need, columns_of
from deskops.staff.errors import LengthRefused, ShiftBegun, ShiftsFilled, ShiftThere
from deskops.staff.events import DeskShiftsChanged
from deskops.staff.models import DeskShift
from deskops.staff.rules.times import length_fault
from deskops.staff.services import plan

EDITED, REMOVED = "edited", "removed"


@dataclass(frozen=True, kw_only=True)
class ShiftsEdit:
    """What many shifts are to have in common, None stays with each; begin and end are put off by so many minutes."""

    minimum: int | None = None
    target: int | None = None
    supervisors: int | None = None
    languages: tuple[str, ...] | None = None
    begins_later: int = 0
    ends_later: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen."""
        return self == ShiftsEdit()

    def need(self, known: Need) -> Need:
        """A shift's need afterwards. Who says the minimum alone means at least that target."""
        names = ("minimum", "target", "supervisors", "languages")
        said = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        if self.minimum is not None and self.target is None:
            said["target"] = max(self.minimum, known.target)
        return replace(known, **said)


def edit_shift(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    shift_id: int,
    version: int,
    begins: datetime,
    ends: datetime,
    need: Need,
) -> DeskShift:
    """Give one shift its times and its need. Who is planned in it is told of other times.

    Raises Forbidden, NotFound, StaleVersion, ShiftBegun, LengthRefused, ShiftThere, InvalidInput.
    """  # fmt: skip
    actor.require("roster.plan", trip_id)
    plan.lock_plan(uow, trip_id)
    [row] = chosen(uow, trip_id, [shift_id])
    if row.version != version:
        raise StaleVersion(details={"yours": version, "current": row.version})
    if row.starts_at <= uow.now:
        raise ShiftBegun()
    check_need(need)
    people = _put_times(uow, {row: (begins, ends)})
    for name, value in columns_of(need).items():
        setattr(row, name, value)
    row.version += 1
    _record(uow, trip_id, EDITED, 1, people)
    return row


@dataclass(frozen=True, kw_only=True)
class ManyShifts:
    """Shifts to be changed alike, or with no `edit` removed: those named, or with a `day` all of that day, at a site or at
    all. `confirmed`: people who are planned in them lose them.
    """

    shift_ids: Collection[int] = ()
    day: date | None = None
    site_id: int | None = None
    edit: ShiftsEdit | None = None
    confirmed: bool = False


def change_shifts(uow: UnitOfWork, actor: Actor, trip_id: int, wanted: ManyShifts) -> int:
    """How many were changed or removed. Raises as `edit_shifts` and `remove_shifts`."""
    ids = wanted.shift_ids
    if wanted.day is not None:
        query = select(DeskShift.id).join(Desk, Desk.id == DeskShift.desk_id)
        query = query.where(DeskShift.trip_id == trip_id, DeskShift.day == wanted.day)
        ids = uow.session.scalars(
            query if wanted.site_id is None else query.where(Desk.site_id == wanted.site_id)
        ).all()
    if wanted.edit is None:
        return remove_shifts(uow, actor, trip_id, ids, confirmed=wanted.confirmed)
    return edit_shifts(uow, actor, trip_id, ids, wanted.edit)


def edit_shifts(
    uow: UnitOfWork, actor: Actor, trip_id: int, shift_ids: Collection[int], edit: ShiftsEdit
) -> int:
    """Change several shifts alike; those that have begun stay. How many were changed.

    Raises Forbidden, NotFound, LengthRefused, ShiftThere, InvalidInput at the first that doesn't fit: none is changed then.
    """
    actor.require("roster.plan", trip_id)
    plan.lock_plan(uow, trip_id)
    if edit.is_empty:
        raise InvalidInput({"minimum": gettext("Choose what the shifts are to have.")})
    rows = [row for row in chosen(uow, trip_id, shift_ids) if row.starts_at > uow.now]
    for row in rows:
        need = edit.need(need_of(row))
        field = fault_of(need)
        if field is not None:
            raise InvalidInput({field: str(words_for(field, need))})
        for name, value in columns_of(need).items():
            setattr(row, name, value)
        row.version += 1
    later = timedelta(minutes=edit.begins_later), timedelta(minutes=edit.ends_later)
    people = _put_times(uow, {row: (row.starts_at + later[0], row.ends_at + later[1]) for row in rows})
    _record(uow, trip_id, EDITED, len(rows), people)
    return len(rows)


def remove_shifts(
    uow: UnitOfWork, actor: Actor, trip_id: int, shift_ids: Collection[int], *, confirmed: bool
) -> int:
    """Take shifts away, but for those that have begun. How many went.

    Raises Forbidden, NotFound, ShiftBegun if all have, ShiftsFilled where people would lose theirs and nobody confirmed it.
    """
    actor.require("roster.plan", trip_id)
    plan.lock_plan(uow, trip_id)
    rows = [row for row in chosen(uow, trip_id, shift_ids) if row.starts_at > uow.now]
    if not rows:
        raise ShiftBegun()
    ids = [row.id for row in rows]
    people = plan.people_in(uow, ids)
    if people and not confirmed:
        raise ShiftsFilled(people=people, details={"people": people})
    plan.empty(uow, ids)
    for row in rows:
        uow.session.delete(row)
    _record(uow, trip_id, REMOVED, len(rows), people)
    return len(rows)


def chosen(uow: UnitOfWork, trip_id: int, shift_ids: Collection[int]) -> Sequence[DeskShift]:
    """Raises InvalidInput where none is named, NotFound where one isn't of the trip."""
    if not shift_ids:
        raise InvalidInput({"shift_ids": gettext("Tick the shifts first.")})
    query = select(DeskShift).where(DeskShift.trip_id == trip_id, DeskShift.id.in_(shift_ids))
    rows = uow.session.scalars(query.order_by(DeskShift.starts_at, DeskShift.id)).all()
    if len(rows) != len(set(shift_ids)):
        raise NotFound()
    return rows


def span_of(day: date, minutes: tuple[int, int]) -> tuple[datetime, datetime]:
    """Begin and end, from minutes after a day's midnight."""
    midnight = day_bounds(day)[0]
    return midnight + timedelta(minutes=minutes[0]), midnight + timedelta(minutes=minutes[1])


def need_of(row: Any) -> Need:
    """Who a shift needs."""
    spoken = tuple(code for code in row.languages.split(",") if code)
    return Need(minimum=row.minimum, target=row.target, supervisors=row.supervisors, languages=spoken)


def _put_times(uow: UnitOfWork, times: dict[DeskShift, tuple[datetime, datetime]]) -> int:
    """Times that somebody chose are no pattern's any more. How many people have other times now."""
    moved = {row: span for row, span in times.items() if span != (row.starts_at, row.ends_at)}
    for begins, ends in moved.values():
        fault = length_fault(int((ends - begins) / timedelta(minutes=1)))
        if fault is not None:
            raise LengthRefused(field="ends", details={"fault": fault})
        if begins <= uow.now:
            raise ShiftBegun(field="begins")
    _check_alone(uow, moved)
    people = plan.move_in_time(uow, {row.id: span for row, span in moved.items()})
    for row in moved:
        row.pattern_id = None
    put_spans(uow, moved)
    return people


def put_spans(uow: UnitOfWork, spans: Mapping[DeskShift, tuple[datetime, datetime]]) -> None:
    """Write the begin and end of shifts; one may get the times that another one leaves."""
    left = {(row.desk_id, row.starts_at, row.ends_at) for row in spans}
    if not left.isdisjoint((row.desk_id, *span) for row, span in spans.items()):
        # The database compares row by row: for a moment each has times that no shift can have.
        for row in spans:
            row.ends_at = row.starts_at - timedelta(microseconds=row.id)
        uow.session.flush()
    for row, (begins, ends) in spans.items():
        row.starts_at, row.ends_at = begins, ends


def _check_alone(uow: UnitOfWork, moved: dict[DeskShift, tuple[datetime, datetime]]) -> None:
    """A desk has one shift at exactly the same times."""
    wanted = [(row.desk_id, *span) for row, span in moved.items()]
    moving = {row.id for row in moved}
    desks = {row.desk_id for row in moved}
    query = select(DeskShift.id, DeskShift.desk_id, DeskShift.starts_at, DeskShift.ends_at)
    there = {
        (row.desk_id, row.starts_at, row.ends_at)
        for row in uow.session.execute(query.where(DeskShift.desk_id.in_(desks)))
        if row.id not in moving
    }
    if len(set(wanted)) < len(wanted) or not there.isdisjoint(wanted):
        raise ShiftThere(field="begins")


def _record(uow: UnitOfWork, trip_id: int, act: str, count: int, people: int) -> None:
    if count:
        uow.record(DeskShiftsChanged(trip_id=trip_id, act=act, count=count, people=people))
    if people:
        plan.have_told(uow, trip_id)
