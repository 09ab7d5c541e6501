"""People who are asked to work at another desk, or sent there: asked, on their way, there; or they can't, or it is taken
back.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.accounts.services import user_of
from deskops.control.errors import DeskTakesNoStaff, MoveDecided, MoveNotToday, NotAMover
from deskops.control.events import (
    StaffMoveAsked,
    StaffMoveDeclined,
    StaffMoveOrdered,
)
from deskops.control.models import StaffMove
from deskops.control.queries.movers import has_role, may_be_asked, works
from deskops.control.rules.advice import ASKED, DECLINED, ORDERED, PENDING
from deskops.control.services.setting_out import (
    become,
    end,
    give_up,
    move_event,
    set_out,
    takes_staff,
    whereabouts,
)
from deskops.core.dates import local_day
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.services.places import is_attending_until
from deskops.demands.services.seating import seat_of
from deskops.desks.models import Desk


def ask_to_move(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    *,
    user_id: int,
    desk_id: int,
    advice_id: int | None = None,
    for_day: date | None = None,
) -> StaffMove:
    """Ask somebody to work at a desk.

    Raises NotFound, also for who has no role in the trip, Forbidden, NotAMover, InvalidInput for the desk where they sit.
    """
    actor.require("balance.decide", trip_id)
    require_desk(uow, trip_id, desk_id)
    # Two who ask the same person at the same instant wait here for each other.
    user = user_of(uow, user_id)
    if not has_role(uow.session, trip_id, user_id):
        raise NotFound()
    if not may_be_asked(uow.session, trip_id, user_id):
        raise NotAMover(field="user_id", name=user.name)
    place = seat_of(uow, trip_id, user_id)
    if place is not None and place.desk_id == desk_id:
        raise InvalidInput({"desk_id": gettext("They work at this desk already. Choose another one.")})
    row = StaffMove(
        trip_id=trip_id,
        advice_id=advice_id,
        user_id=user_id,
        from_place_id=None if place is None else place.id,
        from_desk_id=None if place is None else place.desk_id,
        to_desk_id=desk_id,
        for_day=for_day,
        state=ASKED,
        asked_at=uow.now,
        asked_by=actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(move_event(row, StaffMoveAsked))
    return row


def move_now(uow: UnitOfWork, actor: Actor, trip_id: int, *, user_id: int, desk_id: int) -> StaffMove:
    """Send somebody to a desk without asking them. Raises as `ask_to_move` and `send_now`."""
    actor.require("balance.decide", trip_id)
    # Before the move's row, as everywhere.
    if has_role(uow.session, trip_id, user_id):
        whereabouts(uow, trip_id, user_id)
    row = ask_to_move(uow, actor, trip_id, user_id=user_id, desk_id=desk_id)
    return send_now(uow, actor, trip_id, row.id)


def send_now(uow: UnitOfWork, actor: Actor, trip_id: int, move_id: int) -> StaffMove:
    """Somebody who was asked goes at once, whether or not they answered; or as soon as nobody is at their counter.

    Raises NotFound, Forbidden, MoveDecided, MoveNotToday, NotAMover for who works here no more, and DeskTakesNoStaff for a
    desk that is closed or failed.
    """
    actor.require("balance.decide", trip_id)
    query = select(StaffMove.user_id).where(StaffMove.id == move_id, StaffMove.trip_id == trip_id)
    user_id = uow.session.scalar(query)
    if user_id is None:
        raise NotFound()
    who = whereabouts(uow, trip_id, user_id)
    row = _due(_in_state(_locked(uow, trip_id, move_id), ASKED), local_day(uow.now))
    if not works(uow.session, trip_id, user_id):
        raise NotAMover(name="" if who.user is None else who.user.name)
    if not takes_staff(uow, row.to_desk_id):
        raise DeskTakesNoStaff()
    if who.place is not None and is_attending_until(uow, who.place):
        become(uow, row, ORDERED, StaffMoveOrdered)
    else:
        set_out(uow, row, who, told=True)
    return row


def go(uow: UnitOfWork, actor: Actor, trip_id: int, move_id: int) -> StaffMove:
    """Whoever was asked leaves their counter, and is at the other desk, or on the way there.

    Raises NotFound for somebody else's, MoveDecided, MoveNotToday, and PlaceBusy while somebody is at their counter.
    """
    actor.require("staff_move.answer", trip_id)
    if actor.user_id is None:
        raise NotFound()
    who = whereabouts(uow, trip_id, actor.user_id)
    row = _due(_in_state(_own(uow, actor, trip_id, move_id), ASKED), local_day(uow.now))
    set_out(uow, row, who, told=False)
    return row


def decline(uow: UnitOfWork, actor: Actor, trip_id: int, move_id: int, *, reason: str) -> StaffMove:
    """Whoever was asked can't, and says why. Raises NotFound for somebody else's, MoveDecided, InvalidInput."""
    actor.require("staff_move.answer", trip_id)
    row = _own(uow, actor, trip_id, move_id)
    if not reason:
        raise InvalidInput({"reason": gettext("Say why you can't: the coordinators will read it.")})
    _in_state(row, ASKED).reason = reason
    end(uow, row, DECLINED, StaffMoveDeclined)
    return row


def take_back_move(uow: UnitOfWork, actor: Actor, trip_id: int, move_id: int) -> StaffMove:
    """Ask no longer, while the person hasn't gone. Raises NotFound, Forbidden, MoveDecided."""
    actor.require("balance.decide", trip_id)
    row = _in_state(_locked(uow, trip_id, move_id), ASKED, ORDERED)
    give_up(uow, row)
    return row


def end_moves(uow: UnitOfWork, trip_id: int, today: date) -> None:
    """What was asked on an earlier day, and nobody has done, is asked no longer."""
    open_moves = select(StaffMove).where(StaffMove.trip_id == trip_id, StaffMove.state.in_(PENDING))
    for row in uow.session.scalars(open_moves.order_by(StaffMove.id).with_for_update()):
        if (row.for_day or local_day(row.asked_at)) < today:
            give_up(uow, row)


def _in_state(row: StaffMove, *states: str) -> StaffMove:
    if row.state not in states:
        raise MoveDecided()
    return row


def _due(row: StaffMove, today: date) -> StaffMove:
    if row.for_day is not None and row.for_day > today:
        raise MoveNotToday()
    return row


def _locked(uow: UnitOfWork, trip_id: int, move_id: int) -> StaffMove:
    query = select(StaffMove).where(StaffMove.id == move_id, StaffMove.trip_id == trip_id)
    row = uow.session.scalar(query.with_for_update())
    if row is None:
        raise NotFound()
    return row


def _own(uow: UnitOfWork, actor: Actor, trip_id: int, move_id: int) -> StaffMove:
    row = _locked(uow, trip_id, move_id)
    if row.user_id != actor.user_id:
        raise NotFound()
    return row


def require_desk(uow: UnitOfWork, trip_id: int, desk_id: int, field: str = "desk_id") -> None:
    """Raises InvalidInput for a desk that isn't one of the trip's, or is retired."""
    known = select(Desk.id).where(Desk.id == desk_id, Desk.trip_id == trip_id, Desk.retired_at.is_(None))
    if uow.session.scalar(known) is None:
        raise InvalidInput({field: gettext("Choose a desk of this trip.")})
