"""Reads of patterns, settings, and the shifts that desks need filled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.dates import day_bounds
from deskops.core.errors import NotFound
from deskops.core.i18n import PERSIAN, lang
from deskops.desks.models import Desk, DeskHours
from deskops.staff import rules
from deskops.staff.models import DeskShift, RosterSettings, Shift, ShiftPattern
from deskops.staff.rules.times import ShiftTimes, length_fault

SLOTS, SHIFTS, PATTERNS = table_of(DeskShift), table_of(Shift), table_of(ShiftPattern)
HOURS, DESKS = table_of(DeskHours), table_of(Desk)


@dataclass(frozen=True)
class Settings:
    """As a RosterSettings, with what holds where nobody set anything."""

    rest: int = 480
    most_shifts: int = 6
    no_show_after: int = 15
    at_risk_before: int = 60
    early: int = 60
    close_after: int = 60
    break_after: int = 150
    break_minutes: int = 20
    version: int = 1


def settings_of(session: Session, trip_id: int) -> Settings:
    """What holds for all rosters of a trip."""
    table = table_of(RosterSettings)
    row = session.execute(select(table).where(table.c.trip_id == trip_id)).first()
    if row is None:
        return Settings()
    return Settings(**{name: getattr(row, name) for name in asdict(Settings())})


@dataclass(frozen=True)
class PatternLine:
    """A pattern as a page shows it."""

    id: int
    name_fa: str
    name_en: str
    times: ShiftTimes
    version: int

    @property
    def name(self) -> str:
        """In the current language."""
        return self.name_fa if lang() == PERSIAN else self.name_en or self.name_fa

    def as_json(self) -> dict[str, Any]:
        """Flat, as it is sent in."""
        facts = {name: getattr(self, name) for name in ("id", "name_fa", "name_en", "version")}
        return facts | asdict(self.times)


def patterns_of(session: Session, trip_id: int) -> list[PatternLine]:
    """In their order."""
    query = select(PATTERNS).where(PATTERNS.c.trip_id == trip_id)
    rows = session.execute(query.order_by(PATTERNS.c.position, PATTERNS.c.id))
    return [PatternLine(row.id, row.name_fa, row.name_en, times_of(row), row.version) for row in rows]


def times_of(row: Any) -> ShiftTimes:
    """Of a pattern's row."""
    return ShiftTimes(row.begins_from, row.begins_minutes, row.ends_from, row.ends_minutes)


def usual_hours(session: Session, trip_id: int) -> tuple[int, int] | None:
    """The hours that most desks have on most days, for an example; None where no desk has any."""
    query = (
        select(HOURS.c.opens, HOURS.c.closes)
        .join(DESKS, DESKS.c.id == HOURS.c.desk_id)
        .where(DESKS.c.trip_id == trip_id)
        .group_by(HOURS.c.opens, HOURS.c.closes)
        .order_by(func.count().desc(), HOURS.c.opens)
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else (row.opens, row.closes)


@dataclass(frozen=True)
class ShiftLine:
    """A shift of a desk with its need, and how many people the plan has in it."""

    id: int
    desk_id: int
    pattern_id: int | None
    day: date
    starts_at: datetime
    ends_at: datetime
    minimum: int
    target: int
    supervisors: int
    languages: tuple[str, ...]
    version: int
    planned: int = 0

    def as_json(self) -> dict[str, Any]:
        """Times in ISO 8601, UTC."""
        times = {name: getattr(self, name).isoformat() for name in ("day", "starts_at", "ends_at")}
        return asdict(self) | times | {"languages": list(self.languages)}


def shift_lines(
    session: Session, trip_id: int, day: date, desk_ids: Collection[int] | None = None
) -> list[ShiftLine]:
    """A day's shifts of all desks or some, by desk and time."""
    query = select(SLOTS).where(SLOTS.c.trip_id == trip_id, SLOTS.c.day == day)
    if desk_ids is not None:
        query = query.where(SLOTS.c.desk_id.in_(desk_ids))
    rows = session.execute(query.order_by(SLOTS.c.starts_at, SLOTS.c.ends_at, SLOTS.c.id)).all()
    planned = _planned(session, trip_id, day)
    return [_line(row, planned.get(row.id, 0)) for row in rows]


def shift_line(session: Session, trip_id: int, shift_id: int) -> ShiftLine:
    """Raises NotFound."""
    row = session.execute(select(SLOTS).where(SLOTS.c.trip_id == trip_id, SLOTS.c.id == shift_id)).first()
    if row is None:
        raise NotFound()
    query = select(func.count()).where(SHIFTS.c.desk_shift_id == shift_id, SHIFTS.c.state.in_(rules.COVERS))
    return _line(row, session.scalar(query) or 0)


def days_with_shifts(session: Session, trip_id: int) -> dict[date, int]:
    """How many shifts desks have, by day."""
    query = select(SLOTS.c.day, func.count().label("count")).where(SLOTS.c.trip_id == trip_id)
    rows = session.execute(query.group_by(SLOTS.c.day).order_by(SLOTS.c.day))
    return {row.day: row[1] for row in rows}


def days_with_hours(session: Session, trip_id: int) -> list[date]:
    """The days on which some desk opens."""
    query = select(HOURS.c.day).join(DESKS, DESKS.c.id == HOURS.c.desk_id)
    query = query.where(DESKS.c.trip_id == trip_id).distinct().order_by(HOURS.c.day)
    return list(session.scalars(query))


@dataclass(frozen=True)
class Misfit:
    """A shift ahead that isn't where its pattern has it. `fits`: begin and end by the hours as they are, None on a day on
    which the desk is closed or that leaves no room. `taken`: the desk has another shift there.
    """

    id: int
    desk_id: int
    day: date
    starts_at: datetime
    ends_at: datetime
    fits: tuple[datetime, datetime] | None
    taken: bool


def misfits(session: Session, trip_id: int, now: datetime) -> list[Misfit]:
    """Shifts whose desk's hours, or whose pattern, changed after they were laid, and that can still be moved."""
    query = (
        select(SLOTS, *(PATTERNS.c[name] for name in _TIMES), HOURS.c.opens, HOURS.c.closes)
        .outerjoin(PATTERNS, PATTERNS.c.id == SLOTS.c.pattern_id)
        .outerjoin(HOURS, (HOURS.c.desk_id == SLOTS.c.desk_id) & (HOURS.c.day == SLOTS.c.day))
        .where(SLOTS.c.trip_id == trip_id, SLOTS.c.starts_at > now)
        .order_by(SLOTS.c.starts_at, SLOTS.c.desk_id, SLOTS.c.id)
    )
    moving = []
    # Times that a shift leaves are free for another one.
    taken = set()
    for row in session.execute(query):
        fits = _fits(row, now)
        if fits == (row.starts_at, row.ends_at):
            taken.add((row.desk_id, *fits))
        else:
            moving.append((row, fits))
    found = []
    for row, fits in moving:
        is_taken = fits is not None and (row.desk_id, *fits) in taken
        found.append(Misfit(row.id, row.desk_id, row.day, row.starts_at, row.ends_at, fits, is_taken))
        if fits is not None:
            taken.add((row.desk_id, *fits))
    return found


_TIMES = ("begins_from", "begins_minutes", "ends_from", "ends_minutes")


def _fits(row: Any, now: datetime) -> tuple[datetime, datetime] | None:
    """Begin and end by the pattern; of a shift by none, or that would have begun, as they are."""
    stays = row.starts_at, row.ends_at
    if row.begins_from is None:
        return stays
    if row.opens is None:
        return None
    begins, ends = times_of(row).within(row.opens, row.closes)
    if length_fault(ends - begins) is not None:
        return None
    midnight = day_bounds(row.day)[0]
    fits = midnight + timedelta(minutes=begins), midnight + timedelta(minutes=ends)
    return fits if fits[0] > now else stays


def _planned(session: Session, trip_id: int, day: date) -> dict[int, int]:
    query = (
        select(SHIFTS.c.desk_shift_id, func.count().label("count"))
        .join(SLOTS, SLOTS.c.id == SHIFTS.c.desk_shift_id)
        .where(SLOTS.c.trip_id == trip_id, SLOTS.c.day == day, SHIFTS.c.state.in_(rules.COVERS))
        .group_by(SHIFTS.c.desk_shift_id)
    )
    return {row.desk_shift_id: row[1] for row in session.execute(query)}


def _line(row: Any, planned: int) -> ShiftLine:
    names = (
        "id", "desk_id", "pattern_id", "day", "starts_at", "ends_at", "minimum", "target", "supervisors", "version",
    )  # fmt: skip
    spoken = tuple(code for code in row.languages.split(",") if code)
    return ShiftLine(**{name: getattr(row, name) for name in names}, languages=spoken, planned=planned)
