"""What was learned of a trip's topics, as its load and the worker read it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.demands.models import LearnedTime


def learned_times(session: Session, trip_id: int, believed: Mapping[int, float]) -> list[LearnedTime]:
    """What was learned of topics, as far as the set-up still believes of them what it did then."""
    rows = session.scalars(select(LearnedTime).where(LearnedTime.trip_id == trip_id))
    return [row for row in rows if row.believed == believed.get(row.topic_id)]


def share_of(served: int) -> float:
    """A topic's share of arrivals by how many were served; one that was never asked for may be tomorrow."""
    return 1.0 + served
