"""Shifts that desks need filled, and whose they are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models import OfTrip


class RosterSettings(Base):
    """What holds for all of a trip's rosters, in minutes but for `most_shifts`, the most of one person.

    `rest`: between two shifts of one person; `no_show_after` the beginning of a shift; `at_risk_before` it; `early` is how
    long before a shift somebody may come for it; `close_after` its end a forgotten presence is closed. After `break_after`
    of work somebody should have a break of `break_minutes`.
    """

    __tablename__ = "roster_settings"

    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id", ondelete="CASCADE"), primary_key=True)
    rest: Mapped[int] = mapped_column(Integer, default=480)
    most_shifts: Mapped[int] = mapped_column(Integer, default=6)
    no_show_after: Mapped[int] = mapped_column(Integer, default=15)
    at_risk_before: Mapped[int] = mapped_column(Integer, default=60)
    early: Mapped[int] = mapped_column(Integer, default=60)
    close_after: Mapped[int] = mapped_column(Integer, default=60)
    break_after: Mapped[int] = mapped_column(Integer, default=150)
    break_minutes: Mapped[int] = mapped_column(Integer, default=20)
    version: Mapped[int] = mapped_column(Integer, default=1)


class ShiftPattern(OfTrip, Base):
    """A shift by its place in a desk's day. `begins_from` and `ends_from`: opening, closing or midnight; the minutes are
    added to them, and may be negative.
    """

    __tablename__ = "shift_patterns"
    __table_args__ = (Index("ix_shift_patterns_trip_id", "trip_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name_fa: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60), default="")
    begins_from: Mapped[str] = mapped_column(String(10))
    begins_minutes: Mapped[int] = mapped_column(Integer)
    ends_from: Mapped[str] = mapped_column(String(10))
    ends_minutes: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer, default=0)
    version: Mapped[int] = mapped_column(Integer, default=1)


class DeskShift(OfTrip, Base):
    """One shift of one desk on one local day, and who it needs: at least `minimum` people, better `target`, of them
    `supervisors` who head desks, and of each of `languages`, codes with commas, somebody who speaks it.
    """

    __tablename__ = "desk_shifts"
    __table_args__ = (
        UniqueConstraint("desk_id", "starts_at", "ends_at"),
        Index("ix_desk_shifts_trip_starts", "trip_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    pattern_id: Mapped[int | None] = mapped_column(ForeignKey("shift_patterns.id", ondelete="SET NULL"))
    day: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minimum: Mapped[int] = mapped_column(Integer)
    target: Mapped[int] = mapped_column(Integer)
    supervisors: Mapped[int] = mapped_column(Integer, default=0)
    languages: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)


_STANDS = text("state != 'dropped'")


class Shift(Base):
    """When a staff member is on duty, and where: the plan that was approved. `state` as in rules.SHIFT_STATES.

    `overrides` are the codes of rules that a coordinator knowingly broke; `reason` why the person can't come, or why it
    was taken from them. `told_at` is when they were last told of it; `warned_at` when coordinators heard that it is at
    risk.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        Index("ix_shifts_desk_starts", "desk_id", "starts_at"),
        Index("ix_shifts_staff_starts", "staff_id", "starts_at"),
        Index(
            "ix_shifts_stands", "desk_shift_id", "staff_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    desk_shift_id: Mapped[int | None] = mapped_column(ForeignKey("desk_shifts.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12), default="planned")
    reason: Mapped[str] = mapped_column(String(200), default="")
    overrides: Mapped[list[str]] = mapped_column(JSON, default=list)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


_UNDER_WAY = text("state IN ('asked', 'solving')")


class Roster(OfTrip, Base):
    """A plan in the making: asked for, solved by the worker, looked at, approved or not. `kind`: new, or replan, which keeps
    as much as it can. Nothing that begins before `from_at` is changed by it; `state` as in rules.ROSTER_STATES.

    `progress` says how far the solver is, `figures` what its result comes to. `beat_at` is when `worker` was last at it.
    """

    __tablename__ = "rosters"
    __table_args__ = (
        Index("ix_rosters_trip_id", "trip_id", "id"),
        Index(
            "ix_rosters_active", "trip_id", unique=True, sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    progress: Mapped[dict[str, Any]] = mapped_column(JSON)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[int | None]
    worker: Mapped[str] = mapped_column(String(80), default="")
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(Integer, default=1)


class RosterEntry(Base):
    """Somebody in a shift, as a draft has it. `by_hand`: put there by a coordinator; `overrides` as of a Shift."""

    __tablename__ = "roster_entries"
    __table_args__ = (Index("ix_roster_entries_desk_shift_id", "desk_shift_id"),)

    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_members.id", ondelete="CASCADE"), primary_key=True
    )
    desk_shift_id: Mapped[int] = mapped_column(
        ForeignKey("desk_shifts.id", ondelete="CASCADE"), primary_key=True
    )
    by_hand: Mapped[bool] = mapped_column(default=False)
    overrides: Mapped[list[str]] = mapped_column(JSON, default=list)


class ShiftSwap(OfTrip, Base):
    """A shift that somebody would give away: to anybody, or to `to_staff_id`; for `wanted_shift_id` in return, or for
    nothing. `state` as in rules.SWAP_STATES.
    """

    __tablename__ = "shift_swaps"
    __table_args__ = (
        Index("ix_shift_swaps_trip_state", "trip_id", "state"),
        Index("ix_shift_swaps_shift_id", "shift_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shifts.id", ondelete="CASCADE"))
    to_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"))
    wanted_shift_id: Mapped[int | None] = mapped_column(ForeignKey("shifts.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200), default="")
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id", ondelete="SET NULL"))
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(Integer, default=1)


class ReplacementCall(OfTrip, Base):
    """Somebody is asked to step into a shift of a desk. `state` as in rules.CALL_STATES."""

    __tablename__ = "replacement_calls"
    __table_args__ = (
        Index("ix_replacement_calls_trip_state", "trip_id", "state"),
        Index("ix_replacement_calls_staff_id", "staff_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    desk_shift_id: Mapped[int] = mapped_column(ForeignKey("desk_shifts.id", ondelete="CASCADE"))
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("shifts.id", ondelete="SET NULL"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[int | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
