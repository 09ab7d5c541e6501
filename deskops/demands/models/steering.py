"""Tables of how the queues are steered: who goes earlier, what goes by itself, and what that led to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models import OfTrip


class PrioritySetting(OfTrip, Base):
    """The minutes of bonus that a coordinator set, as `demands.priorities.Priorities` has them. The newest version
    holds; the others are history. None: the usual ones hold, and that is version 0.
    """

    __tablename__ = "priority_settings"
    __table_args__ = (UniqueConstraint("trip_id", "version"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]


class AutopilotSetting(OfTrip, Base):
    """What balancing may do by itself, in JSON as `demands.autopilot.Autopilot` has it. The newest version holds; the others
    are history. None: the usual holds, and that is version 0.
    """

    __tablename__ = "autopilot_settings"
    __table_args__ = (UniqueConstraint("trip_id", "version"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    settings: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]


class Proposal(OfTrip, Base):
    """What balancing would do with somebody who waits, if a coordinator says so. `act` of rules.TICK_ACTS; `minutes` is what
    it gains, for an offer the wait that is projected. `state`: open until the next tick, or refused and not proposed again.
    """

    __tablename__ = "balance_proposals"
    __table_args__ = (UniqueConstraint("trip_id", "act", "ticket_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    act: Mapped[str] = mapped_column(String(10))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    minutes: Mapped[float | None] = mapped_column(Float)
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MovedAgain(OfTrip, Base):
    """Somebody whom we had moved before lost their desk: the coordinators look at it until one of them has seen it."""

    __tablename__ = "moved_again"
    __table_args__ = (
        Index(
            "ix_moved_again_unseen",
            "trip_id",
            sqlite_where=text("seen_at IS NULL"),
            postgresql_where=text("seen_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_by: Mapped[int | None]
