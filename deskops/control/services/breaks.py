"""Breaks: who takes one, and who goes on at their counter meanwhile so that it isn't left empty.

Rows are locked in one order: the staff members by id, their users by id, the counter.
"""

from __future__ import annotations

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.control.errors import BreakUnderWay, CounterAttends, NoReliever, NotAtDesk
from deskops.control.events import BreakAsked, BreakBegan, BreakEvent, BreakOver, BreakWithdrawn
from deskops.control.models import StaffBreak
from deskops.control.rules.breaks import ASKED, GOING_ON, ON, OVER, WITHDRAWN
from deskops.control.services import telling_staff
from deskops.control.services.setting_out import Whereabouts, let_work, whereabouts_of
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.services.places import is_attending
from deskops.demands.services.seating import locked_seat_of, pause_seat, take_over
from deskops.demands.services.tickets import may_at
from deskops.staff.models import StaffMember
from deskops.staff.rules import BACK, BREAK, BY_HAND, IN, MOVE
from deskops.staff.rules.presence import Spot
from deskops.staff.services.scanning import put_scan

PAUSED_FOR_BREAK = "break"


def ask_for_break(uow: UnitOfWork, actor: Actor, trip_id: int) -> StaffBreak:
    """Somebody at work would have a break; their desk head sees it. Asking twice asks once.

    Raises Forbidden, NotFound for who isn't on the list of staff, NotAtDesk, BreakUnderWay.
    """
    actor.require("shift.own", trip_id)
    who = _themselves(uow, actor, trip_id)
    known = going_on(uow, who.staff_id)
    if known is not None:
        if known.state == ON:
            raise BreakUnderWay()
        return known
    row = _row(uow, trip_id, who, ASKED)
    row.asked_at = uow.now
    return _told(uow, row, BreakAsked)


def withdraw_break(uow: UnitOfWork, actor: Actor, trip_id: int) -> None:
    """They can wait after all. Raises Forbidden, NotFound."""
    actor.require("shift.own", trip_id)
    row = going_on(uow, _themselves(uow, actor, trip_id).staff_id)
    if row is None or row.state != ASKED:
        raise NotFound()
    withdraw(uow, row)


def begin_break(
    uow: UnitOfWork, actor: Actor, trip_id: int, staff_id: int, *, reliever_id: int | None = None
) -> StaffBreak:
    """Send somebody to a break. The reliever, a staff member at the same site without a counter, goes on at theirs, which
    stays open; without one it pauses, and their desk head is told that it is empty.

    Raises NotFound, Forbidden, NotAtDesk, BreakUnderWay, CounterAttends while somebody is at the counter, NoReliever.
    """
    actor.require("presence.mark", trip_id)
    known = whereabouts_of(uow, trip_id, {staff_id} | ({reliever_id} if reliever_id else set()))
    who = _at_desk(known.get(staff_id))
    spot = _spot(who)
    if not may_at(actor, "presence.mark", trip_id, spot.desk_id):
        raise Forbidden()
    if who.place is not None and is_attending(uow, who.place):
        raise CounterAttends()
    row = going_on(uow, staff_id)
    if who.rests or (row is not None and row.state == ON):
        raise BreakUnderWay()
    row = _begun(uow, row or _row(uow, trip_id, who, ON), who)
    put_scan(uow, uow.actor, trip_id, staff_id, BREAK, spot, BY_HAND, uow.now)
    if reliever_id is not None:
        _relieve(uow, row, who, known.get(reliever_id))
    leave_counter(uow, row, who)
    return _told(uow, row, BreakBegan)


def end_break(uow: UnitOfWork, actor: Actor, trip_id: int, staff_id: int) -> None:
    """Somebody is back from their break, and at their counter again. Raises NotFound, Forbidden."""
    actor.require("presence.mark", trip_id)
    who = _at_desk(whereabouts_of(uow, trip_id, {staff_id}).get(staff_id))
    if not may_at(actor, "presence.mark", trip_id, _spot(who).desk_id):
        raise Forbidden()
    row = going_on(uow, staff_id)
    if who.rests:
        put_scan(uow, uow.actor, trip_id, staff_id, BACK, _spot(who), BY_HAND, uow.now)
    elif row is not None and row.state == ON:
        come_back(uow, row, who)


def going_on(uow: UnitOfWork, staff_id: int) -> StaffBreak | None:
    """Somebody's break, asked for or begun."""
    query = select(StaffBreak).where(StaffBreak.staff_id == staff_id, StaffBreak.state.in_(GOING_ON))
    return uow.session.scalar(query.with_for_update())


def break_seen(uow: UnitOfWork, trip_id: int, who: Whereabouts) -> None:
    """Somebody went to a break by themselves, with their badge: their counter pauses if nobody is at it."""
    row = going_on(uow, who.staff_id)
    if row is not None and row.state == ON:
        return
    row = _begun(uow, row or _row(uow, trip_id, who, ON), who)
    if who.place is not None and not is_attending(uow, who.place):
        leave_counter(uow, row, who)
    _told(uow, row, BreakBegan)


def leave_counter(uow: UnitOfWork, row: StaffBreak, who: Whereabouts) -> None:
    """Where nobody goes on at it, a counter pauses, and the desk's head reads that it is empty."""
    place = who.place
    if place is None or row.reliever_id is not None:
        return
    if place.state == "open":
        pause_seat(uow, place, PAUSED_FOR_BREAK)
    telling_staff.tell_left_empty(uow, place, who.name, row.id)


def withdraw(uow: UnitOfWork, row: StaffBreak) -> None:
    """A break that was asked for isn't wanted any more."""
    row.state, row.ended_at, row.version = WITHDRAWN, uow.now, row.version + 1
    _told(uow, row, BreakWithdrawn)


def come_back(uow: UnitOfWork, row: StaffBreak, who: Whereabouts | None) -> None:
    """A break is over: its person has their counter again, unless they sit at another one, somebody else works there by now,
    the reliever attends to somebody there, or they have left the trip. `who` is None for whoever isn't back at the desk.
    """
    row.state, row.ended_at, row.version = OVER, uow.now, row.version + 1
    _told(uow, row, BreakOver)
    if who is None or who.user is None or not who.belongs or row.place_id is None:
        return
    if who.place is None and row.reliever_id is not None:
        reliever = uow.session.get_one(StaffMember, row.reliever_id).user_id
        place = locked_seat_of(uow, row.trip_id, reliever)
        if place is not None and place.id == row.place_id:
            take_over(uow, row.trip_id, place.id, who.user.id)
    elif who.place is not None and (who.place.state, who.place.reason) == ("paused", PAUSED_FOR_BREAK):
        take_over(uow, row.trip_id, who.place.id, who.user.id)


def _relieve(uow: UnitOfWork, row: StaffBreak, who: Whereabouts, reliever: Whereabouts | None) -> None:
    here = _spot(who)
    if who.place is None or reliever is None or reliever.user is None or not reliever.is_free:
        raise NoReliever(field="reliever_id")
    if reliever.spot is None or reliever.spot.site_id != here.site_id or not reliever.belongs:
        raise NoReliever(field="reliever_id")
    if reliever.spot != here:
        put_scan(uow, uow.actor, row.trip_id, reliever.staff_id, IN, here, MOVE, uow.now)
    let_work(uow, row.trip_id, reliever.user.id, who.place.desk_id)
    row.reliever_id = reliever.staff_id
    take_over(uow, row.trip_id, who.place.id, reliever.user.id)


def _row(uow: UnitOfWork, trip_id: int, who: Whereabouts, state: str) -> StaffBreak:
    row = StaffBreak(trip_id=trip_id, staff_id=who.staff_id, desk_id=_spot(who).desk_id, state=state)
    uow.session.add(row)
    return row


def _begun(uow: UnitOfWork, row: StaffBreak, who: Whereabouts) -> StaffBreak:
    row.state, row.began_at = ON, uow.now
    row.place_id = None if who.place is None else who.place.id
    # So that who follows what happens at scanners finds it.
    uow.session.flush()
    return row


def _told(uow: UnitOfWork, row: StaffBreak, event: type[BreakEvent]) -> StaffBreak:
    uow.session.flush()
    relieved = row.reliever_id is not None
    uow.record(
        event(
            trip_id=row.trip_id,
            break_id=row.id,
            staff_id=row.staff_id,
            desk_id=row.desk_id,
            counter_id=row.place_id,
            relieved=relieved,
        )
    )
    return row


def _themselves(uow: UnitOfWork, actor: Actor, trip_id: int) -> Whereabouts:
    query = select(StaffMember.id).where(
        StaffMember.trip_id == trip_id, StaffMember.user_id == actor.user_id, StaffMember.user_id.is_not(None)
    )
    staff_id = uow.session.scalar(query.order_by(StaffMember.id).limit(1))
    if staff_id is None:
        raise NotFound()
    return _at_desk(whereabouts_of(uow, trip_id, {staff_id}).get(staff_id))


def _at_desk(who: Whereabouts | None) -> Whereabouts:
    if who is None:
        raise NotFound()
    if who.spot is None or who.spot.desk_id is None:
        raise NotAtDesk(name=who.name)
    return who


def _spot(who: Whereabouts) -> Spot:
    """Of whom `_at_desk` let through."""
    if who.spot is None:
        raise NotAtDesk(name=who.name)
    return who.spot
