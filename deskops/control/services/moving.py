"""People who are asked to work at another desk: asked, on their way, there; or they can't, or it is taken back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from deskops.accounts.actor import Actor, Grant
from deskops.accounts.models import User
from deskops.accounts.permissions import STAFF
from deskops.accounts.services import user_of
from deskops.accounts.services.managing import add_followed_grant
from deskops.control.errors import MoveDecided, MoveNotToday, NotAMover
from deskops.control.events import (
    StaffMoveArrived,
    StaffMoveAsked,
    StaffMoveBegun,
    StaffMoveDeclined,
    StaffMoveEvent,
    StaffMoveTakenBack,
)
from deskops.control.models import StaffMove
from deskops.control.queries.movers import has_role, may_be_asked
from deskops.control.rules.advice import ARRIVED, ASKED, DECLINED, PENDING, TAKEN_BACK, UNDER_WAY
from deskops.core.dates import local_day
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.events import DomainEvent
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.events import PlaceOpened
from deskops.demands.services.places import close_place
from deskops.demands.services.tickets import may_at
from deskops.desks.models import Desk, Place


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
    place = _seat_of(uow, trip_id, user_id)
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
    uow.record(_event(row, StaffMoveAsked))
    return row


def go(uow: UnitOfWork, actor: Actor, trip_id: int, move_id: int) -> StaffMove:
    """Whoever was asked leaves their counter, and may open one at the desk where they are wanted.

    Raises NotFound for somebody else's, MoveDecided, MoveNotToday, and PlaceBusy while somebody is at their counter.
    """
    actor.require("staff_move.answer", trip_id)
    # Before the counter and the row: in that order counters are opened, too.
    uow.session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))
    place = _seat_of(uow, trip_id, actor.user_id)
    if place is not None:
        close_place(uow, actor, trip_id, place.id)
    row = _own(uow, actor, trip_id, move_id)
    if row.for_day is not None and row.for_day > local_day(uow.now):
        raise MoveNotToday()
    _become(uow, row, UNDER_WAY, StaffMoveBegun)
    row.went_at = uow.now
    if not may_at(actor, "place.work", trip_id, row.to_desk_id):
        add_followed_grant(uow, row.user_id, Grant(STAFF, trip_id, row.to_desk_id))
    return row


def decline(uow: UnitOfWork, actor: Actor, trip_id: int, move_id: int, *, reason: str) -> StaffMove:
    """Whoever was asked can't, and says why. Raises NotFound for somebody else's, MoveDecided, InvalidInput."""
    actor.require("staff_move.answer", trip_id)
    row = _own(uow, actor, trip_id, move_id)
    if not reason:
        raise InvalidInput({"reason": gettext("Say why you can't: the coordinators will read it.")})
    row.reason, row.ended_at = reason, uow.now
    return _become(uow, row, DECLINED, StaffMoveDeclined)


def take_back_move(uow: UnitOfWork, actor: Actor, trip_id: int, move_id: int) -> StaffMove:
    """Ask no longer, while the person hasn't gone. Raises NotFound, Forbidden, MoveDecided."""
    actor.require("balance.decide", trip_id)
    row = _locked(uow, trip_id, move_id)
    row.ended_at = uow.now
    return _become(uow, row, TAKEN_BACK, StaffMoveTakenBack)


def end_moves(uow: UnitOfWork, trip_id: int, today: date) -> None:
    """What was asked on an earlier day, and nobody has done, is asked no longer."""
    open_moves = select(StaffMove).where(StaffMove.trip_id == trip_id, StaffMove.state.in_(PENDING))
    for row in uow.session.scalars(open_moves.order_by(StaffMove.id).with_for_update()):
        if (row.for_day or local_day(row.asked_at)) < today:
            _end(uow, row, TAKEN_BACK, StaffMoveTakenBack)


def follow_moves(uow: UnitOfWork, event: DomainEvent) -> None:
    """In the transaction that opens a counter: whoever was to come to its desk is there, whether or not they said that they
    go; whoever is back at the desk that they left is on their way no longer.
    """
    if not isinstance(event, PlaceOpened) or event.user_id is None:
        return
    mine = (StaffMove.trip_id == event.trip_id, StaffMove.user_id == event.user_id)
    pending = select(StaffMove).where(*mine, StaffMove.state.in_(PENDING)).order_by(StaffMove.id)
    for row in uow.session.scalars(pending.with_for_update()):
        due = row.for_day is None or row.for_day <= local_day(uow.now)
        if row.to_desk_id == event.desk_id and due:
            row.arrived_at = uow.now
            _end(uow, row, ARRIVED, StaffMoveArrived)
        elif row.from_desk_id == event.desk_id and row.state == UNDER_WAY:
            _end(uow, row, TAKEN_BACK, StaffMoveTakenBack)


def _end(uow: UnitOfWork, row: StaffMove, state: str, event: type[StaffMoveEvent]) -> None:
    row.state, row.version, row.ended_at = state, row.version + 1, uow.now
    uow.record(_event(row, event))


def _become(uow: UnitOfWork, row: StaffMove, state: str, event: type[StaffMoveEvent]) -> StaffMove:
    if row.state != ASKED:
        raise MoveDecided()
    row.state, row.version = state, row.version + 1
    uow.record(_event(row, event))
    return row


def _event(row: StaffMove, event: type[StaffMoveEvent]) -> StaffMoveEvent:
    return event(
        trip_id=row.trip_id,
        move_id=row.id,
        advice_id=row.advice_id,
        user_id=row.user_id,
        from_desk_id=row.from_desk_id,
        desk_id=row.to_desk_id,
    )


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


def _seat_of(uow: UnitOfWork, trip_id: int, user_id: int | None) -> Place | None:
    """The counter at which somebody works now."""
    theirs = (Place.trip_id == trip_id, Place.user_id == user_id, Place.state != "closed")
    return uow.session.scalars(select(Place).where(*theirs).order_by(Place.id)).first()


def require_desk(uow: UnitOfWork, trip_id: int, desk_id: int, field: str = "desk_id") -> None:
    """Raises InvalidInput for a desk that isn't one of the trip's, or is retired."""
    known = select(Desk.id).where(Desk.id == desk_id, Desk.trip_id == trip_id, Desk.retired_at.is_(None))
    if uow.session.scalar(known) is None:
        raise InvalidInput({field: gettext("Choose a desk of this trip.")})
