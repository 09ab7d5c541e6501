"""Rosters as they are printed: day by day for each desk, and for each person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.dates import day_bounds, local_day
from deskops.desks.queries import Catalogue, SiteLabel
from deskops.staff.models import DeskShift, Shift, StaffMember
from deskops.staff.queries.badges import agency_title, chunks, desk_title
from deskops.staff.rules import COVERS, DESK_HEAD

STAFF, SHIFTS, NEEDS = table_of(StaffMember), table_of(Shift), table_of(DeskShift)
Bounds = tuple[datetime, datetime]


@dataclass(frozen=True)
class RosterLine:
    """Somebody in a shift."""

    name: str
    number: str
    role: str


@dataclass
class RosterShift:
    """A shift of a desk: who heads it first, then by name. `gaps` places have nobody yet; `wanted` None: nothing is set."""

    begins: datetime
    ends: datetime
    wanted: int | None = None
    people: list[RosterLine] = field(default_factory=list)

    @property
    def gaps(self) -> int:
        return max(0, (self.wanted or 0) - len(self.people))


@dataclass(frozen=True)
class DeskSheet:
    """A desk's roster by local day."""

    desk: str
    site: str
    address: str
    days: list[tuple[date, list[RosterShift]]]


@dataclass(frozen=True)
class OwnShift:
    """A shift as its person reads it."""

    begins: datetime
    ends: datetime
    desk: str
    site: str
    address: str


@dataclass(frozen=True)
class PersonSheet:
    """Somebody's shifts, the earliest first."""

    name: str
    number: str
    role: str
    agency: str
    desk: str
    shifts: list[OwnShift]


def bounds_of(first: date | None, last: date | None) -> Bounds | None:
    """From the first day's beginning to the last one's end; None for all days."""
    if first is None or last is None:
        return None
    return day_bounds(first)[0], day_bounds(last)[1]


def within(query: Select[Any], table: Any, bounds: Bounds | None) -> Select[Any]:
    """The shifts of a table that begin in a time."""
    if bounds is None:
        return query
    return query.where(table.c.starts_at >= bounds[0], table.c.starts_at < bounds[1])


def desk_sheets(
    session: Session, names: Catalogue, desk_ids: Iterable[int], bounds: Bounds | None
) -> list[DeskSheet]:
    """In the desks' order; a desk without a shift in that time has no sheet."""
    ids = set(desk_ids) & names.desks.keys()
    shifts = _needed(session, ids, bounds)
    query = select(
        SHIFTS.c.desk_id, SHIFTS.c.starts_at, SHIFTS.c.ends_at, STAFF.c.name, STAFF.c.personnel_number, STAFF.c.role
    ).join(STAFF, STAFF.c.id == SHIFTS.c.staff_id).where(SHIFTS.c.desk_id.in_(ids), SHIFTS.c.state.in_(COVERS))  # fmt: skip
    for row in session.execute(within(query, SHIFTS, bounds)):
        key = (row.starts_at, row.ends_at)
        shift = shifts[row.desk_id].setdefault(key, RosterShift(row.starts_at, row.ends_at))
        shift.people.append(RosterLine(row.name, row.personnel_number, row.role))
    return [
        _desk_sheet(names, desk_id, shifts[desk_id].values())
        for desk_id in names.desks
        if shifts.get(desk_id)
    ]


def person_sheets(
    session: Session, names: Catalogue, staff_ids: Collection[int], bounds: Bounds | None
) -> list[PersonSheet]:
    """In the order given; who has no shift in that time has no sheet."""
    people: dict[int, Any] = {}
    shifts: dict[int, list[OwnShift]] = defaultdict(list)
    for ids in chunks(staff_ids):
        wanted = select(STAFF).where(STAFF.c.trip_id == names.trip.id, STAFF.c.id.in_(ids))
        people |= {row.id: row for row in session.execute(wanted)}
        query = select(SHIFTS).where(SHIFTS.c.staff_id.in_(ids), SHIFTS.c.state.in_(COVERS))
        for row in session.execute(within(query, SHIFTS, bounds).order_by(SHIFTS.c.starts_at)):
            shifts[row.staff_id].append(_own_shift(row, names))
    return [
        PersonSheet(
            name=people[one].name,
            number=people[one].personnel_number,
            role=people[one].role,
            agency=agency_title(names, people[one].agency_id, people[one].home_desk_id),
            desk=desk_title(names, people[one].home_desk_id),
            shifts=shifts[one],
        )
        for one in staff_ids
        if one in people and shifts[one]
    ]


def _needed(
    session: Session, desk_ids: Collection[int], bounds: Bounds | None
) -> dict[int, dict[tuple[datetime, datetime], RosterShift]]:
    """Each desk's shifts with nobody in them yet."""
    shifts: dict[int, dict[tuple[datetime, datetime], RosterShift]] = defaultdict(dict)
    query = select(NEEDS).where(NEEDS.c.desk_id.in_(desk_ids))
    for row in session.execute(within(query, NEEDS, bounds)):
        shifts[row.desk_id][row.starts_at, row.ends_at] = RosterShift(row.starts_at, row.ends_at, row.target)
    return shifts


def _desk_sheet(names: Catalogue, desk_id: int, shifts: Iterable[RosterShift]) -> DeskSheet:
    in_order = sorted(shifts, key=lambda shift: (shift.begins, shift.ends))
    for shift in in_order:
        shift.people.sort(key=lambda line: (line.role != DESK_HEAD, line.name))
    days = [(day, list(group)) for day, group in groupby(in_order, lambda shift: local_day(shift.begins))]
    site = _site(names, desk_id)
    return DeskSheet(desk_title(names, desk_id), site.name, site.address, days)


def _site(names: Catalogue, desk_id: int) -> SiteLabel:
    return names.sites[names.desks[desk_id].site_id]


def _own_shift(row: Any, names: Catalogue) -> OwnShift:
    site = _site(names, row.desk_id)
    return OwnShift(row.starts_at, row.ends_at, desk_title(names, row.desk_id), site.name, site.address)
