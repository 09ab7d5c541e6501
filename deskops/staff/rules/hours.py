"""Hours that were worked, from presences; and how they compare with the plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deskops.staff.rules import DROPPED, LEFT_EARLY, NO_SHOW
from deskops.staff.rules.attendance import Attended, Duty, minutes_late

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Planned:
    """A shift, and what came of it so far. `day` is the local one that it begins on: a night's shift belongs to the
    evening's.
    """

    day: date
    duty: Duty
    came: Attended


@dataclass(frozen=True, slots=True)
class Stayed:
    """A presence; `ended_at` None: they are still there. `shift_id` as of a Presence, `day` that of its shift."""

    day: date
    desk_id: int | None
    site_id: int | None
    began_at: datetime
    ended_at: datetime | None
    ended_by: str
    shift_id: int | None
    break_since: datetime | None
    break_minutes: int

    def breaks(self, now: datetime) -> timedelta:
        """A break that goes on counts until now."""
        going_on = NONE if self.break_since is None else max(NONE, (self.ended_at or now) - self.break_since)
        return self.break_minutes * MINUTE + going_on

    def worked(self, now: datetime) -> timedelta:
        """At a desk, without breaks: whoever only came through the entrance has not worked yet."""
        if self.desk_id is None:
            return NONE
        return max(NONE, (self.ended_at or now) - self.began_at - self.breaks(now))


@dataclass(slots=True)
class Hours:
    """Sums of one person, over a day or all of them. `open`: somebody is still there, counted until now."""

    planned: timedelta = NONE
    worked: timedelta = NONE
    breaks: timedelta = NONE
    minutes_late: int = 0
    minutes_early: int = 0
    left_early: int = 0
    no_shows: int = 0
    open: bool = False

    def add_shift(self, shift: Planned) -> None:
        """Count a shift; one that was taken from its person is none."""
        duty, came = shift.duty, shift.came
        if duty.state == DROPPED:
            return
        self.planned += duty.ends_at - duty.starts_at
        self.no_shows += duty.state == NO_SHOW
        if came.arrived_at is not None:
            self.minutes_late += max(0, minutes_late(duty, came.arrived_at))
        if duty.state == LEFT_EARLY:
            self.left_early += 1
            self.minutes_early += 0 if came.ended_at is None else (duty.ends_at - came.ended_at) // MINUTE

    def add_stay(self, stay: Stayed, now: datetime) -> None:
        """Count a presence."""
        self.worked += stay.worked(now)
        self.breaks += stay.breaks(now)
        self.open = self.open or stay.ended_at is None

    def as_json(self) -> dict[str, float | int | bool]:
        """Hours with two decimals, minutes and counts whole."""
        return {
            "planned_hours": in_hours(self.planned),
            "worked_hours": in_hours(self.worked),
            "break_hours": in_hours(self.breaks),
            "minutes_late": self.minutes_late,
            "left_early": self.left_early,
            "minutes_early": self.minutes_early,
            "no_shows": self.no_shows,
            "open": self.open,
        }


def in_hours(length: timedelta) -> float:
    """With two decimals, so that what is added up in a spreadsheet is what is shown in it."""
    return round(length / HOUR, 2)


def total(shifts: Iterable[Planned], stays: Iterable[Stayed], now: datetime) -> Hours:
    """All of one person."""
    hours = Hours()
    for shift in shifts:
        hours.add_shift(shift)
    for stay in stays:
        hours.add_stay(stay, now)
    return hours


def by_day(shifts: Iterable[Planned], stays: Iterable[Stayed], now: datetime) -> dict[date, Hours]:
    """One person's days, the earliest first."""
    days: dict[date, Hours] = {}
    for shift in shifts:
        if shift.duty.state != DROPPED:
            days.setdefault(shift.day, Hours()).add_shift(shift)
    for stay in stays:
        days.setdefault(stay.day, Hours()).add_stay(stay, now)
    return dict(sorted(days.items()))
