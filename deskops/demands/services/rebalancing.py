"""The tick: fresh labels, an offer to whom the wait has grown for, and a walk where it saves much; each as far as the
trip's coordinators let it go.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM
from deskops.core import jobs, runtime
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands.autopilot import Autopilot
from deskops.demands.load import CACHE
from deskops.demands.rules import DO, OFF, TICK_ACTS
from deskops.demands.services import acts, proposals
from deskops.demands.services.tickets import Act
from deskops.desks.models import Trip

EVERY = timedelta(minutes=5)


@jobs.handler("demands.rebalance", every=EVERY)
def rebalance(_payload: dict[str, Any]) -> None:
    """Every live trip in which somebody waits; each act in a transaction of its own, since each locks people by number."""
    with runtime.current().database.reading() as session:
        live = session.scalars(select(Trip.id).where(Trip.phase == "live").order_by(Trip.id)).all()
        waiting = {trip_id: found for trip_id in live if (found := _if_anybody_waits(session, trip_id))}
    for trip_id, autopilot in waiting.items():
        for act in TICK_ACTS:
            with unit_of_work(SYSTEM) as uow:
                tick(uow, trip_id, act, autopilot.mode(act))


def _if_anybody_waits(session: Session, trip_id: int) -> Autopilot | None:
    with CACHE.held(session, trip_id) as trip:
        return trip.autopilot if trip.load.waiting_count() else None


def tick(uow: UnitOfWork, trip_id: int, act: str, mode: str) -> None:
    """Do one kind of act, or say what it would do. What the tick before proposed is void."""
    found = [] if mode == OFF else acts.FIND[act](uow, trip_id)
    proposals.replace_open(uow, trip_id, act, [] if mode == DO else found)
    if mode == DO:
        acts.DO[act](Act(uow, SYSTEM, uow.now), trip_id, found)
