"""What was changed in a set-up, so that it can be taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime


class SetupChange(Base):
    """One change of one thing. `rows` is JSON: for each row its table, key, and the columns' values before and after."""

    __tablename__ = "setup_changes"
    __table_args__ = (Index("ix_setup_changes_trip_id", "trip_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trips.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]
    what: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[int]
    label: Mapped[str] = mapped_column(String(200), default="")
    rows: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None]
