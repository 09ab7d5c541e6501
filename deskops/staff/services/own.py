"""What staff members do on their own: say that they saw their shifts, and get another address for their calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select, update

from deskops.accounts.actor import Actor
from deskops.core.errors import NotFound, StaleVersion
from deskops.core.unit_of_work import UnitOfWork
from deskops.staff.errors import NotOnTheList, ShiftOver
from deskops.staff.events import CalendarRenewed, ShiftsConfirmed
from deskops.staff.models import Shift
from deskops.staff.queries.own import STAFF, own_row
from deskops.staff.rules import DROPPED, PLANNED
from deskops.staff.services.presence import locked_staff

# What can be seen and agreed to: a shift ahead, or that it was taken away.
CONFIRMED = (PLANNED, DROPPED)


def own_member(uow: UnitOfWork, actor: Actor, trip_id: int) -> Row[Any]:
    """The staff member who acts, locked until the commit. Raises NotFound, Forbidden, NotOnTheList."""
    actor.require("shift.own", trip_id)
    found = own_row(uow.session, trip_id, actor.user_id)
    member = None if found is None else locked_staff(uow, trip_id, {found.id}).get(found.id)
    if member is None or member.retired_at is not None:
        raise NotOnTheList()
    return member


def own_shift(uow: UnitOfWork, staff_id: int, shift_id: int) -> Shift:
    """One of somebody's shifts, locked. Raises NotFound for anybody else's."""
    query = select(Shift).where(Shift.id == shift_id, Shift.staff_id == staff_id)
    row = uow.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound()
    return row


def confirm(uow: UnitOfWork, actor: Actor, trip_id: int, seen: Mapping[int, int]) -> list[int]:
    """Somebody saw their shifts, each in the version of `seen`; returns those that weren't confirmed before.

    All or none: raises NotFound for a shift of somebody else, StaleVersion for one that changed meanwhile, ShiftOver.
    """
    me = own_member(uow, actor, trip_id)
    rows = [own_shift(uow, me.id, shift_id) for shift_id in sorted(seen)]
    for row in rows:
        if row.version != seen[row.id]:
            raise StaleVersion(details={"shift_id": row.id, "version": row.version})
        if row.state not in CONFIRMED or row.ends_at <= uow.now:
            raise ShiftOver()
    changed = [row for row in rows if row.confirmed_at is None or (row.told_at or uow.now) > row.confirmed_at]
    for row in changed:
        # Who has read it needs no message about it any more.
        row.confirmed_at, row.told_at = uow.now, row.told_at or uow.now
    if changed:
        uow.record(
            ShiftsConfirmed(trip_id=trip_id, staff_id=me.id, shift_ids=tuple(row.id for row in changed))
        )
    return [row.id for row in changed]


def renew_calendar(uow: UnitOfWork, actor: Actor, trip_id: int) -> int:
    """Make the address of one's calendar worthless, wherever it got to; returns the version of the new one."""
    me = own_member(uow, actor, trip_id)
    version: int = me.calendar_version + 1
    uow.session.execute(update(STAFF).where(STAFF.c.id == me.id).values(calendar_version=version))
    uow.record(CalendarRenewed(trip_id=trip_id, staff_id=me.id))
    return version
