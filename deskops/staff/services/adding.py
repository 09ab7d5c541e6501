"""Use cases of staff: adding people by the hundred, and their shifts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, insert, select

from deskops.accounts.actor import Actor
from deskops.accounts.events import UserCreated
from deskops.accounts.models import GrantRow, User
from deskops.core.database import table_of
from deskops.core.dates import day_bounds
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.models import Desk
from deskops.staff import rules
from deskops.staff.errors import PersonnelNumberTaken
from deskops.staff.events import ShiftsPlanned, StaffAdded
from deskops.staff.models import Shift, StaffMember

STAFF, SHIFTS, USERS = table_of(StaffMember), table_of(Shift), table_of(User)


@dataclass(frozen=True)
class NewStaff:
    """Somebody to be added. `role` is staff or desk_head."""

    personnel_number: str
    name: str
    mobile: str
    languages: tuple[str, ...]
    role: str
    home_desk_id: int


def add_staff(uow: UnitOfWork, actor: Actor, trip_id: int, people: Sequence[NewStaff]) -> list[int]:
    """Add people with an account and a role at their home desk each; returns their ids in the same order.

    The accounts have no password: people sign in with a link or a badge. Raises Forbidden,
    PersonnelNumberTaken, NotFound for a desk of another trip.
    """
    actor.require("trip.setup", trip_id)
    _check_desks(uow, trip_id, {person.home_desk_id for person in people})
    _check_numbers(uow, trip_id, [person.personnel_number for person in people])
    if not people:
        return []
    users = [{"name": person.name, "active": True, "version": 1, "created_at": uow.now} for person in people]
    user_ids = _insert_in_order(uow, USERS, users)
    grants = [
        {"user_id": user_id, "role": person.role, "trip_id": trip_id, "desk_id": person.home_desk_id}
        for user_id, person in zip(user_ids, people, strict=True)
    ]
    uow.session.execute(insert(table_of(GrantRow)), grants)
    members = [_member(trip_id, user_id, person) for user_id, person in zip(user_ids, people, strict=True)]
    ids = _insert_in_order(uow, STAFF, members)
    for user_id in user_ids:
        uow.record(UserCreated(user_id=user_id))
    uow.record(StaffAdded(trip_id=trip_id, count=len(ids)))
    return ids


def plan_shifts(uow: UnitOfWork, actor: Actor, trip_id: int, day: date) -> int:
    """Put everybody at their home desk for one shift of a day, dealt out evenly; returns how many shifts
    were made.

    A day that has shifts already is left as it is. Raises Forbidden.
    """
    actor.require("trip.setup", trip_id)
    midnight, end = day_bounds(day)
    if _has_shifts(uow, trip_id, midnight, end):
        return 0
    query = select(STAFF.c.id, STAFF.c.home_desk_id).where(
        STAFF.c.trip_id == trip_id, STAFF.c.home_desk_id.is_not(None)
    )
    rows = []
    at_desk: dict[int, int] = {}
    for member in uow.session.execute(query.order_by(STAFF.c.id)):
        turn = at_desk[member.home_desk_id] = at_desk.get(member.home_desk_id, -1) + 1
        begins, ends = rules.shift_bounds(midnight, turn % rules.SHIFTS_A_DAY)
        rows.append(
            {"staff_id": member.id, "desk_id": member.home_desk_id, "starts_at": begins, "ends_at": ends}
        )
    if rows:
        uow.session.execute(insert(SHIFTS), rows)
        uow.record(ShiftsPlanned(trip_id=trip_id, day=day.isoformat(), count=len(rows)))
    return len(rows)


def _has_shifts(uow: UnitOfWork, trip_id: int, begins: datetime, ends: datetime) -> bool:
    query = (
        select(SHIFTS.c.id)
        .join(STAFF, STAFF.c.id == SHIFTS.c.staff_id)
        .where(STAFF.c.trip_id == trip_id, SHIFTS.c.starts_at >= begins, SHIFTS.c.starts_at < ends)
    )
    return uow.session.execute(query.limit(1)).first() is not None


def _check_desks(uow: UnitOfWork, trip_id: int, desk_ids: set[int]) -> None:
    query = select(Desk.id).where(Desk.trip_id == trip_id)
    if not desk_ids <= set(uow.session.scalars(query)):
        raise NotFound()


def _check_numbers(uow: UnitOfWork, trip_id: int, numbers: Sequence[str]) -> None:
    query = select(STAFF.c.personnel_number).where(STAFF.c.trip_id == trip_id)
    known = set(uow.session.scalars(query))
    taken = sorted(number for number, times in Counter(numbers).items() if number in known or times > 1)
    if taken:
        raise PersonnelNumberTaken(details={"numbers": taken})


def _insert_in_order(uow: UnitOfWork, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    if not rows:
        return []
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(uow.session.execute(statement, rows).scalars())


def _member(trip_id: int, user_id: int, person: NewStaff) -> dict[str, Any]:
    return {
        "trip_id": trip_id,
        "user_id": user_id,
        "personnel_number": person.personnel_number,
        "name": person.name,
        "mobile": person.mobile,
        "languages": ",".join(person.languages),
        "home_desk_id": person.home_desk_id,
        "role": person.role,
    }
