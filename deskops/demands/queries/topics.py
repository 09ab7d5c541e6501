"""Which topics people ask about most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.core import clock, runtime
from deskops.core.database import Database, table_of
from deskops.demands import rules
from deskops.demands.models import Demand
from deskops.desks.queries import Catalogue, TopicLabel
from deskops.desks.queries.catalogue import forget_wiped

# Counting reads the trip's whole index of topics, and the order of a list may be this old.
KEEP = timedelta(minutes=5)
DEMANDS = table_of(Demand)
_kept: WeakKeyDictionary[Database, dict[int, tuple[datetime, Mapping[int, int]]]] = WeakKeyDictionary()


def demand_counts(session: Session, trip_id: int) -> Mapping[int, int]:
    """Valid demands by topic id, counted anew after some minutes; topics without any are left out."""
    kept = _kept.setdefault(runtime.current().database, {})
    known, now = kept.get(trip_id), clock.now()
    if known is not None and timedelta() <= now - known[0] < KEEP:
        return known[1]
    forget_wiped(session, kept, trip_id)
    count = select(DEMANDS.c.topic_id, func.count()).where(
        DEMANDS.c.trip_id == trip_id, DEMANDS.c.state != rules.INVALID
    )
    rows = session.execute(count.group_by(DEMANDS.c.topic_id)).all()
    counts = {topic_id: int(number) for topic_id, number in rows}
    kept[trip_id] = (now, counts)
    return counts


def most_used_first(session: Session, known: Catalogue) -> list[TopicLabel]:
    """What a demand can be about; topics that are asked for alike keep the order of the list."""
    counts = demand_counts(session, known.trip.id)
    return sorted(known.assignable_topics(), key=lambda topic: -counts.get(topic.id, 0))
