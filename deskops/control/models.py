"""Tables of what coordinators find out, decide, say and stop, and of what balancing advises them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.core.files import HOLDS_FILE
from deskops.desks.models import OfTrip


class ReadinessMark(OfTrip, Base):
    """What a person found out about a desk that no data tells: `name` is the check, `good` whether it is in order."""

    __tablename__ = "readiness_marks"
    __table_args__ = (
        UniqueConstraint("desk_id", "name"),
        Index("ix_readiness_marks_trip_id", "trip_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(20))
    good: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]


class GoDecision(OfTrip, Base):
    """Somebody said go, or no-go, of one desk or, `desk_id` None, of the whole. The newest holds; the others are history.

    `faults` is how many there were then; `reason` says why in spite of them, or why not.
    """

    __tablename__ = "go_decisions"
    __table_args__ = (Index("ix_go_decisions_trip_id", "trip_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    go: Mapped[bool] = mapped_column(Boolean)
    faults: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]


class Broadcast(OfTrip, Base):
    """A message to everybody, or to those of one site, desk or role, as `aim` says. `day` makes it shift-start news: shown
    to each person on that local day, until they have seen it.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (Index("ix_broadcasts_trip_id", "trip_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    aim: Mapped[str] = mapped_column(String(10))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20), default="")
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    day: Mapped[date | None] = mapped_column(Date)
    text: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[int | None]


class BroadcastSeen(Base):
    """Who pressed "seen", and when."""

    __tablename__ = "broadcasts_seen"

    broadcast_id: Mapped[int] = mapped_column(
        ForeignKey("broadcasts.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class EmergencyStop(OfTrip, Base):
    """Desks of one site were stopped at once: all of them, or `desk_id` alone. `choice`: what became of those who waited."""

    __tablename__ = "emergency_stops"
    __table_args__ = (Index("ix_emergency_stops_trip_id", "trip_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    choice: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]
    resumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resumed_by: Mapped[int | None]


class Rehearsal(Base):
    """How invented people come to a copy of a trip. `pace` is people an hour; `drawn` how many of them came; `drawn_until`
    the time up to which they did. `serves`: counters at which nobody real works serve by themselves.
    """

    __tablename__ = "rehearsals"

    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id", ondelete="CASCADE"), primary_key=True)
    pace: Mapped[int] = mapped_column(Integer)
    serves: Mapped[bool] = mapped_column(Boolean)
    drawn: Mapped[int] = mapped_column(Integer, default=0)
    drawn_until: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by: Mapped[int | None]


class FairnessDay(Base):
    """Who was overtaken on a local day, as of `at`, as `control.queries.fairness.Fairness` has it. The worker reads
    the day's turns, tens of thousands, so that no page has to.
    """

    __tablename__ = "fairness_days"

    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class StoppedDesk(Base):
    """A desk that an emergency stop put out of service, and what it was before: it gets that back."""

    __tablename__ = "stopped_desks"

    stop_id: Mapped[int] = mapped_column(
        ForeignKey("emergency_stops.id", ondelete="CASCADE"), primary_key=True
    )
    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    state_reason: Mapped[str] = mapped_column(String(200))
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    keeps_queue: Mapped[bool] = mapped_column(Boolean)


class Advice(OfTrip, Base):
    """Counters that should move from one desk to another: now, or with `for_day` before that day opens.

    `figures` as in rules.advice.Figures; `gain_minutes` is what all the counters together save, in person-minutes. `state`
    as in rules.advice.ADVICE_STATES; `seen_at` is the last run that still advised it; `reason` why it was refused.
    """

    __tablename__ = "advice"
    __table_args__ = (Index("ix_advice_trip_state", "trip_id", "state", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    source_desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    target_desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    counters: Mapped[int] = mapped_column(Integer)
    gain_minutes: Mapped[float] = mapped_column(Float)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    for_day: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None]
    automatic: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)


class StaffMove(OfTrip, Base):
    """Somebody is asked to work at another desk, by advice or by hand. `from_place_id` is the counter where they sat then.

    `state` as in rules.advice.MOVE_STATES; `reason` is why they can't. With `for_day` it is meant for that day, not before.
    """

    __tablename__ = "staff_moves"
    __table_args__ = (
        Index("ix_staff_moves_trip_state", "trip_id", "state", "id"),
        Index("ix_staff_moves_user_state", "user_id", "state"),
        Index("ix_staff_moves_advice_id", "advice_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    advice_id: Mapped[int | None] = mapped_column(ForeignKey("advice.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    from_place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id", ondelete="SET NULL"))
    from_desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    to_desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    for_day: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[int | None]
    went_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


_GOING_ON = text("state IN ('asked', 'on')")


class StaffBreak(OfTrip, Base):
    """A break of somebody who works at a desk: asked for, going on, over. `state` as in rules.breaks.BREAK_STATES.

    `place_id` is the counter that they left, None for who sat at none; `reliever_id` the staff member who went on there.
    """

    __tablename__ = "staff_breaks"
    __table_args__ = (
        Index(
            "ix_staff_breaks_going_on", "staff_id", unique=True, sqlite_where=_GOING_ON, postgresql_where=_GOING_ON
        ),
        Index("ix_staff_breaks_trip_state", "trip_id", "state"),
        Index("ix_staff_breaks_staff_ended", "staff_id", "ended_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id", ondelete="SET NULL"))
    reliever_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


_REPLAYED = text("state IN ('asked', 'running')")


class Replay(OfTrip, Base):
    """A recorded day, played again with other policies. `state` as in services/replaying.py; at most one of a trip is asked
    for or running.

    `counts` says what was made of the day's demands, `results` the figures and the curve of waits by policy, the day's own
    as REALLY; `scenario` and `trace` are hashes of stored files. `beat_at` is when its `worker` was last seen at it.
    """

    __tablename__ = "replays"
    __table_args__ = (
        Index("ix_replays_trip_id", "trip_id", "id"),
        Index(
            "ix_replays_active", "trip_id", unique=True, sqlite_where=_REPLAYED, postgresql_where=_REPLAYED
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    policies: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    results: Mapped[dict[str, Any]] = mapped_column(JSON)
    scenario: Mapped[str | None] = mapped_column(String(64), info=HOLDS_FILE)
    trace: Mapped[str | None] = mapped_column(String(64), info=HOLDS_FILE)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[int | None]
    worker: Mapped[str] = mapped_column(String(80), default="")
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
