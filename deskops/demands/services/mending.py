"""Puts right what two processes decided at one moment without sight of each other.

Nobody is lost or called twice by that: the database decides. But a desk may close just as another process
sends it somebody, and a counter stand ready just as somebody comes to wait; each saw the queue as it was
a moment before.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM
from deskops.balancing.matching import meetings
from deskops.core import jobs, runtime
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands import rules
from deskops.demands.load import CACHE
from deskops.demands.services.claim import call_to_ready_place
from deskops.demands.services.handing_over import share_out_stranded, stranded
from deskops.demands.services.tickets import Act, tickets_of
from deskops.desks.models import Trip

EVERY = timedelta(seconds=5)


@jobs.handler("demands.mend", every=EVERY)
def mend(_payload: dict[str, Any]) -> None:
    """Look at every live trip, and write only where there is something to mend."""
    with runtime.current().database.reading() as session:
        live = session.scalars(select(Trip.id).where(Trip.phase == "live").order_by(Trip.id)).all()
        torn = [trip_id for trip_id in live if _is_torn(session, trip_id)]
    for trip_id in torn:
        with unit_of_work(SYSTEM) as uow:
            share_out_stranded(uow, trip_id)
        # In a transaction of its own: each locks its people by number.
        with unit_of_work(SYSTEM) as uow:
            _fill_ready_places(uow, trip_id)


def _is_torn(session: Session, trip_id: int) -> bool:
    with CACHE.held(session, trip_id) as trip:
        return bool(stranded(trip.load) or meetings(trip.load))


def _fill_ready_places(uow: UnitOfWork, trip_id: int) -> None:
    with CACHE.held(uow.session, trip_id) as trip:
        places = {ticket_id: place_id for place_id, ticket_id in meetings(trip.load)}
    for row in tickets_of(uow, trip_id, places):
        if row.status == rules.WAITING:
            call_to_ready_place(Act(uow, SYSTEM, uow.now), row, places[row.id])
