"""The orders themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.core.files import HOLDS_FILE
from deskops.demands.models.indexes import index_of_known
from deskops.desks.models import OfTrip


class Directive(OfTrip, Base):
    """An official's order on one demand or several, or on a collective one. `kind` and `state` as in rules.py.

    `official_id` signs it, or is to sign what was prepared for them; `behalf_of` is who delegated it to them. What is beyond
    `proposed_by` waits for `proposed_to`. It has a number of its trip and Jalali `year` from `issued_at` on, and changes no
    more: it is superseded or withdrawn with a reason. Between `signed_at` and `issues_at` it can be called back. `amount`
    is in rials; `whose_id` the agency whose matter it is where the official has no authority. `rank` and `office_id`, an
    agency, are what the official was when it was issued; `token` leads to the public page that says whether its letter is
    genuine.
    """

    __tablename__ = "directives"
    __table_args__ = (
        UniqueConstraint("trip_id", "year", "number"),
        Index("ix_directives_trip_official", "trip_id", "official_id", "id"),
        Index("ix_directives_trip_state", "trip_id", "state", "id"),
        index_of_known("ix_directives_collective_id", "collective_id", of="collective_id"),
        index_of_known("ix_directives_proposed_to", "proposed_to", "state", of="proposed_to"),
        index_of_known("ix_directives_session_id", "session_id", of="session_id"),
        index_of_known("ix_directives_supersedes_id", "supersedes_id", of="supersedes_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    official_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    behalf_of: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    proposed_to: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    collective_id: Mapped[int | None] = mapped_column(ForeignKey("collectives.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("official_sessions.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    template_id: Mapped[int | None] = mapped_column(ForeignKey("directive_templates.id"))
    text: Mapped[str] = mapped_column(Text)
    days: Mapped[int | None]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    whose_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    photo: Mapped[str | None] = mapped_column(String(64), info=HOLDS_FILE)
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    prepared_by: Mapped[int | None]
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_with: Mapped[str] = mapped_column(String(10), default="")
    device: Mapped[str] = mapped_column(String(120), default="")
    issues_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    year: Mapped[int | None]
    number: Mapped[int | None]
    rank: Mapped[str] = mapped_column(String(20), default="")
    office_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    token: Mapped[str | None] = mapped_column(String(40), unique=True)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("directives.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)


class DirectiveDemand(Base):
    """A demand that a directive is about. `role`: main, or older: one from before that it orders to follow up. `printed_at`
    is when the person's letter was last printed, by whom.
    """

    __tablename__ = "directive_demands"
    __table_args__ = (Index("ix_directive_demands_demand_id", "demand_id"),)

    directive_id: Mapped[int] = mapped_column(
        ForeignKey("directives.id", ondelete="CASCADE"), primary_key=True
    )
    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    printed_by: Mapped[int | None]


class DirectiveAddressee(Base):
    """An agency that a directive is sent to. `role`: order, or copy: for information. `printed_at` is when its letter was
    last printed, by whom.
    """

    __tablename__ = "directive_addressees"
    __table_args__ = (Index("ix_directive_addressees_agency_id", "agency_id"),)

    directive_id: Mapped[int] = mapped_column(
        ForeignKey("directives.id", ondelete="CASCADE"), primary_key=True
    )
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    printed_by: Mapped[int | None]


class DirectiveReferral(Base):
    """A referral that carries a directive: opened by it, or open before and carrying it too."""

    __tablename__ = "directive_referrals"
    __table_args__ = (Index("ix_directive_referrals_referral_id", "referral_id"),)

    directive_id: Mapped[int] = mapped_column(
        ForeignKey("directives.id", ondelete="CASCADE"), primary_key=True
    )
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id", ondelete="CASCADE"), primary_key=True)


class DirectiveTemplate(OfTrip, Base):
    """An order as it is given again and again: the trip's, or one official's own. `agency_ids` get the order, `copy_ids` a
    copy.
    """

    __tablename__ = "directive_templates"
    __table_args__ = (Index("ix_directive_templates_trip_user", "trip_id", "user_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    days: Mapped[int | None]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    agency_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    copy_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(Integer, default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
