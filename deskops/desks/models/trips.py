"""The trip itself, and what rows of a trip have in common. Names come in Persian and English; short ones are for
screens."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String
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
    """The event being coordinated. `phase`: preparation, live, follow_up, closed. `kind`: trip, or office: a standing one,
    without an end. A rehearsal is a copy of the trip that `rehearsal_of` names, and is wiped whole.
    """

    __tablename__ = "trips"
    # A rehearsal is wiped, and what other processes still remember of it must never be taken for a later trip's.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(10), default="trip")
    phase: Mapped[str] = mapped_column(String(20), default="preparation")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Tehran")
    days_off: Mapped[str] = mapped_column(String(40), default="fri")
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    rehearsal_of: Mapped[int | None] = mapped_column(ForeignKey("trips.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
