"""Who can't come after all: said by themselves or by who manages staff, for one shift or for a time, and taken back while
nobody stands there instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, or_, select

from deskops.accounts.actor import Actor
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.staff.errors import ShiftOver, TakenByOther
from deskops.staff.events import AbsenceSaid, AbsenceTakenBack
from deskops.staff.models import DeskShift, Shift, StaffAbsence
from deskops.staff.queries.absences import dropped_for
from deskops.staff.queries.gaps import has_room
from deskops.staff.rules import ARRIVED, BY_HAND, COVERS, DROPPED, OUT, PLANNED
from deskops.staff.rules.reasons import kept_reason
from deskops.staff.services.own import own_member, own_shift
from deskops.staff.services.plan import have_told, lock_plan, take
from deskops.staff.services.presence import locked_staff
from deskops.staff.services.scanning import put_scan, spot_of

LONGEST = timedelta(days=60)


class Span(NamedTuple):
    """A time in which somebody can't work."""

    begins: datetime
    ends: datetime


class Said(NamedTuple):
    """An absence that is kept, and the shifts that are without them for it."""

    id: int
    shift_ids: tuple[int, ...]


class Restored(NamedTuple):
    """Shifts that are somebody's again, and those that others have by now."""

    shift_ids: tuple[int, ...]
    lost_ids: tuple[int, ...]


def miss_shift(
    uow: UnitOfWork, actor: Actor, trip_id: int, shift_id: int, *, reason: str, words: str
) -> Said:
    """Somebody can't work one of their shifts; who is there already goes now.

    Raises NotFound, Forbidden, NotOnTheList, ShiftOver.
    """
    lock_plan(uow, trip_id)
    me = own_member(uow, actor, trip_id)
    shift = own_shift(uow, me.id, shift_id)
    if shift.state not in (PLANNED, ARRIVED) or shift.ends_at <= uow.now:
        raise ShiftOver()
    begins = uow.now if shift.state == ARRIVED else shift.starts_at
    return _said(uow, actor, trip_id, me.id, Span(begins, shift.ends_at), [shift], kept_reason(reason, words))


def be_absent(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    span: Span,
    *,
    reason: str,
    words: str,
    staff_id: int | None = None,
) -> Said:
    """Somebody can't work for a time: all their shifts that touch it are without them, and no roster gives them others. Who
    manages staff says it of anybody, by `staff_id`.

    Raises NotFound, Forbidden, NotOnTheList, InvalidInput.
    """
    lock_plan(uow, trip_id)
    me = _member(uow, actor, trip_id, staff_id)
    _check_span(span, uow.now)
    ahead = (Shift.staff_id == me.id, Shift.ends_at > uow.now, Shift.state.in_((PLANNED, ARRIVED)))
    touched = (Shift.starts_at < span.ends, Shift.ends_at > span.begins)
    query = select(Shift).where(*ahead, *touched).order_by(Shift.id)
    shifts = uow.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    # Who is there stays until the time comes.
    missed = [shift for shift in shifts if shift.state == PLANNED or span.begins <= uow.now]
    is_own = staff_id is None
    return _said(uow, actor, trip_id, me.id, span, missed, kept_reason(reason, words), is_own=is_own)


def come_after_all(
    uow: UnitOfWork, actor: Actor, trip_id: int, absence_id: int, staff_id: int | None = None
) -> Restored:
    """Somebody takes back that they can't come, and has their shifts again where nobody else was put there, and no other
    absence of theirs is left. Who manages staff takes away any absence of `staff_id`, whoever has the shifts.

    Raises NotFound for what somebody else said, Forbidden, NotOnTheList, and TakenByOther where there is no shift left to
    get back.
    """
    lock_plan(uow, trip_id)
    row = _absence(uow, actor, _member(uow, actor, trip_id, staff_id).id, absence_id, is_own=staff_id is None)
    missed = [shift for shift in _missed(uow, row) if not _is_away_still(uow, row, shift)]
    restored = [shift for shift in missed if _can_return(uow, shift)]
    if missed and not restored and staff_id is None:
        raise TakenByOther()
    for shift in restored:
        shift.state, shift.reason, shift.version = PLANNED, "", shift.version + 1
    _let_know(uow, trip_id, restored, is_own=staff_id is None)
    uow.session.delete(row)
    uow.record(
        AbsenceTakenBack(
            trip_id=trip_id,
            staff_id=row.staff_id,
            absence_id=absence_id,
            shift_ids=tuple(shift.id for shift in restored),
            desk_ids=_desks(restored),
        )
    )
    return Restored(
        tuple(shift.id for shift in restored), tuple(shift.id for shift in missed if shift not in restored)
    )


def _member(uow: UnitOfWork, actor: Actor, trip_id: int, staff_id: int | None) -> Row[Any]:
    """Who is absent, locked until the commit: whoever acts, or somebody whom they manage."""
    if staff_id is None:
        return own_member(uow, actor, trip_id)
    actor.require("staff.manage", trip_id)
    member = locked_staff(uow, trip_id, {staff_id}).get(staff_id)
    if member is None:
        raise NotFound()
    return member


def _absence(uow: UnitOfWork, actor: Actor, staff_id: int, absence_id: int, *, is_own: bool) -> StaffAbsence:
    query = select(StaffAbsence).where(StaffAbsence.id == absence_id, StaffAbsence.staff_id == staff_id)
    row = uow.session.scalar(query.where(StaffAbsence.said_by == actor.user_id) if is_own else query)
    if row is None:
        raise NotFound()
    return row


def _said(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    staff_id: int,
    span: Span,
    shifts: Sequence[Shift],
    reason: str,
    *,
    is_own: bool = True,
) -> Said:
    row = StaffAbsence(
        staff_id=staff_id, starts_at=span.begins, ends_at=span.ends, reason=reason, said_at=uow.now,
        said_by=actor.user_id,
    )  # fmt: skip
    uow.session.add(row)
    present = [shift for shift in shifts if shift.state == ARRIVED]
    dropped = [shift for shift in shifts if shift.state == PLANNED]
    _drop(uow, dropped, reason)
    _let_know(uow, trip_id, dropped, is_own=is_own)
    for shift in present:
        _leave(uow, actor, trip_id, shift)
    uow.session.flush()
    uow.record(
        AbsenceSaid(
            trip_id=trip_id,
            staff_id=staff_id,
            absence_id=row.id,
            shift_ids=tuple(shift.id for shift in dropped),
            desk_ids=_desks(shifts),
            left_id=present[0].id if present else None,
        )
    )
    return Said(row.id, tuple(shift.id for shift in shifts))


def _drop(uow: UnitOfWork, shifts: Sequence[Shift], reason: str) -> None:
    take(uow, [shift.id for shift in shifts])
    for shift in shifts:
        uow.session.refresh(shift)
        shift.reason = reason


def _let_know(uow: UnitOfWork, trip_id: int, shifts: Sequence[Shift], *, is_own: bool) -> None:
    """What is their own doing nobody needs to tell them."""
    for shift in shifts:
        shift.told_at, shift.confirmed_at = (uow.now, uow.now) if is_own else (None, None)
    if shifts and not is_own:
        have_told(uow, trip_id)


def _leave(uow: UnitOfWork, actor: Actor, trip_id: int, shift: Shift) -> None:
    spot = spot_of(uow, trip_id, shift.desk_id, None)
    assert spot is not None, "a shift's desk is in its trip"
    put_scan(uow, actor, trip_id, shift.staff_id, OUT, spot, BY_HAND, uow.now)


def _missed(uow: UnitOfWork, row: StaffAbsence) -> list[Shift]:
    """The shifts ahead that were dropped for it: what a coordinator took away has another reason, or none. What its desk
    doesn't need any more, or needs at another time, is no shift to come back to.
    """
    same_time = (DeskShift.starts_at == Shift.starts_at, DeskShift.ends_at == Shift.ends_at)
    still_needed = select(DeskShift.id).where(DeskShift.id == Shift.desk_shift_id, *same_time).exists()
    query = select(Shift).where(*dropped_for(row), Shift.ends_at > uow.now, still_needed)
    query = query.order_by(Shift.starts_at, Shift.id)
    return list(uow.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def _is_away_still(uow: UnitOfWork, over: StaffAbsence, shift: Shift) -> bool:
    """Whether another absence keeps somebody from a shift. It is missed for that one from now on."""
    query = select(StaffAbsence).where(
        StaffAbsence.staff_id == shift.staff_id,
        StaffAbsence.id != over.id,
        StaffAbsence.starts_at < shift.ends_at,
        StaffAbsence.ends_at > shift.starts_at,
    )
    other = uow.session.scalars(query.order_by(StaffAbsence.id).limit(1)).first()
    if other is not None:
        shift.reason = other.reason
    return other is not None


def _can_return(uow: UnitOfWork, shift: Shift) -> bool:
    same = and_(Shift.desk_shift_id == shift.desk_shift_id, Shift.state != DROPPED)
    meanwhile = select(Shift.id).where(
        Shift.staff_id == shift.staff_id,
        or_(Shift.state.in_(COVERS), same),
        Shift.starts_at < shift.ends_at,
        Shift.ends_at > shift.starts_at,
    )
    elsewhere = uow.session.execute(meanwhile.limit(1)).first() is not None
    return not elsewhere and shift.desk_shift_id is not None and has_room(uow.session, shift.desk_shift_id)


def _desks(shifts: Sequence[Shift]) -> tuple[int, ...]:
    return tuple(sorted({shift.desk_id for shift in shifts}))


def _check_span(span: Span, now: datetime) -> None:
    if span.ends <= span.begins:
        raise InvalidInput({"to_day": gettext("The end must come after the beginning.")})
    if span.ends <= now:
        raise InvalidInput({"to_day": gettext("This time is over already. Choose one that lies ahead.")})
    if span.ends - span.begins > LONGEST:
        raise InvalidInput({"to_day": gettext("This is too long: %(days)s days at most.", days=LONGEST.days)})
