"""A demand in the hands of an agency."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime, table_of
from deskops.desks.models import OfTrip
from deskops.followup import rules

_OPEN = "state IN ({})".format(", ".join(f"'{state}'" for state in rules.OPEN))


def _one_open(name: str, of: str) -> Index:
    """An agency has one open referral of a matter at most."""
    where = text(f"{of} IS NOT NULL AND {_OPEN}")
    return Index(name, of, "agency_id", unique=True, sqlite_where=where, postgresql_where=where)


class Referral(OfTrip, Base):
    """A demand, or a collective one, handed to one agency by a directive or by an expert. `state` and `delivery` as in
    rules.py; `days` are working days of the agency and `due_at` the end of the last of them. `cycle` counts how often it was
    handed to them: once, and once more with each answer that was returned.
    """

    __tablename__ = "referrals"
    __table_args__ = (
        _one_open("uq_referrals_demand_open", "demand_id"),
        _one_open("uq_referrals_collective_open", "collective_id"),
        Index("ix_referrals_demand_id", "demand_id"),
        Index("ix_referrals_directive_id", "directive_id"),
        Index("ix_referrals_trip_agency", "trip_id", "agency_id", "state", "due_at"),
        Index("ix_referrals_trip_state", "trip_id", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demands.id"))
    collective_id: Mapped[int | None] = mapped_column(ForeignKey("collectives.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    directive_id: Mapped[int | None] = mapped_column(ForeignKey("directives.id"))
    state: Mapped[str] = mapped_column(String(12))
    delivery: Mapped[str] = mapped_column(String(12))
    cycle: Mapped[int] = mapped_column(Integer, default=1)
    days: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[int | None]
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


# A partial index serves only a query that repeats its condition to the letter.
IS_OPEN = table_of(Referral).c.state.in_([literal_column(f"'{state}'") for state in rules.OPEN])
