"""Who is connected. Rows are written in batches, belong to a server process, and go with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime


class Connection(Base):
    """One open socket."""

    __tablename__ = "connections"
    __table_args__ = (
        Index("ix_connections_trip_desk", "trip_id", "desk_id"),
        Index("ix_connections_server", "server"),
    )

    sid: Mapped[str] = mapped_column(String(40), primary_key=True)
    server: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[int]
    trip_id: Mapped[int | None]
    desk_id: Mapped[int | None]
    place_id: Mapped[int | None]
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
