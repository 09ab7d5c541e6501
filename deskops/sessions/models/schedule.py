"""When officials answer people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models import OfTrip


class SessionSeries(OfTrip, Base):
    """A schedule that sessions are laid from. `pattern` as in rules.py, with `weekdays` for a weekly one: names of WEEK with
    commas. `opens` and `closes` are minutes from the local midnight; `deputies` are names, positions and, where they have an
    account, its id; `phone` is the mobile on which the official is reminded.
    """

    __tablename__ = "session_series"
    __table_args__ = (Index("ix_session_series_trip_id", "trip_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    line: Mapped[str] = mapped_column(String(40), default="")
    channel: Mapped[str] = mapped_column(String(10))
    where_text: Mapped[str] = mapped_column(String(200), default="")
    pattern: Mapped[str] = mapped_column(String(12))
    weekdays: Mapped[str] = mapped_column(String(40), default="")
    from_day: Mapped[date] = mapped_column(Date)
    to_day: Mapped[date] = mapped_column(Date)
    opens: Mapped[int] = mapped_column(Integer)
    closes: Mapped[int] = mapped_column(Integer)
    deputies: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    phone: Mapped[str] = mapped_column(String(20), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class OfficialSession(OfTrip, Base):
    """An official's announced hours at a desk or on a line. `state` as in rules.py; `channel`: walk_in, call or both. While
    it is under way the official works at `place_id`, a counter of that desk.
    """

    __tablename__ = "official_sessions"
    __table_args__ = (
        Index("ix_official_sessions_trip_start", "trip_id", "starts_at"),
        Index("ix_official_sessions_official", "official_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("session_series.id"))
    official_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    line: Mapped[str] = mapped_column(String(40), default="")
    channel: Mapped[str] = mapped_column(String(10))
    where_text: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12))
    phone: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    came_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class SessionAttendee(Base):
    """A deputy, or somebody of an agency, who is to come along to a session."""

    __tablename__ = "session_attendees"
    __table_args__ = (Index("ix_session_attendees_session_id", "session_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("official_sessions.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[str] = mapped_column(String(120), default="")
    came_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
