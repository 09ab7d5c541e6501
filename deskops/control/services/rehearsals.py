"""A rehearsal of a trip: begun, changed while it runs, and wiped."""

from __future__ import annotations

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.control.errors import NoRehearsal, NotARehearsal, RehearsalRuns
from deskops.control.events import RehearsalChanged, RehearsalEnded, RehearsalStarted
from deskops.control.models import Rehearsal
from deskops.control.services.copying import copy_trip
from deskops.control.services.wiping import wipe
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.load import CACHE
from deskops.desks.models import Trip


def start_rehearsal(uow: UnitOfWork, actor: Actor, trip_id: int, *, pace: int, serves: bool = False) -> int:
    """Copy the trip as it is set up, with its desks open, and let `pace` invented people an hour come to the copy; returns
    its id. `serves`: counters at which nobody real works serve by themselves.

    Raises NotFound, Forbidden, RehearsalRuns; NotARehearsal where the trip is one itself.
    """
    trip = _locked_trip(uow, actor, trip_id)
    if trip.rehearsal_of is not None:
        raise NotARehearsal()
    if _running(uow, trip_id) is not None:
        raise RehearsalRuns()
    copy_id, grants = copy_trip(uow, actor, trip)
    uow.session.add(
        Rehearsal(
            trip_id=copy_id,
            pace=pace,
            serves=serves,
            drawn_until=uow.now,
            started_at=uow.now,
            started_by=actor.user_id,
        )
    )
    uow.record(RehearsalStarted(trip_id=trip_id, rehearsal_id=copy_id, pace=pace, grants=grants))
    return copy_id


def change_rehearsal(uow: UnitOfWork, actor: Actor, trip_id: int, *, pace: int, serves: bool) -> None:
    """Another pace from now on; 0 lets nobody new come. Raises NotFound, Forbidden, NoRehearsal."""
    _locked_trip(uow, actor, trip_id)
    row = _running(uow, trip_id)
    if row is None:
        raise NoRehearsal()
    # Who would have come at the old pace since the last look doesn't come at the new one all at once.
    row.pace, row.serves, row.drawn_until = pace, serves, uow.now
    uow.record(RehearsalChanged(trip_id=trip_id, rehearsal_id=row.trip_id, pace=pace, serves=serves))


def end_rehearsal(uow: UnitOfWork, actor: Actor, trip_id: int) -> int:
    """Wipe the trip's rehearsal whole, and nothing else; returns its id. Raises NotFound, Forbidden, NoRehearsal."""
    _locked_trip(uow, actor, trip_id)
    row = _running(uow, trip_id)
    if row is None:
        raise NoRehearsal()
    rehearsal_id = row.trip_id
    wiped = wipe(uow.session, rehearsal_id)
    CACHE.forget(rehearsal_id)
    uow.record(RehearsalEnded(trip_id=trip_id, rehearsal_id=rehearsal_id, rows=wiped))
    return rehearsal_id


def _locked_trip(uow: UnitOfWork, actor: Actor, trip_id: int) -> Trip:
    actor.require("rehearsal.run", trip_id)
    # Who begins a second one at the same instant waits here, and then sees the first.
    trip = uow.session.get(Trip, trip_id, with_for_update=True)
    if trip is None:
        raise NotFound()
    return trip


def _running(uow: UnitOfWork, trip_id: int) -> Rehearsal | None:
    query = select(Rehearsal).join(Trip, Trip.id == Rehearsal.trip_id).where(Trip.rehearsal_of == trip_id)
    return uow.session.scalar(query.with_for_update(of=Rehearsal))
