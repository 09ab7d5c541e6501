"""Breaks begin and end by what happens elsewhere: a badge is held up, somebody goes on at their
counter, is moved or leaves.

A counter that is opened was locked before the staff member is. Where a scan of the same person crosses it, the database
lets one of the two try again.
"""

from __future__ import annotations

from sqlalchemy import select

from deskops.control.models import StaffBreak
from deskops.control.rules.breaks import ON
from deskops.control.services.breaks import break_seen, come_back, going_on, withdraw
from deskops.control.services.setting_out import whereabouts_of
from deskops.core.events import DomainEvent
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.events import PlaceOpened
from deskops.staff.events import PresenceChanged
from deskops.staff.models import StaffMember
from deskops.staff.rules import BACK, BREAK, BY_HAND
from deskops.staff.services.scanning import put_scan


def follow_breaks(uow: UnitOfWork, event: DomainEvent) -> None:
    """In the transaction that changes whether somebody rests."""
    if isinstance(event, PresenceChanged):
        _after_scan(uow, event)
    elif isinstance(event, PlaceOpened) and event.user_id is not None:
        _after_opening(uow, event.trip_id, event.user_id)


def _after_scan(uow: UnitOfWork, event: PresenceChanged) -> None:
    """What counts is whether they rest now: a scan that arrives late may say what was over long ago."""
    row = going_on(uow, event.staff_id)
    if event.scan_kind != BREAK and row is None:
        return
    who = whereabouts_of(uow, event.trip_id, {event.staff_id})[event.staff_id]
    if who.rests:
        if event.scan_kind == BREAK and who.spot is not None and who.spot.desk_id is not None:
            break_seen(uow, event.trip_id, who)
    elif row is not None and row.state == ON:
        come_back(uow, row, who if event.desk_id == row.desk_id else None)
    elif row is not None and event.desk_id != row.desk_id:
        withdraw(uow, row)


def _after_opening(uow: UnitOfWork, trip_id: int, user_id: int) -> None:
    """Who works at a counter again is back."""
    query = (
        select(StaffBreak.staff_id)
        .join(StaffMember, StaffMember.id == StaffBreak.staff_id)
        .where(StaffBreak.trip_id == trip_id, StaffBreak.state == ON, StaffMember.user_id == user_id)
    )
    for staff_id in uow.session.scalars(query).all():
        who = whereabouts_of(uow, trip_id, {staff_id})[staff_id]
        if who.spot is not None:
            put_scan(uow, uow.actor, trip_id, staff_id, BACK, who.spot, BY_HAND, uow.now)
