"""Presences worked out anew from a person's scans, and what their shifts come to by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, delete, insert, select, update

from deskops.core.database import table_of
from deskops.core.unit_of_work import UnitOfWork
from deskops.staff.models import StaffMember
from deskops.staff.queries.attendance import (
    NEAR,
    PRESENCES,
    SHIFTS,
    duties_of,
    presences_since,
    scans_since,
    shifts_near,
)
from deskops.staff.rules import DROPPED
from deskops.staff.rules.attendance import Duty, Times, attended, duty_of
from deskops.staff.rules.presence import Effect, Spot, Stay, fold

STAFF = table_of(StaffMember)
_LOCK = (
    select(STAFF)
    .where(STAFF.c.trip_id == bindparam("trip_id"), STAFF.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(STAFF.c.id)
    .with_for_update(key_share=True)
)
_INSERT = insert(PRESENCES)
_FACTS = ("desk_id", "site_id", "shift_id", "ended_at", "ended_by", "break_since", "break_minutes")


class Refolded(NamedTuple):
    """What a person's scans came to: each one's effect by nonce, their shifts near, where they were taken to be until now,
    and where they are.
    """

    effects: Mapping[str, Effect]
    duties: list[Duty]
    before: Spot | None
    here: Stay | None
    effect: Effect = Effect.COUNTED


def locked_staff(uow: UnitOfWork, trip_id: int, staff_ids: set[int]) -> dict[int, Row[Any]]:
    """People of the trip by id, locked until the commit in the order of their ids: who works comes before all else."""
    if not staff_ids:
        return {}
    rows = uow.session.execute(_LOCK, {"trip_id": trip_id, "ids": sorted(staff_ids)})
    return {row.id: row for row in rows}


def refold(uow: UnitOfWork, trip_id: int, staff_id: int, at: datetime, times: Times) -> Refolded:
    """Work out anew what a locked person's scans come to from a day before a time on."""
    horizon = at - NEAR
    lasting = presences_since(uow.session, staff_id, horizon)
    since = min([horizon, *(row.began_at for row in lasting)])
    folded = fold(scans_since(uow.session, staff_id, since))
    rows = shifts_near(uow.session, staff_id, since, uow.now + NEAR)
    duties = duties_of(rows)
    wanted = {stay.began_at: _values(stay, duties, times) for stay in folded.stays}
    _keep_presences(uow, {"trip_id": trip_id, "staff_id": staff_id}, lasting, wanted)
    known = {row.id: row for row in rows if row.starts_at > horizon}
    _keep_shifts(uow, known, duties, folded.stays, times)
    open_before = next((Spot(row.desk_id, row.site_id) for row in lasting if row.ended_at is None), None)
    return Refolded(folded.effects, duties, open_before, folded.here)


def _keep_presences(
    uow: UnitOfWork,
    whose: dict[str, int],
    rows: Sequence[Row[Any]],
    wanted: Mapping[datetime, dict[str, Any]],
) -> None:
    """Each is known by when it began. In their order, so that what ended is written before what lasts: nobody is at two
    places at once.
    """
    known = {row.began_at: row for row in rows}
    if gone := [row.id for began, row in known.items() if began not in wanted]:
        uow.session.execute(delete(PRESENCES).where(PRESENCES.c.id.in_(gone)))
    for began, values in sorted(wanted.items()):
        row = known.get(began)
        if row is None:
            uow.session.execute(_INSERT, {**whose, **values, "began_at": began})
        elif any(getattr(row, name) != values[name] for name in _FACTS):
            uow.session.execute(update(PRESENCES).where(PRESENCES.c.id == row.id).values(values))


def _values(stay: Stay, duties: Sequence[Duty], times: Times) -> dict[str, Any]:
    duty = duty_of(duties, stay.began_at, stay.spot.desk_id, times)
    return {
        "desk_id": stay.spot.desk_id,
        "site_id": stay.spot.site_id,
        "shift_id": None if duty is None else duty.id,
        "ended_at": stay.ended_at,
        "ended_by": stay.ended_by,
        "break_since": stay.break_since,
        "break_minutes": stay.break_minutes,
    }


def _keep_shifts(
    uow: UnitOfWork,
    known: Mapping[int, Row[Any]],
    duties: Sequence[Duty],
    stays: Sequence[Stay],
    times: Times,
) -> None:
    for duty in duties:
        row = known.get(duty.id)
        if row is None:
            continue
        found = attended(duty, stays, uow.now, times)
        if found != (row.state, row.arrived_at, row.ended_at):
            # Whoever takes a shift away in the same instant is right.
            stands = (SHIFTS.c.id == duty.id, SHIFTS.c.state != DROPPED)
            uow.session.execute(update(SHIFTS).where(*stands).values(found._asdict()))
