"""From presences to shifts: which one somebody came for, and whether it was worked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from deskops.staff.rules import ARRIVED, COMPLETED, DROPPED, LEFT_EARLY, MOVE, NO_SHOW, PLANNED
from deskops.staff.rules.presence import Stay

MINUTE = timedelta(minutes=1)
LEFT_EARLY_BEFORE = timedelta(minutes=15)
# Even who confirmed should be on the way in by then.
LAST_CALL = timedelta(minutes=15)
# Nobody works longer than this in one go: who isn't on the plan and forgot to check out is closed then.
LONGEST_STAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Times:
    """A trip's settings of presence, as in RosterSettings."""

    no_show_after: timedelta = 15 * MINUTE
    at_risk_before: timedelta = 60 * MINUTE
    early: timedelta = 60 * MINUTE
    close_after: timedelta = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift of somebody."""

    id: int
    desk_id: int
    starts_at: datetime
    ends_at: datetime
    state: str = PLANNED


class Attended(NamedTuple):
    """What a shift came to so far."""

    state: str
    arrived_at: datetime | None
    ended_at: datetime | None


def duty_of(duties: Iterable[Duty], at: datetime, desk_id: int | None, times: Times) -> Duty | None:
    """The shift that somebody comes for: the desk's own before another's, then the one that begins first."""
    fitting = [
        duty for duty in duties if duty.state != DROPPED and duty.starts_at - times.early <= at < duty.ends_at
    ]
    return min(
        fitting, key=lambda duty: (duty.desk_id != desk_id, duty.ends_at, duty.starts_at), default=None
    )


def attended(duty: Duty, stays: Sequence[Stay], now: datetime, times: Times) -> Attended:
    """The shift as its person's presences have it, wherever they were. Who went and came back has arrived, and so has who
    was sent to another desk, while they are on the way there.
    """
    if duty.state == DROPPED:
        return Attended(DROPPED, None, None)
    worked = [stay for stay in stays if _touches(stay, duty, now, times)]
    if not worked:
        missed = now >= duty.starts_at + times.no_show_after
        return Attended(NO_SHOW if missed else PLANNED, None, None)
    ended_at = worked[-1].ended_at
    arrived_at = worked[0].began_at
    sent_elsewhere = worked[-1].ended_by == MOVE and now < duty.ends_at
    if ended_at is None or sent_elsewhere:
        return Attended(ARRIVED, arrived_at, None)
    early = ended_at < duty.ends_at - LEFT_EARLY_BEFORE
    return Attended(LEFT_EARLY if early else COMPLETED, arrived_at, ended_at)


def _touches(stay: Stay, duty: Duty, now: datetime, times: Times) -> bool:
    if stay.began_at >= duty.ends_at:
        return False
    if stay.ended_at is not None:
        return stay.ended_at > duty.starts_at
    return now >= duty.starts_at - times.early


def minutes_late(duty: Duty, at: datetime) -> int:
    """Whole minutes after the beginning; negative for somebody who comes before it."""
    return (at - duty.starts_at) // MINUTE if at >= duty.starts_at else -((duty.starts_at - at) // MINUTE)


def closes_at(stay: Stay, duties: Iterable[Duty], now: datetime, times: Times) -> datetime | None:
    """When a presence that nobody ended is to count as ended; None while it may be real."""
    ends = [duty.ends_at for duty in duties if duty.state != DROPPED and _touches(stay, duty, now, times)]
    if not ends:
        end = stay.began_at + LONGEST_STAY
        return end if now >= end else None
    return max(ends) if now >= max(ends) + times.close_after else None
