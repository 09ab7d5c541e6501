"""Who could be asked to work at another desk."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, null, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import GrantRow, User
from deskops.accounts.permissions import DESK_HEAD, roles_that_may
from deskops.control.models import StaffMove
from deskops.control.rules.advice import ARRIVED, DWELL, PENDING, Mover, missed_least
from deskops.core import clock
from deskops.core.database import table_of
from deskops.demands.models import IS_AT_PLACE, Ticket
from deskops.desks.models import Desk, Place

DESKS, PLACES, TICKETS = table_of(Desk), table_of(Place), table_of(Ticket)
GRANTS, USERS, MOVES = table_of(GrantRow), table_of(User), table_of(StaffMove)
MOVES_PEOPLE = roles_that_may("staff_move.answer")


def movers_at(session: Session, trip_id: int, desk_id: int, for_day: date | None = None) -> list[Mover]:
    """Who sits at a desk's counters and can be asked, missed least first; for a day to come, who belongs to the desk.

    Left out are those who are asked already, and those who came a short while ago.
    """
    query = _seated(trip_id, desk_id) if for_day is None else _belonging(trip_id, desk_id)
    rows = session.execute(query.where(_is_settled(trip_id))).all()
    supervising = _supervisors(session, trip_id, desk_id)
    return missed_least(
        Mover(row.user_id, row.place_id, not row.is_busy, row.user_id in supervising) for row in rows
    )


def has_role(session: Session, trip_id: int, user_id: int) -> bool:
    """Whether somebody is one of the trip's people; who isn't is not named to its coordinators."""
    query = select(GRANTS.c.id).where(GRANTS.c.user_id == user_id, _of_trip(trip_id))
    return session.execute(query.limit(1)).first() is not None


def works(session: Session, trip_id: int, user_id: int) -> bool:
    """Whether somebody works at counters of the trip."""
    query = select(USERS.c.id).where(USERS.c.id == user_id, USERS.c.active.is_(True), _works(trip_id))
    return session.scalar(query) is not None


def may_be_asked(session: Session, trip_id: int, user_id: int) -> bool:
    """Whether somebody works at counters of the trip, and isn't asked to move already."""
    pending = select(MOVES.c.id).where(
        MOVES.c.user_id == user_id, MOVES.c.trip_id == trip_id, MOVES.c.state.in_(PENDING)
    )
    return works(session, trip_id, user_id) and session.execute(pending.limit(1)).first() is None


def people_to_ask(session: Session, trip_id: int) -> list[tuple[int, str]]:
    """(user, name) of all who could be asked by hand, by name."""
    query = select(USERS.c.id, USERS.c.name).where(USERS.c.active.is_(True), _works(trip_id))
    asked = _has_move(trip_id, MOVES.c.state.in_(PENDING))
    return [
        (row.id, row.name) for row in session.execute(query.where(~asked).order_by(USERS.c.name, USERS.c.id))
    ]


def desks_of(session: Session, trip_id: int) -> dict[int, int]:
    """User -> the desk at which they sit at a counter now."""
    rows = session.execute(
        select(PLACES.c.user_id, PLACES.c.desk_id)
        .join(DESKS, DESKS.c.id == PLACES.c.desk_id)
        .where(DESKS.c.trip_id == trip_id, PLACES.c.user_id.is_not(None), PLACES.c.state != "closed")
    )
    return {row.user_id: row.desk_id for row in rows}


def _seated(trip_id: int, desk_id: int) -> Select[Any]:
    busy = exists().where(TICKETS.c.place_id == PLACES.c.id, IS_AT_PLACE)
    return (
        select(USERS.c.id.label("user_id"), PLACES.c.id.label("place_id"), busy.label("is_busy"))
        .join(PLACES, PLACES.c.user_id == USERS.c.id)
        .where(PLACES.c.desk_id == desk_id, PLACES.c.state != "closed", _works(trip_id))
    )


def _belonging(trip_id: int, desk_id: int) -> Select[Any]:
    columns = (USERS.c.id.label("user_id"), null().label("place_id"), false().label("is_busy"))
    at_desk = and_(GRANTS.c.trip_id == trip_id, GRANTS.c.desk_id == desk_id)
    belongs = exists().where(GRANTS.c.user_id == USERS.c.id, GRANTS.c.role.in_(MOVES_PEOPLE), at_desk)
    return select(*columns).where(USERS.c.active.is_(True), belongs)


def _works(trip_id: int) -> ColumnElement[bool]:
    return exists().where(GRANTS.c.user_id == USERS.c.id, GRANTS.c.role.in_(MOVES_PEOPLE), _of_trip(trip_id))


def _of_trip(trip_id: int) -> ColumnElement[bool]:
    return or_(GRANTS.c.trip_id.is_(None), GRANTS.c.trip_id == trip_id)


def _has_move(trip_id: int, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(MOVES.c.user_id == USERS.c.id, MOVES.c.trip_id == trip_id, condition)


def _is_settled(trip_id: int) -> ColumnElement[bool]:
    came = and_(MOVES.c.state == ARRIVED, MOVES.c.arrived_at > clock.now() - DWELL)
    return ~_has_move(trip_id, or_(MOVES.c.state.in_(PENDING), came))


def _supervisors(session: Session, trip_id: int, desk_id: int) -> set[int]:
    """Who heads a desk: by role, or named on it."""
    by_role = select(GRANTS.c.user_id).where(
        GRANTS.c.role == DESK_HEAD, GRANTS.c.trip_id == trip_id, GRANTS.c.desk_id == desk_id
    )
    named = select(DESKS.c.head_user_id).where(DESKS.c.id == desk_id, DESKS.c.head_user_id.is_not(None))
    return {user_id for query in (by_role, named) for user_id in session.scalars(query)}
