"""Somebody is missing from a shift: who could step in, asking them, and noting what they said on the phone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.dates import datetime_text
from deskops.core.errors import NotFound
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.models import Desk
from deskops.staff import rules
from deskops.staff.errors import AskedAlready, NobodyToReplace, RetiredPerson
from deskops.staff.events import ReplacementAsked
from deskops.staff.models import ReplacementCall, Shift, StaffMember
from deskops.staff.queries.problem import around
from deskops.staff.rostering.fitting import ranked
from deskops.staff.services.notices import tell
from deskops.staff.services.plan import Gift, lock_plan, require_not_in
from deskops.staff.services.presence import locked_staff
from deskops.staff.services.stepping_in import answer_call, fill

CALLS, STAFF = table_of(ReplacementCall), table_of(StaffMember)
# Who is there, or was to the end, needs nobody instead.
_THERE = (rules.ARRIVED, rules.COMPLETED)


@dataclass(frozen=True)
class Standby:
    """Somebody who could step in, best first. `shifts`: how many they have; `asked`: they are, and didn't answer yet."""

    staff_id: int
    name: str
    mobile: str
    away_from_home: bool
    shifts: int
    asked: bool


def missing_shift(session: Session, trip_id: int, shift_id: int) -> Shift:
    """A shift of the trip that somebody could step into. Raises NotFound, for one of no desk's shift too."""
    row = session.scalar(
        select(Shift)
        .join(Desk, Desk.id == Shift.desk_id)
        .where(Shift.id == shift_id, Desk.trip_id == trip_id)
    )
    if row is None or row.desk_shift_id is None:
        raise NotFound()
    return row


def standbys(session: Session, trip_id: int, shift: Shift, limit: int = 10) -> list[Standby]:
    """Who could step in for somebody without breaking a rule: by what the roster gains, then asked longest ago."""
    slot_id = shift.desk_shift_id or 0
    found = around(session, trip_id, slot_id)
    # The place of whoever is missing counts as empty.
    others = found.assignments - {(shift.staff_id, slot_id)}
    asked = set(
        session.scalars(
            select(CALLS.c.staff_id).where(CALLS.c.desk_shift_id == slot_id, CALLS.c.state == rules.ASKED)
        )
    )
    best = [
        one
        for one in ranked(found.problem, others, slot_id, found.asked, limit + 1)
        if one.person != shift.staff_id
    ]
    ids = [one.person for one in best[:limit]]
    people = {row.id: row for row in session.execute(select(STAFF).where(STAFF.c.id.in_(ids)))}
    return [
        Standby(
            staff_id=one.person,
            name=people[one.person].name,
            mobile=people[one.person].mobile,
            away_from_home=one.away_from_home,
            shifts=one.shifts,
            asked=one.person in asked,
        )
        for one in best[:limit]
    ]


def ask(uow: UnitOfWork, actor: Actor, trip_id: int, shift_id: int, staff_id: int) -> int:
    """Ask somebody to step in for whoever is missing; they get a message, and answer on their own page. Returns the call's
    id. Raises Forbidden, NotFound, RetiredPerson, NobodyToReplace, AlreadyThere, AskedAlready.
    """
    actor.require("roster.plan", trip_id)
    lock_plan(uow, trip_id)
    person = locked_staff(uow, trip_id, {staff_id}).get(staff_id)
    if person is None:
        raise NotFound()
    if person.retired_at is not None:
        raise RetiredPerson()
    shift = missing_shift(uow.session, trip_id, shift_id)
    if shift.ends_at <= uow.now or shift.state in _THERE:
        raise NobodyToReplace()
    require_not_in(uow, [Gift(staff_id, shift.desk_shift_id or 0)])
    same = (CALLS.c.desk_shift_id == shift.desk_shift_id, CALLS.c.staff_id == staff_id)
    if uow.session.execute(select(CALLS.c.id).where(*same, CALLS.c.state == rules.ASKED)).first():
        raise AskedAlready()
    call = ReplacementCall(
        trip_id=trip_id,
        desk_shift_id=shift.desk_shift_id or 0,
        instead_of_id=shift.id,
        staff_id=staff_id,
        state=rules.ASKED,
        asked_at=uow.now,
        asked_by=actor.user_id,
    )
    uow.session.add(call)
    uow.session.execute(update(STAFF).where(STAFF.c.id == staff_id).values(asked_at=uow.now))
    uow.session.flush()
    uow.record(ReplacementAsked(trip_id=trip_id, call_id=call.id, staff_id=staff_id, desk_id=shift.desk_id))
    _tell(uow, call, shift)
    return call.id


def answer_for(uow: UnitOfWork, actor: Actor, trip_id: int, call_id: int, state: str) -> None:
    """Note what somebody said who was asked, `state` accepted or declined; or withdrawn: they needn't any more.

    Raises Forbidden, NotFound, and as `stepping_in.step_in`.
    """
    actor.require("roster.plan", trip_id)
    lock_plan(uow, trip_id)
    staff_id = uow.session.scalar(
        select(CALLS.c.staff_id).where(CALLS.c.id == call_id, CALLS.c.trip_id == trip_id)
    )
    person = locked_staff(uow, trip_id, {staff_id}).get(staff_id) if staff_id else None
    if person is None:
        raise NotFound()
    if state == rules.ACCEPTED:
        fill(uow, trip_id, person, call_id)
    else:
        answer_call(uow, trip_id, person, call_id, state)


def _tell(uow: UnitOfWork, call: ReplacementCall, shift: Shift) -> None:
    desk = uow.session.get_one(Desk, shift.desk_id)

    def words() -> str:
        return gettext(
            "Can you step in? %(desk)s, from %(when)s. Answer on your page of shifts, or ring the coordinator.",
            desk=desk.short,
            when=datetime_text(max(shift.starts_at, uow.now)),
        )

    tell(uow, call.trip_id, {call.staff_id}, f"call:{call.id}", words)
