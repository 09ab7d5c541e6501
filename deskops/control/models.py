"""Tables of what coordinators find out, decide, say and stop."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models import OfTrip


class ReadinessMark(OfTrip, Base):
    """What a person found out about a desk that no data tells: `name` is the check, `good` whether it is in order."""

    __tablename__ = "readiness_marks"
    __table_args__ = (
        UniqueConstraint("desk_id", "name"),
        Index("ix_readiness_marks_trip_id", "trip_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(20))
    good: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]


class GoDecision(OfTrip, Base):
    """Somebody said go, or no-go, of one desk or, `desk_id` None, of the whole. The newest holds; the others are history.

    `faults` is how many there were then; `reason` says why in spite of them, or why not.
    """

    __tablename__ = "go_decisions"
    __table_args__ = (Index("ix_go_decisions_trip_id", "trip_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    go: Mapped[bool] = mapped_column(Boolean)
    faults: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]


class Broadcast(OfTrip, Base):
    """A message to everybody, or to those of one site, desk or role, as `aim` says. `day` makes it shift-start news: shown
    to each person on that local day, until they have seen it.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (Index("ix_broadcasts_trip_id", "trip_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    aim: Mapped[str] = mapped_column(String(10))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20), default="")
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    day: Mapped[date | None] = mapped_column(Date)
    text: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[int | None]


class BroadcastSeen(Base):
    """Who pressed "seen", and when."""

    __tablename__ = "broadcasts_seen"

    broadcast_id: Mapped[int] = mapped_column(
        ForeignKey("broadcasts.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class EmergencyStop(OfTrip, Base):
    """Desks of one site were stopped at once: all of them, or `desk_id` alone. `choice`: what became of those who waited."""

    __tablename__ = "emergency_stops"
    __table_args__ = (Index("ix_emergency_stops_trip_id", "trip_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    choice: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]
    resumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resumed_by: Mapped[int | None]


class Rehearsal(Base):
    """How invented people come to a copy of a trip. `pace` is people an hour; `drawn` how many of them came; `drawn_until`
    the time up to which they did. `serves`: counters at which nobody real works serve by themselves.
    """

    __tablename__ = "rehearsals"

    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id", ondelete="CASCADE"), primary_key=True)
    pace: Mapped[int] = mapped_column(Integer)
    serves: Mapped[bool] = mapped_column(Boolean)
    drawn: Mapped[int] = mapped_column(Integer, default=0)
    drawn_until: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by: Mapped[int | None]


class StoppedDesk(Base):
    """A desk that an emergency stop put out of service, and what it was before: it gets that back."""

    __tablename__ = "stopped_desks"

    stop_id: Mapped[int] = mapped_column(
        ForeignKey("emergency_stops.id", ondelete="CASCADE"), primary_key=True
    )
    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    state_reason: Mapped[str] = mapped_column(String(200))
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    keeps_queue: Mapped[bool] = mapped_column(Boolean)
