"""A day dealt out evenly, for a demo that may begin at any hour: shifts by the clock, and everybody at their home desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import insert, select

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.dates import day_bounds
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.upsert import upsert
from deskops.desks.services.needs import columns_of
from deskops.staff import rules
from deskops.staff.events import ShiftsPlanned
from deskops.staff.models import DeskShift, Shift, ShiftPattern, StaffMember
from deskops.staff.queries.shifts import patterns_of
from deskops.staff.rules.times import ShiftTimes
from deskops.staff.services.laying import needs_of

STAFF, SHIFTS, SLOTS = table_of(StaffMember), table_of(Shift), table_of(DeskShift)
HOURS_EACH = 24 // rules.SHIFTS_A_DAY
NAMES = (("شب تا صبح", "Night"), ("صبح تا عصر", "Day"), ("عصر تا نیمه‌شب", "Evening"))
TIMES = tuple(
    ShiftTimes(rules.MIDNIGHT, turn * HOURS_EACH * 60, rules.MIDNIGHT, (turn + 1) * HOURS_EACH * 60)
    for turn in range(rules.SHIFTS_A_DAY)
)


def plan_shifts(uow: UnitOfWork, actor: Actor, trip_id: int, day: date) -> int:
    """Put everybody at their home desk for one shift of a day, dealt out evenly; returns how many shifts people got.

    The desks get these shifts, by patterns that are made where the trip has none. A day on which people have shifts already
    is left as it is. Raises Forbidden.
    """
    actor.require("trip.setup", trip_id)
    midnight, end = day_bounds(day)
    if _has_shifts(uow, trip_id, midnight, end):
        return 0
    here = STAFF.c.trip_id == trip_id, STAFF.c.home_desk_id.is_not(None), STAFF.c.retired_at.is_(None)
    people = uow.session.execute(
        select(STAFF.c.id, STAFF.c.home_desk_id).where(*here).order_by(STAFF.c.id)
    ).all()
    if not people:
        return 0
    slots = _slots(uow, trip_id, day, {member.home_desk_id for member in people})
    rows = []
    at_desk: Counter[int] = Counter()
    for member in people:
        turn = at_desk[member.home_desk_id] % rules.SHIFTS_A_DAY
        at_desk[member.home_desk_id] += 1
        begins, ends = rules.shift_bounds(midnight, turn)
        rows.append(
            {
                "staff_id": member.id, "desk_id": member.home_desk_id, "starts_at": begins, "ends_at": ends,
                "desk_shift_id": slots[member.home_desk_id, begins, ends], "told_at": uow.now,
            }
        )  # fmt: skip
    uow.session.execute(insert(SHIFTS), rows)
    uow.record(ShiftsPlanned(trip_id=trip_id, day=day.isoformat(), count=len(rows)))
    return len(rows)


def _slots(
    uow: UnitOfWork, trip_id: int, day: date, desk_ids: Collection[int]
) -> Mapping[tuple[int, datetime, datetime], int]:
    """The day's shifts of these desks, laid where they aren't yet: their ids by desk, begin and end."""
    patterns, needs, midnight = _patterns(uow, trip_id), needs_of(uow, desk_ids), day_bounds(day)[0]
    rows = []
    for desk_id in sorted(desk_ids):
        for turn in range(rules.SHIFTS_A_DAY):
            begins, ends = rules.shift_bounds(midnight, turn)
            facts = {"trip_id": trip_id, "desk_id": desk_id, "day": day, "starts_at": begins, "ends_at": ends}
            facts |= {"pattern_id": patterns.get(TIMES[turn]), "version": 1}
            rows.append(facts | columns_of(needs[desk_id]))
    uow.session.execute(upsert(uow.session, SLOTS).on_conflict_do_nothing(), rows)
    query = select(SLOTS.c.id, SLOTS.c.desk_id, SLOTS.c.starts_at, SLOTS.c.ends_at)
    found = uow.session.execute(query.where(SLOTS.c.trip_id == trip_id, SLOTS.c.day == day))
    return {(row.desk_id, row.starts_at, row.ends_at): row.id for row in found}


def _patterns(uow: UnitOfWork, trip_id: int) -> dict[ShiftTimes, int]:
    known = {one.times: one.id for one in patterns_of(uow.session, trip_id)}
    if known:
        return known
    rows = [
        ShiftPattern(trip_id=trip_id, name_fa=names[0], name_en=names[1], position=turn, **vars(TIMES[turn]))
        for turn, names in enumerate(NAMES)
    ]
    uow.session.add_all(rows)
    uow.session.flush()
    return {times: row.id for times, row in zip(TIMES, rows, strict=True)}


def _has_shifts(uow: UnitOfWork, trip_id: int, begins: datetime, ends: datetime) -> bool:
    query = (
        select(SHIFTS.c.id)
        .join(STAFF, STAFF.c.id == SHIFTS.c.staff_id)
        .where(STAFF.c.trip_id == trip_id, SHIFTS.c.starts_at >= begins, SHIFTS.c.starts_at < ends)
    )
    return uow.session.execute(query.limit(1)).first() is not None
