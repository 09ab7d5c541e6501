"""Who may order whom, up to which amount, and who prepares it for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models import OfTrip


class Authority(OfTrip, Base):
    """What an official of a trip may order, instead of what their rank alone gives them (rules.py): every agency or those of
    AuthorityAgency with all below these, up to `most_rials` for a facility, None where there is no limit.

    What is beyond it goes to `superior_id` as a proposal. With `delegated_by` it is a share of that official's own, in whose
    name they order from `starts_at` until `ends_at`.
    """

    __tablename__ = "authorities"
    __table_args__ = (Index("ix_authorities_trip_user", "trip_id", "user_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    every_agency: Mapped[bool] = mapped_column(Boolean, default=False)
    most_rials: Mapped[int | None] = mapped_column(BigInteger)
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    delegated_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(Integer, default=1)


class AuthorityAgency(Base):
    """An agency that an authority reaches, with all below it."""

    __tablename__ = "authority_agencies"

    authority_id: Mapped[int] = mapped_column(
        ForeignKey("authorities.id", ondelete="CASCADE"), primary_key=True
    )
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)


class Assistant(Base):
    """Who prepares directives for an official of a trip."""

    __tablename__ = "assistants"
    __table_args__ = (Index("ix_assistants_user_id", "user_id"),)

    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id", ondelete="CASCADE"), primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[int | None]
