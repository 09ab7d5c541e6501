"""Meetings face to face, and who is invited to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models import OfTrip


class Meeting(OfTrip, Base):
    """An official receives people who asked for it, one in each slot. `state` as in rules.py."""

    __tablename__ = "meetings"
    __table_args__ = (Index("ix_meetings_trip_start", "trip_id", "starts_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(String(120), default="")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    where_text: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    slot_minutes: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    minutes: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)


class MeetingAgency(Base):
    """An agency on the panel, and who came for it."""

    __tablename__ = "meeting_agencies"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    came_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Appointment(OfTrip, Base):
    """A demand that is heard at a meeting. `state` as in rules.py; `token` is in the QR code of the invitation."""

    __tablename__ = "appointments"
    __table_args__ = (
        UniqueConstraint("meeting_id", "demand_id"),
        Index("ix_appointments_meeting_start", "meeting_id", "starts_at"),
        Index("ix_appointments_demand_id", "demand_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12))
    token: Mapped[str] = mapped_column(String(40), unique=True)
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
