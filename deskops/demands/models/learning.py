"""Tables of what the worker learned."""

from __future__ import annotations

from sqlalchemy import (
    Float,
    ForeignKey,
    Integer,
)
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base
from deskops.desks.models import OfTrip


class Learning(Base):
    """How far the worker has learned from a trip's journal, and by which factor its projections are off (its logarithm)."""

    __tablename__ = "learning"

    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer)
    correction: Mapped[float] = mapped_column(Float, default=0.0)


class LearnedTime(OfTrip, Base):
    """A topic's service time as it really is. `believed` is what the set-up said when it was begun with: what is learned
    holds as long as the set-up says no other. `weight` in services.
    """

    __tablename__ = "learned_times"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    believed: Mapped[float] = mapped_column(Float)
    mean_minutes: Mapped[float] = mapped_column(Float)
    weight: Mapped[float] = mapped_column(Float)
    served: Mapped[int] = mapped_column(Integer)
