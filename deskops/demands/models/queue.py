"""Tables of people's turns, and of what is offered instead."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    literal_column,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime, table_of
from deskops.demands import rules
from deskops.demands.models.indexes import index_of_known
from deskops.desks.models import OfTrip

_ACTIVE = text("status IN ({})".format(", ".join(f"'{status}'" for status in rules.ACTIVE)))
_AT_PLACE = text("status IN ({})".format(", ".join(f"'{status}'" for status in rules.AT_PLACE)))


class Ticket(OfTrip, Base):
    """The demand's turn. `location` is the site it waits at, 0 for the phone; `desk_id` its provisional or serving desk.

    Status: waiting, called, serving, held, no_show, invited, done, left. `day` is the one whose number it has.
    `walk`: none, under_way, arrived; `walked_from` the site where they were asked to walk, `moved_times` how often we moved
    them: by a walk, or because their desk took nobody any more. `priorities` are the kinds of rules.PRIORITIES that apply,
    with commas; of the whole bonus `priority_minutes` is what these give. `told_minutes` is the wait that was told at
    registration, `projected_minutes` what the projection alone said; both None for who was taken at once.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("trip_id", "day", "number"),
        Index("ix_tickets_active", "trip_id", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
        Index("ix_tickets_desk_active", "desk_id", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
        Index(
            "ix_tickets_at_place", "place_id", unique=True, sqlite_where=_AT_PLACE, postgresql_where=_AT_PLACE
        ),
        index_of_known("ix_tickets_trip_done", "trip_id", "done_at", of="done_at"),
        Index("ix_tickets_demand_id", "demand_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"))
    day: Mapped[date] = mapped_column(Date)
    number: Mapped[int] = mapped_column(Integer)
    location: Mapped[int] = mapped_column(Integer)
    channel: Mapped[str] = mapped_column(String(10))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    only_desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    user_id: Mapped[int | None]
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    language: Mapped[str] = mapped_column(String(5), default="fa")
    bonus_minutes: Mapped[float] = mapped_column(Float, default=0.0)
    priorities: Mapped[str] = mapped_column(String(60), default="", server_default="")
    priority_minutes: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    walk: Mapped[str] = mapped_column(String(10), default="none")
    may_walk: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    walked_from: Mapped[int | None]
    moved_times: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    projected_minutes: Mapped[float | None] = mapped_column(Float)
    told_minutes: Mapped[float | None] = mapped_column(Float)
    status: Mapped[str] = mapped_column(String(10))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    serving_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undo: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)


class Offer(OfTrip, Base):
    """To be served by phone instead of waiting at a site, once a turn. `state` as in rules.py.

    `location` is where the person stood; `wait_minutes` the wait projected there then, None where nobody there could serve.
    """

    __tablename__ = "offers"
    __table_args__ = (Index("ix_offers_trip_made", "trip_id", "made_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    location: Mapped[int] = mapped_column(Integer)
    wait_minutes: Mapped[float | None] = mapped_column(Float)
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[int | None]


# A partial index serves only a query that repeats its condition to the letter, without parameters: SQLite plans before it
# knows them. Every look at tickets that are still active must say so by one of these.
_STATUS = table_of(Ticket).c.status
IS_ACTIVE = _STATUS.in_([literal_column(f"'{status}'") for status in rules.ACTIVE])
IS_AT_PLACE = _STATUS.in_([literal_column(f"'{status}'") for status in rules.AT_PLACE])
