"""One matter that many people share."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models import OfTrip


class Collective(OfTrip, Base):
    """A collective demand, such as the road of a whole town. `state`: open, or closed once it is answered for all."""

    __tablename__ = "collectives"
    __table_args__ = (Index("ix_collectives_trip_id", "trip_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    county: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(Integer, default=1)


class CollectiveDemand(Base):
    """A demand that is tied to a collective one; to one at most."""

    __tablename__ = "collective_demands"
    __table_args__ = (Index("ix_collective_demands_collective_id", "collective_id"),)

    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id", ondelete="CASCADE"), primary_key=True)
    collective_id: Mapped[int] = mapped_column(ForeignKey("collectives.id", ondelete="CASCADE"))
    tied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tied_by: Mapped[int | None]
