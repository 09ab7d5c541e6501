"""Who came when, as the rates of arrival count them: once each, at the place where they came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, select
from sqlalchemy.orm import Session

from deskops.balancing.learning import LiveRates
from deskops.balancing.state import PHONE
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.demands.models import Offer, Ticket

TICKETS, OFFERS = table_of(Ticket), table_of(Offer)
LOOK_BACK = timedelta(minutes=LiveRates.GAP_MINUTES)


class Came(NamedTuple):
    """One person's arrival; `kind` is (place, topic), place 0 the phone."""

    kind: tuple[int, int]
    at: datetime


def live_rates(session: Session, trip_id: int, zone: ZoneInfo, now: datetime) -> LiveRates:
    """Rates as a process has them that was there for the last two hours."""
    rates = LiveRates()
    # By day, since that is what tickets have an index of.
    days = {local_day(now - LOOK_BACK, zone), local_day(now, zone)}
    for came in arrivals(session, trip_id, days, TICKETS.c.registered_at.between(now - LOOK_BACK, now)):
        rates.arrived(came.kind, came.at.timestamp())
    return rates


def arrivals(
    session: Session, trip_id: int, days: Collection[date], *conditions: ColumnElement[bool]
) -> list[Came]:
    """Who came on these days, in order; of whoever accepted to be served by phone, where they stood before."""
    accepted = and_(TICKETS.c.location == PHONE, TICKETS.c.channel == "walk_in")
    place = case((accepted, OFFERS.c.location), else_=TICKETS.c.location)
    columns: list[ColumnElement[Any]] = [place.label("place"), TICKETS.c.topic_id, TICKETS.c.registered_at]
    query = (
        select(*columns)
        .outerjoin(OFFERS, and_(OFFERS.c.ticket_id == TICKETS.c.id, accepted))
        .where(TICKETS.c.trip_id == trip_id, TICKETS.c.day.in_(days), *conditions)
        .order_by(TICKETS.c.registered_at)
    )
    return [Came((row.place or PHONE, row.topic_id), row.registered_at) for row in session.execute(query)]
