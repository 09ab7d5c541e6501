"""Who came and went: scans are facts that stay, presences are what they come to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models import OfTrip


class Scan(OfTrip, Base):
    """A badge was held up, or somebody was checked in or out otherwise; `kind`: in, out, break or back; `source` as in
    rules.SCAN_SOURCES. It was at a desk, or at a site's entrance.

    `at` is the device's time, put right by how far its clock was off when it sent; `client_at` as the device had it. A
    scan that didn't count has its `refusal`; of a badge that nobody has, `staff_id` is None. `nonce` is the device's own:
    what comes again with the same is the same scan.
    """

    __tablename__ = "scans"
    __table_args__ = (
        UniqueConstraint("trip_id", "nonce"),
        Index("ix_scans_staff_at", "staff_id", "at"),
        Index("ix_scans_trip_received", "trip_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(6))
    source: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    client_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    nonce: Mapped[str] = mapped_column(String(40))
    refusal: Mapped[str] = mapped_column(String(30), default="")
    user_id: Mapped[int | None]


_HERE = text("ended_at IS NULL")


class Presence(OfTrip, Base):
    """Where a staff member is or was, and since when: at a desk, or with `desk_id` None come to the site alone. `shift_id`
    is the duty that it fulfils; `break_since` that they are on a break. Worked out anew from the scans of its person.
    """

    __tablename__ = "presences"
    __table_args__ = (
        Index("ix_presences_here", "staff_id", unique=True, sqlite_where=_HERE, postgresql_where=_HERE),
        Index("ix_presences_trip_began", "trip_id", "began_at"),
        Index("ix_presences_desk_ended", "desk_id", "ended_at"),
        Index("ix_presences_staff_began", "staff_id", "began_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shifts.id", ondelete="SET NULL"))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(10), default="")
    break_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    break_minutes: Mapped[int] = mapped_column(Integer, default=0)
