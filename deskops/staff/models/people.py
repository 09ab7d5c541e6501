"""Staff members: who they are, what they know, and when they can work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models import OfTrip


class StaffMember(OfTrip, Base):
    """A person who works at desks of a trip. `languages` is a list of codes with commas; `role` staff or desk_head;
    `most_shifts` None: as the trip's settings say.

    Badges and calendar links carry their version: whoever raises it makes those handed out before worthless;
    `badge_printed` is the one that was printed last, 0 for none. `asked_at` is when they were last asked to step in for
    somebody.
    """

    __tablename__ = "staff_members"
    __table_args__ = (
        UniqueConstraint("trip_id", "personnel_number"),
        Index("ix_staff_members_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    personnel_number: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    mobile: Mapped[str] = mapped_column(String(20), default="")
    languages: Mapped[str] = mapped_column(String(60), default="fa")
    home_desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    role: Mapped[str] = mapped_column(String(20), default="staff")
    most_shifts: Mapped[int | None] = mapped_column(Integer)
    badge_version: Mapped[int] = mapped_column(Integer, default=1)
    badge_printed: Mapped[int] = mapped_column(Integer, default=0)
    calendar_version: Mapped[int] = mapped_column(Integer, default=1)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class StaffTopic(Base):
    """A topic that a staff member knows. Who has none works at their home desk alone."""

    __tablename__ = "staff_topics"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_members.id", ondelete="CASCADE"), primary_key=True
    )
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)


class StaffAvailability(Base):
    """A time in which a staff member can work. Of whom there is none, nobody said anything: any time will do."""

    __tablename__ = "staff_availability"
    __table_args__ = (Index("ix_staff_availability_staff_id", "staff_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffAbsence(Base):
    """A time in which a staff member can't work after all, said by them or by a coordinator: `said_by` is a user."""

    __tablename__ = "staff_absences"
    __table_args__ = (Index("ix_staff_absences_staff_id", "staff_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said_by: Mapped[int | None]
