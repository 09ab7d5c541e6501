"""The days of fairness, kept up to date by the worker: tens of thousands of turns are too many for a page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.control.models import FairnessDay
from deskops.control.queries.fairness import TICKETS, Fairness, fairness_of
from deskops.core import clock, jobs, journal, runtime
from deskops.core.dates import local_day
from deskops.core.jobs import WORKER
from deskops.core.unit_of_work import unit_of_work
from deskops.desks import rules
from deskops.desks.models import Trip

COUNTED = (rules.LIVE, rules.FOLLOW_UP)


@jobs.handler("control.fairness", every=timedelta(minutes=1))
def keep_fairness(_payload: dict[str, Any]) -> None:
    """Count today of every trip in which something happened since, and one older day that isn't counted whole."""
    with runtime.current().database.reading() as session:
        live = select(Trip.id, Trip.timezone).where(Trip.phase.in_(COUNTED)).order_by(Trip.id)
        zones = {row.id: ZoneInfo(row.timezone) for row in session.execute(live)}
    for trip_id, zone in zones.items():
        with runtime.current().database.reading() as session:
            counted = [
                fairness_of(session, trip_id, day, clock.now())
                for day in _due(session, trip_id, zone, clock.now())
            ]
        for one in counted:
            _keep(trip_id, one)


def _due(session: Session, trip_id: int, zone: ZoneInfo, now: datetime) -> list[date]:
    known = {
        row.day: row for row in session.scalars(select(FairnessDay).where(FairnessDay.trip_id == trip_id))
    }
    today = local_day(now, zone)
    if today in known and known[today].body["sequence"] == journal.head(session, trip_id):
        return []
    of_trip = select(TICKETS.c.day).where(TICKETS.c.trip_id == trip_id, TICKETS.c.day <= today).distinct()
    days = sorted(session.scalars(of_trip), reverse=True)
    # What happened between the last look and midnight isn't in it yet.
    older = (
        day for day in days if day < today and (day not in known or local_day(known[day].at, zone) == day)
    )
    return [day for day in days[:1] if day == today] + list(older)[:1]


def _keep(trip_id: int, counted: Fairness) -> None:
    with unit_of_work(WORKER) as uow:
        row = uow.session.get(FairnessDay, (trip_id, counted.day))
        if row is None:
            row = FairnessDay(trip_id=trip_id, day=counted.day)
            uow.session.add(row)
        row.at, row.body = counted.at, counted.as_json()
