"""Staff who are asked to move without a coordinator: what rule E advises, as far as the trip's autopilot goes."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM
from deskops.control.models import Advice
from deskops.control.rules.advice import ACCEPTED, PROPOSED
from deskops.control.services.advising import accept
from deskops.core import clock, jobs, runtime
from deskops.core.database import table_of
from deskops.core.errors import Refusal
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.autopilot import Autopilot, autopilot_of
from deskops.demands.rules import STAFF
from deskops.desks.models import Trip

log = logging.getLogger(__name__)
ADVICE = table_of(Advice)
HOUR = timedelta(hours=1)


class Due(NamedTuple):
    """Advice that is followed without asking, with so many of its counters."""

    advice_id: int
    counters: int
    version: int


@jobs.handler("balance.autopilot", every=timedelta(minutes=1))
def follow_advice(_payload: dict[str, Any]) -> None:
    """In every live trip whose staff the autopilot moves; each piece of advice in a transaction of its own."""
    with runtime.current().database.reading() as session:
        live = session.scalars(select(Trip.id).where(Trip.phase == "live").order_by(Trip.id)).all()
        settings = {trip_id: autopilot_of(session, trip_id).autopilot for trip_id in live}
        found = {
            trip_id: due(session, trip_id, autopilot, clock.now())
            for trip_id, autopilot in settings.items()
            if autopilot.does(STAFF)
        }
    for trip_id, advice in found.items():
        for one in advice:
            _accept(trip_id, one)


def _accept(trip_id: int, one: Due) -> None:
    try:
        with unit_of_work(SYSTEM) as uow:
            accept(
                uow,
                SYSTEM,
                trip_id,
                one.advice_id,
                counters=one.counters,
                version=one.version,
                automatic=True,
            )
    except Refusal as refusal:
        # A coordinator was quicker, or everybody who could go has been asked: the next run of the advice knows.
        log.info("advice %s of trip %s was not followed: %s", one.advice_id, trip_id, refusal.code)


def due(session: Session, trip_id: int, autopilot: Autopilot, now: datetime) -> list[Due]:
    """The advice for now that pays, the best first, as far as the hour's limit of counters leaves."""
    gain = (ADVICE.c.gain_minutes / ADVICE.c.counters).label("gain")
    query = (
        select(ADVICE.c.id, ADVICE.c.counters, ADVICE.c.version)
        .where(ADVICE.c.trip_id == trip_id, ADVICE.c.state == PROPOSED, ADVICE.c.for_day.is_(None))
        .where(ADVICE.c.counters > 0, gain >= autopilot.staff_gain_minutes)
        .order_by(gain.desc(), ADVICE.c.id)
    )
    rows = session.execute(query).all()
    if autopilot.counters_an_hour is None:
        return [Due(*row) for row in rows]
    left = autopilot.counters_an_hour - _moved_lately(session, trip_id, now - HOUR)
    found = []
    for row in rows:
        counters = min(row.counters, left)
        if counters > 0:
            found.append(Due(row.id, counters, row.version))
            left -= counters
    return found


def _moved_lately(session: Session, trip_id: int, since: datetime) -> int:
    """How many counters the autopilot itself has moved; what coordinators do by hand is theirs to limit."""
    query = select(func.coalesce(func.sum(ADVICE.c.counters), 0)).where(
        ADVICE.c.trip_id == trip_id,
        ADVICE.c.state == ACCEPTED,
        ADVICE.c.automatic.is_(True),
        ADVICE.c.decided_at > since,
    )
    return int(session.execute(query).scalar_one())
