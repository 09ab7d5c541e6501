"""Tables of what is set up. Names come in Persian and English; short ones are for screens."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.core.i18n import PERSIAN, lang


class Named:
    """A full and a short name in both languages."""

    name_fa: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    short_fa: Mapped[str] = mapped_column(String(80), default="")
    short_en: Mapped[str] = mapped_column(String(80), default="")

    @property
    def name(self) -> str:
        """The full name in the current language; Persian where there is no English one."""
        return self.name_fa if lang() == PERSIAN else self.name_en or self.name_fa

    @property
    def short(self) -> str:
        """The short name in the current language, else the full one."""
        return (self.short_fa if lang() == PERSIAN else self.short_en) or self.name


class OfTrip:
    """A row of one trip."""

    @declared_attr
    def trip_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(ForeignKey("trips.id", ondelete="CASCADE"))


class Trip(Named, Base):
    """The event being coordinated. `phase`: preparation, live, follow_up, closed."""

    __tablename__ = "trips"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    phase: Mapped[str] = mapped_column(String(20), default="preparation")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Tehran")
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Agency(Named, Base):
    """A ministry, office, bank or company; agencies outlive trips."""

    __tablename__ = "agencies"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    kind: Mapped[str] = mapped_column(String(20), default="agency")


class Site(Named, OfTrip, Base):
    """A place where desks stand. `kind`: hall or building."""

    __tablename__ = "sites"
    __table_args__ = (UniqueConstraint("trip_id", "code"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20), default="building")
    address: Mapped[str] = mapped_column(Text, default="")


class SiteWalk(Base):
    """Two sites between which people can be asked to walk; a pair without a row can't be walked."""

    __tablename__ = "site_walks"

    from_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True)
    to_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True)
    minutes: Mapped[float] = mapped_column(Float)


class Topic(Named, OfTrip, Base):
    """What a demand is about. `mean_minutes` is the believed service time at a desk of the topic."""

    __tablename__ = "topics"
    __table_args__ = (UniqueConstraint("trip_id", "code"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    synonyms: Mapped[str] = mapped_column(Text, default="")
    mean_minutes: Mapped[float] = mapped_column(Float, default=8.0)
    position: Mapped[int] = mapped_column(Integer, default=0)
    assignable: Mapped[bool] = mapped_column(Boolean, default=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))


class Desk(Named, OfTrip, Base):
    """A service desk of one agency at one site. `state`: planned, open, paused, closed, failed."""

    __tablename__ = "desks"
    __table_args__ = (UniqueConstraint("trip_id", "code"), UniqueConstraint("trip_id", "number"))

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
    sign_token: Mapped[str] = mapped_column(String(40), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)


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
