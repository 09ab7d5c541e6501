"""Moves go on by what happens elsewhere: a counter is opened or left, a service ends, somebody checks in."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select

from deskops.control.models import StaffMove
from deskops.control.queries.movers import works
from deskops.control.rules.advice import ORDERED, PENDING, UNDER_WAY
from deskops.control.services.setting_out import arrive, give_up, leave, set_out, takes_staff, whereabouts
from deskops.core.dates import local_day
from deskops.core.events import DomainEvent
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.events import (
    PlaceClosed,
    PlaceOpened,
    TicketEvent,
    TicketLeft,
    TicketReturned,
    TicketTakenBack,
    TicketTransferred,
)
from deskops.demands.rules import AT_PLACE
from deskops.demands.services.places import is_attending
from deskops.demands.services.seating import open_free_place, seat_of
from deskops.desks.models import Place
from deskops.staff.events import PresenceChanged
from deskops.staff.models import StaffMember
from deskops.staff.rules import IN, MOVE

# Who was on hold is at no counter's, and may be let go all the same.
_END_A_HOLD = (TicketReturned, TicketTransferred, TicketLeft, TicketTakenBack)
# Made once: each service that ends asks.
_ORDERED = (
    select(StaffMove.id, StaffMove.user_id)
    .join(Place, (Place.user_id == StaffMove.user_id) & (Place.trip_id == StaffMove.trip_id))
    .where(
        StaffMove.trip_id == bindparam("trip_id"),
        StaffMove.state == ORDERED,
        Place.state != "closed",
        Place.desk_id.in_(bindparam("desk_ids", expanding=True)),
    )
    .order_by(StaffMove.id)
)
_UNDER_WAY = (
    select(StaffMove.id, StaffMove.user_id)
    .join(StaffMember, StaffMember.user_id == StaffMove.user_id)
    .where(
        StaffMember.id == bindparam("staff_id"),
        StaffMove.trip_id == bindparam("trip_id"),
        StaffMove.to_desk_id == bindparam("desk_id"),
        StaffMove.state == UNDER_WAY,
    )
    .order_by(StaffMove.id)
)


def follow_moves(uow: UnitOfWork, event: DomainEvent) -> None:
    """In the transaction that changes something on which a move waits."""
    if isinstance(event, PlaceOpened):
        _after_opening(uow, event)
    elif isinstance(event, PlaceClosed):
        _after_closing(uow, event)
    elif isinstance(event, TicketEvent):
        _after_service(uow, event)
    elif isinstance(event, PresenceChanged):
        _after_check_in(uow, event)


def _after_opening(uow: UnitOfWork, event: PlaceOpened) -> None:
    """Whoever was to come to the desk is there, whether or not they said that they go; whoever is back at the desk that
    they left is on their way no longer.
    """
    for row in _moves_of(uow, event.trip_id, event.user_id, PENDING):
        due = row.for_day is None or row.for_day <= local_day(uow.now)
        if row.to_desk_id == event.desk_id and due:
            arrive(uow, row)
        elif row.from_desk_id == event.desk_id and row.state == UNDER_WAY:
            give_up(uow, row)


def _after_closing(uow: UnitOfWork, event: PlaceClosed) -> None:
    """Whoever was to go after a service, and closes their counter, goes; where they open one next is theirs to say."""
    for row in _moves_of(uow, event.trip_id, event.user_id, (ORDERED,)):
        leave(uow, row, whereabouts(uow, event.trip_id, row.user_id))


def _after_service(uow: UnitOfWork, event: TicketEvent) -> None:
    """Whoever was to go after this goes, before anybody is called to their counter."""
    lets_go = event.from_place_id is not None or isinstance(event, _END_A_HOLD)
    if not lets_go or event.status in AT_PLACE:
        return
    desk_ids = [one for one in (event.desk_id, event.from_desk_id) if one is not None]
    found = uow.session.execute(_ORDERED, {"trip_id": event.trip_id, "desk_ids": desk_ids}).all()
    for move_id, user_id in found:
        _go_after_service(uow, event.trip_id, move_id, user_id)


def _go_after_service(uow: UnitOfWork, trip_id: int, move_id: int, user_id: int) -> None:
    who = whereabouts(uow, trip_id, user_id)
    row = uow.session.get_one(StaffMove, move_id, with_for_update=True, populate_existing=True)
    if row.state != ORDERED or (who.place is not None and is_attending(uow, who.place)):
        return
    if works(uow.session, trip_id, user_id) and takes_staff(uow, row.to_desk_id):
        set_out(uow, row, who, told=True)
    else:
        give_up(uow, row)


def _after_check_in(uow: UnitOfWork, event: PresenceChanged) -> None:
    """Whoever comes from another site is there, and counts as soon as they check in: a free counter is theirs."""
    if event.scan_kind != IN or event.source == MOVE or event.desk_id is None:
        return
    asked = {"staff_id": event.staff_id, "trip_id": event.trip_id, "desk_id": event.desk_id}
    for move_id, user_id in uow.session.execute(_UNDER_WAY, asked).all():
        whereabouts(uow, event.trip_id, user_id)
        row = uow.session.get_one(StaffMove, move_id, with_for_update=True, populate_existing=True)
        if row.state != UNDER_WAY:
            continue
        sits = seat_of(uow, event.trip_id, user_id) is not None
        if sits or open_free_place(uow, event.trip_id, event.desk_id, user_id) is None:
            arrive(uow, row)


def _moves_of(uow: UnitOfWork, trip_id: int, user_id: int | None, states: Collection[str]) -> list[StaffMove]:
    if user_id is None:
        return []
    mine = (StaffMove.trip_id == trip_id, StaffMove.user_id == user_id, StaffMove.state.in_(states))
    return list(uow.session.scalars(select(StaffMove).where(*mine).order_by(StaffMove.id).with_for_update()))
