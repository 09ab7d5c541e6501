"""Use cases of staff: adding people by the hundred, and their shifts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select

from deskops.accounts.actor import Actor
from deskops.accounts.events import UsersCreated
from deskops.accounts.models import GrantRow, User
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.pacing import parts
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.models import Desk
from deskops.staff.errors import PersonnelNumberTaken
from deskops.staff.events import StaffAdded
from deskops.staff.models import Shift, StaffAvailability, StaffMember, StaffTopic

STAFF, SHIFTS, USERS = table_of(StaffMember), table_of(Shift), table_of(User)
KNOWLEDGE, AVAILABILITY = table_of(StaffTopic), table_of(StaffAvailability)
GRANTS = table_of(GrantRow)


@dataclass(frozen=True)
class NewStaff:
    """Somebody to be added. `role` is staff or desk_head; without a home desk they may work at any. `windows` are the times
    in which they can work, none: at any.
    """

    personnel_number: str
    name: str
    mobile: str
    languages: tuple[str, ...]
    role: str
    home_desk_id: int | None
    agency_id: int | None = None
    topic_ids: tuple[int, ...] = ()
    windows: tuple[tuple[datetime, datetime], ...] = ()
    most_shifts: int | None = None
    has_left: bool = False


def add_staff(uow: UnitOfWork, actor: Actor, trip_id: int, people: Sequence[NewStaff]) -> list[int]:
    """Add people with an account and a role at their home desk each; returns their ids in the same order.

    The accounts have no password: people sign in with a link or a badge. Raises Forbidden,
    PersonnelNumberTaken, NotFound for a desk of another trip.
    """
    actor.require("staff.manage", trip_id)
    _check_desks(uow, trip_id, {person.home_desk_id for person in people if person.home_desk_id is not None})
    _check_numbers(uow, trip_id, [person.personnel_number for person in people])
    if not people:
        return []
    ids = insert_people(uow, trip_id, people)
    uow.record(StaffAdded(trip_id=trip_id, count=len(ids)))
    return ids


def insert_people(uow: UnitOfWork, trip_id: int, people: Sequence[NewStaff]) -> list[int]:
    """Their accounts, roles and rows; returns the ids in the same order. What they hold was checked by the caller."""
    user_ids: list[int] = []
    ids: list[int] = []
    for some in parts(people):
        users = [{"name": one.name, "active": True, "version": 1, "created_at": uow.now} for one in some]
        accounts = _insert_in_order(uow, USERS, users)
        _insert(
            uow,
            GRANTS,
            [_grant(trip_id, *pair) for pair in zip(accounts, some, strict=True) if not pair[1].has_left],
        )
        members = [
            _member(trip_id, user_id, one, uow.now) for user_id, one in zip(accounts, some, strict=True)
        ]
        user_ids += accounts
        ids += _insert_in_order(uow, STAFF, members)
    topics = zip(ids, (person.topic_ids for person in people), strict=True)
    windows = zip(ids, (person.windows for person in people), strict=True)
    insert_parts(uow, topics, windows)
    if user_ids:
        uow.record(UsersCreated(user_ids=tuple(user_ids)))
    return ids


def insert_parts(
    uow: UnitOfWork,
    topics: Iterable[tuple[int, Sequence[int]]],
    windows: Iterable[tuple[int, Sequence[tuple[datetime, datetime]]]],
) -> None:
    """What people know and when they can work, by staff id."""
    _insert(
        uow,
        KNOWLEDGE,
        [{"staff_id": staff_id, "topic_id": topic} for staff_id, ids in topics for topic in ids],
    )
    spans = [
        {"staff_id": staff_id, "starts_at": begin, "ends_at": end}
        for staff_id, times in windows
        for begin, end in times
    ]
    _insert(uow, AVAILABILITY, spans)


def _insert(uow: UnitOfWork, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    for some in parts(rows):
        uow.session.execute(insert(table), some)


def _grant(trip_id: int, user_id: int, person: NewStaff) -> dict[str, Any]:
    return {"user_id": user_id, "role": person.role, "trip_id": trip_id, "desk_id": person.home_desk_id}


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


def _member(trip_id: int, user_id: int, person: NewStaff, now: datetime) -> dict[str, Any]:
    return {
        "trip_id": trip_id,
        "user_id": user_id,
        "personnel_number": person.personnel_number,
        "name": person.name,
        "mobile": person.mobile,
        "languages": ",".join(person.languages),
        "home_desk_id": person.home_desk_id,
        "agency_id": person.agency_id,
        "role": person.role,
        "most_shifts": person.most_shifts,
        "retired_at": now if person.has_left else None,
    }
