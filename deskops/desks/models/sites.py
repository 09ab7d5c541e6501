"""Where desks stand, what they do and when, and their counters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models.trips import Named, OfTrip


class Site(Named, OfTrip, Base):
    """A place where desks stand. `kind`: hall or building. A retired one has none that work, and stays in history."""

    __tablename__ = "sites"
    __table_args__ = (UniqueConstraint("trip_id", "code"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20), default="building")
    address: Mapped[str] = mapped_column(Text, default="")
    map_text: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class SiteWalk(Base):
    """Two sites between which people can be asked to walk; a pair without a row can't be walked."""

    __tablename__ = "site_walks"

    from_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True)
    to_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True)
    minutes: Mapped[float] = mapped_column(Float)


class Desk(Named, OfTrip, Base):
    """A service desk of one agency at one site. `state`: planned, open, paused, closed, failed. `line` is the number that
    people call it by; `position` its place in lists; `keeps_queue` that those who wait stay although it is paused.
    """

    __tablename__ = "desks"
    # Sites and desks name audiences: a screen that still listens to a wiped one must never hear another's.
    __table_args__ = (
        UniqueConstraint("trip_id", "code"),
        UniqueConstraint("trip_id", "number"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    code: Mapped[str] = mapped_column(String(60))
    number: Mapped[int] = mapped_column(Integer)
    walk_ins: Mapped[bool] = mapped_column(Boolean, default=True)
    calls: Mapped[bool] = mapped_column(Boolean, default=True)
    is_headquarters: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default="planned")
    state_reason: Mapped[str] = mapped_column(String(200), default="")
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    keeps_queue: Mapped[bool] = mapped_column(Boolean, default=False)
    sign_token: Mapped[str] = mapped_column(String(40), unique=True)
    line: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    head_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    official_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class SignPrint(Base):
    """When a desk's sign was last sent to a printer."""

    __tablename__ = "sign_prints"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]


class DeskTopic(Base):
    """What a desk does: service takes `factor` times the topic's minutes; 1.0 on its own topics."""

    __tablename__ = "desk_topics"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    factor: Mapped[float] = mapped_column(Float, default=1.0)
    own: Mapped[bool] = mapped_column(Boolean, default=False)


class DeskHours(Base):
    """Opening hours of a desk on one day, in minutes from the local midnight."""

    __tablename__ = "desk_hours"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    opens: Mapped[int] = mapped_column(Integer)
    closes: Mapped[int] = mapped_column(Integer)


class Place(OfTrip, Base):
    """One counter or phone seat. `state`: closed, open, paused. `ready`: its operator asked for the next person
    and waits.
    """

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("desk_id", "number"), Index("ix_places_user", "user_id"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10), default="counter")
    external_id: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10), default="closed")
    reason: Mapped[str] = mapped_column(String(20), default="")
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ready: Mapped[bool] = mapped_column(Boolean, default=False)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    languages: Mapped[str] = mapped_column(String(60), default="fa")
    help_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
