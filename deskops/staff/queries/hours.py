"""Hours worked, read person by person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.staff.models import Presence, Shift, StaffMember
from deskops.staff.queries.badges import chunks
from deskops.staff.queries.roster_sheets import Bounds, within
from deskops.staff.rules.attendance import Attended, Duty
from deskops.staff.rules.hours import Hours, Planned, Stayed, by_day, total

STAFF, SHIFTS, PRESENCES = table_of(StaffMember), table_of(Shift), table_of(Presence)


@dataclass
class PersonHours:
    """Somebody's shifts and presences in a time."""

    staff_id: int
    number: str
    name: str
    desk_id: int | None
    shifts: list[Planned] = field(default_factory=list)
    stays: list[Stayed] = field(default_factory=list)

    def total(self, now: datetime) -> Hours:
        return total(self.shifts, self.stays, now)

    def by_day(self, now: datetime) -> dict[date, Hours]:
        return by_day(self.shifts, self.stays, now)


def hours_of(
    session: Session,
    trip_id: int,
    staff_ids: Collection[int],
    bounds: Bounds | None,
    desk_ids: Collection[int] | None = None,
) -> list[PersonHours]:
    """In the order given. `desk_ids` leaves only what was at those desks; None: all. A presence belongs to the day of the
    shift that it fulfils.
    """
    people: dict[int, PersonHours] = {}
    for ids in chunks(staff_ids):
        query = select(STAFF).where(STAFF.c.trip_id == trip_id, STAFF.c.id.in_(ids))
        for row in session.execute(query):
            people[row.id] = PersonHours(row.id, row.personnel_number, row.name, row.home_desk_id)
        days = _add_shifts(session, ids, bounds, desk_ids, people)
        _add_stays(session, ids, bounds, desk_ids, people, days)
    return [people[one] for one in staff_ids if one in people]


def _add_shifts(
    session: Session,
    ids: list[int],
    bounds: Bounds | None,
    desk_ids: Collection[int] | None,
    people: dict[int, PersonHours],
) -> dict[int, date]:
    """Returns the day of each shift, of whatever desk."""
    days: dict[int, date] = {}
    query = select(SHIFTS).where(SHIFTS.c.staff_id.in_(ids)).order_by(SHIFTS.c.starts_at)
    for row in session.execute(within(query, SHIFTS, bounds)):
        days[row.id] = local_day(row.starts_at)
        if row.staff_id in people and (desk_ids is None or row.desk_id in desk_ids):
            people[row.staff_id].shifts.append(_planned(row, days[row.id]))
    return days


def _add_stays(
    session: Session,
    ids: list[int],
    bounds: Bounds | None,
    desk_ids: Collection[int] | None,
    people: dict[int, PersonHours],
    days: dict[int, date],
) -> None:
    query = select(PRESENCES).where(PRESENCES.c.staff_id.in_(ids)).order_by(PRESENCES.c.began_at)
    if desk_ids is not None:
        query = query.where(PRESENCES.c.desk_id.in_(desk_ids))
    for row in session.execute(query):
        # Who comes before midnight for a shift after it works on the shift's day.
        belongs = row.shift_id in days if row.shift_id is not None else _is_within(row.began_at, bounds)
        if row.staff_id in people and belongs:
            day = days.get(row.shift_id) or local_day(row.began_at)
            people[row.staff_id].stays.append(_stayed(row, day))


def _is_within(at: datetime, bounds: Bounds | None) -> bool:
    return bounds is None or bounds[0] <= at < bounds[1]


def _planned(row: Any, day: date) -> Planned:
    duty = Duty(row.id, row.desk_id, row.starts_at, row.ends_at, row.state)
    return Planned(day, duty, Attended(row.state, row.arrived_at, row.ended_at))


def _stayed(row: Any, day: date) -> Stayed:
    return Stayed(
        day=day,
        desk_id=row.desk_id,
        site_id=row.site_id,
        began_at=row.began_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        shift_id=row.shift_id,
        break_since=row.break_since,
        break_minutes=row.break_minutes,
    )
