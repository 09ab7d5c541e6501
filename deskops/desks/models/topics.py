"""What demands are about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models.trips import Named, OfTrip


class Topic(Named, OfTrip, Base):
    """What a demand is about. `mean_minutes` is the believed service time at a desk of the topic; `synonyms` and `papers`
    hold one a line; `default_days` is how long an answer may take. A merged or retired topic keeps its demands.
    """

    __tablename__ = "topics"
    __table_args__ = (UniqueConstraint("trip_id", "code"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    synonyms: Mapped[str] = mapped_column(Text, default="")
    mean_minutes: Mapped[float] = mapped_column(Float, default=8.0)
    position: Mapped[int] = mapped_column(Integer, default=0)
    assignable: Mapped[bool] = mapped_column(Boolean, default=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    default_desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    papers: Mapped[str] = mapped_column(Text, default="")
    default_days: Mapped[int | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
