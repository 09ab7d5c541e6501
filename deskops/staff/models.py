"""Staff members and their shifts, as far as the live desks need them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models import OfTrip


class StaffMember(OfTrip, Base):
    """A person who works at desks of a trip. `languages` is a list of codes with commas."""

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


class Shift(Base):
    """When a staff member is on duty, and where."""

    __tablename__ = "shifts"
    __table_args__ = (Index("ix_shifts_desk_starts", "desk_id", "starts_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
