"""How many come, lately: read from what was registered, so that a process that starts anew knows it too."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.balancing.learning import ArrivalRates
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.demands.models import Ticket

TICKETS = table_of(Ticket)
# What came earlier counts for less than a four-hundredth.
LOOK_BACK = timedelta(hours=3)


def arrival_rates(
    session: Session, trip_id: int, zone: ZoneInfo, now: datetime
) -> dict[tuple[int, int], float]:
    """Arrivals a minute by (place, topic), exponentially smoothed; without kinds of which nobody came lately."""
    # By day, since that is what tickets have an index of.
    days = (local_day(now - LOOK_BACK, zone), local_day(now, zone))
    lately = TICKETS.c.registered_at.between(now - LOOK_BACK, now)
    query = (
        select(TICKETS.c.location, TICKETS.c.topic_id, TICKETS.c.registered_at)
        .where(TICKETS.c.trip_id == trip_id, TICKETS.c.day.in_(days), lately)
        .order_by(TICKETS.c.registered_at)
    )
    rows = session.execute(query).all()
    if not rows:
        return {}
    rates = ArrivalRates(rows[0].registered_at.timestamp())
    for row in rows:
        rates.arrived((row.location, row.topic_id), row.registered_at.timestamp())
    return rates.rates(now.timestamp())
