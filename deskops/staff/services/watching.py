"""Every minute: who didn't come, whose shift is at risk, and who forgot to check out. Safe to run twice."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deskops.core import clock, jobs, runtime
from deskops.core.database import table_of
from deskops.core.errors import Refusal
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.desks.models import Desk, Trip
from deskops.staff.events import ShiftsAtRisk, ShiftsMissed
from deskops.staff.models import Presence, Shift
from deskops.staff.queries.attendance import NEAR, duties_of, presences_since, shifts_near, stay_of, times_of
from deskops.staff.queries.cover import cover_lines
from deskops.staff.rules import AUTO, NO_SHOW, OUT, PLANNED
from deskops.staff.rules.attendance import closes_at
from deskops.staff.services.presence import locked_staff, refold
from deskops.staff.services.scanning import put_scan

log = logging.getLogger(__name__)
SHIFTS, HERE, DESKS, TRIPS = (table_of(model) for model in (Shift, Presence, Desk, Trip))
# So many people in one transaction: scans wait for it.
_AT_ONCE = 25


@jobs.handler("staff.watch_presence", every=timedelta(minutes=1))
def watch(_payload: dict[str, Any]) -> None:
    """All trips that aren't over."""
    with runtime.current().database.reading() as session:
        trips = session.scalars(
            select(TRIPS.c.id).where(TRIPS.c.phase != "closed").order_by(TRIPS.c.id)
        ).all()
    for trip_id in trips:
        watch_trip(trip_id)


def watch_trip(trip_id: int) -> None:
    """One trip, some people at a time."""
    with runtime.current().database.reading() as session:
        now = clock.now()
        missed = _missed(session, trip_id, now)
        forgotten = _forgotten(session, trip_id, now)
        risky = [
            line.shift_id
            for line in cover_lines(session, trip_id, now, None, in_trouble=True, limit=5000)
            if line.trouble == "at_risk" and line.shift_id is not None
        ]
    _in_parts(missed, lambda uow, some: _give_up(uow, trip_id, some))
    _in_parts(forgotten, lambda uow, some: _close(uow, trip_id, some))
    if risky:
        with unit_of_work(jobs.WORKER) as uow:
            _warn(uow, trip_id, risky)


def _in_parts(staff_ids: list[int], work: Callable[[UnitOfWork, set[int]], None]) -> None:
    for begin in range(0, len(staff_ids), _AT_ONCE):
        try:
            with unit_of_work(jobs.WORKER) as uow:
                work(uow, set(staff_ids[begin : begin + _AT_ONCE]))
        except Refusal as refusal:
            # The next minute does it.
            log.warning("presences were not looked at: %s", refusal.code)


def _missed(session: Session, trip_id: int, now: datetime) -> list[int]:
    """People with a shift that began so long ago that they should have come."""
    late = now - times_of(session, trip_id).no_show_after
    query = (
        select(SHIFTS.c.staff_id)
        .where(SHIFTS.c.desk_id.in_(select(DESKS.c.id).where(DESKS.c.trip_id == trip_id)))
        .where(SHIFTS.c.state == PLANNED, SHIFTS.c.starts_at <= late, SHIFTS.c.starts_at > now - NEAR)
    )
    return sorted(set(session.scalars(query)))


def _give_up(uow: UnitOfWork, trip_id: int, staff_ids: set[int]) -> None:
    before = _planned(uow, staff_ids)
    times = times_of(uow.session, trip_id)
    for staff_id in sorted(locked_staff(uow, trip_id, staff_ids)):
        refold(uow, trip_id, staff_id, uow.now, times)
    missed = select(SHIFTS.c.desk_id).where(SHIFTS.c.id.in_(before), SHIFTS.c.state == NO_SHOW)
    for desk_id, count in sorted(Counter(uow.session.scalars(missed)).items()):
        uow.record(ShiftsMissed(trip_id=trip_id, desk_id=desk_id, count=count))


def _planned(uow: UnitOfWork, staff_ids: set[int]) -> list[int]:
    query = select(SHIFTS.c.id).where(
        SHIFTS.c.staff_id.in_(staff_ids), SHIFTS.c.state == PLANNED, SHIFTS.c.starts_at > uow.now - NEAR
    )
    return list(uow.session.scalars(query))


def _forgotten(session: Session, trip_id: int, now: datetime) -> list[int]:
    """People who are somewhere for longer than the shortest time after which a presence may be closed."""
    times = times_of(session, trip_id)
    query = select(HERE.c.staff_id).where(
        HERE.c.trip_id == trip_id, HERE.c.ended_at.is_(None), HERE.c.began_at <= now - times.close_after
    )
    return [
        staff_id
        for staff_id in sorted(set(session.scalars(query)))
        if _end(session, trip_id, staff_id, now) is not None
    ]


def _end(session: Session, trip_id: int, staff_id: int, now: datetime) -> tuple[datetime, Any] | None:
    """When somebody's open presence is to count as ended, and the presence."""
    row = next((one for one in presences_since(session, staff_id, now) if one.ended_at is None), None)
    if row is None:
        return None
    duties = duties_of(shifts_near(session, staff_id, row.began_at, now))
    end = closes_at(stay_of(row), duties, now, times_of(session, trip_id))
    return None if end is None else (end, row)


def _close(uow: UnitOfWork, trip_id: int, staff_ids: set[int]) -> None:
    for staff_id in sorted(locked_staff(uow, trip_id, staff_ids)):
        found = _end(uow.session, trip_id, staff_id, uow.now)
        if found is not None:
            end, row = found
            put_scan(uow, jobs.WORKER, trip_id, staff_id, OUT, stay_of(row).spot, AUTO, end)


def _warn(uow: UnitOfWork, trip_id: int, shift_ids: Iterable[int]) -> None:
    """Once for each shift: who confirms or comes meanwhile is no longer listed, and who doesn't is told of already."""
    new = (
        update(SHIFTS)
        .where(SHIFTS.c.id.in_([*shift_ids]), SHIFTS.c.warned_at.is_(None), SHIFTS.c.state == PLANNED)
        .values(warned_at=uow.now)
        .returning(SHIFTS.c.desk_id)
    )
    for desk_id, count in sorted(Counter(uow.session.scalars(new)).items()):
        uow.record(ShiftsAtRisk(trip_id=trip_id, desk_id=desk_id, count=count))
