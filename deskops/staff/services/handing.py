"""Shifts that people take on themselves: they know of them, so nobody tells them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, or_, select, update

from deskops.core.unit_of_work import UnitOfWork
from deskops.staff.queries.own import SHIFTS, STAFF
from deskops.staff.rules import COVERS
from deskops.staff.services.plan import Gift, give
from deskops.staff.services.texting import give_roles


def hand(uow: UnitOfWork, trip_id: int, gifts: Sequence[Gift]) -> list[int]:
    """Give shifts to people who asked for them, with the role that it takes to work there; returns the shifts' ids."""
    give(uow, gifts)
    given = [
        and_(SHIFTS.c.staff_id == one.staff_id, SHIFTS.c.desk_shift_id == one.desk_shift_id) for one in gifts
    ]
    new = (or_(*given), SHIFTS.c.state.in_(COVERS))
    uow.session.execute(update(SHIFTS).where(*new).values(told_at=uow.now, confirmed_at=uow.now))
    columns: list[Any] = [SHIFTS.c.id, SHIFTS.c.desk_id, SHIFTS.c.state, STAFF.c.user_id, STAFF.c.role]
    query = select(*columns).join(STAFF, STAFF.c.id == SHIFTS.c.staff_id).where(*new)
    rows = uow.session.execute(query.order_by(SHIFTS.c.id)).all()
    give_roles(uow, trip_id, rows)
    return [row.id for row in rows]
