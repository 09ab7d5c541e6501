"""Users whom a set-up points to: those who hold a role in a trip."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import GrantRow, User
from deskops.accounts.permissions import DESK_HEAD, OFFICIAL
from deskops.core.database import table_of
from deskops.core.text import name_form

# The columns of a desk list that name people, and the role that each of them holds.
LEADERS = {"head": DESK_HEAD, "official": OFFICIAL}
GRANTS, USERS = table_of(GrantRow), table_of(User)


def leaders(session: Session, trip_id: int, role: str) -> list[tuple[int, str]]:
    """The active users who hold a role in the trip, at any of its desks or at all: id and name."""
    query = _holders(trip_id, role).order_by(USERS.c.name, USERS.c.id)
    return [(row.id, row.name) for row in session.execute(query)]


def leaders_by_name(session: Session, trip_id: int) -> dict[str, dict[str, list[int]]]:
    """By the column of a desk list and the folded name: the ids of those who may stand there."""
    found: dict[str, dict[str, list[int]]] = {}
    for column, role in LEADERS.items():
        people = found.setdefault(column, {})
        for user_id, name in leaders(session, trip_id, role):
            people.setdefault(name_form(name), []).append(user_id)
    return found


def may_lead(session: Session, trip_id: int, role: str, user_id: int) -> bool:
    """Whether a user is one of them."""
    return session.execute(_holders(trip_id, role).where(USERS.c.id == user_id)).first() is not None


def name_of(session: Session, user_id: int | None) -> str:
    """What a user is called; empty for nobody."""
    return session.execute(select(USERS.c.name).where(USERS.c.id == user_id)).scalar() or ""


def _holders(trip_id: int, role: str) -> Select[Any]:
    here = or_(GRANTS.c.trip_id == trip_id, GRANTS.c.trip_id.is_(None))
    query = select(USERS.c.id, USERS.c.name).join(GRANTS, GRANTS.c.user_id == USERS.c.id).distinct()
    return query.where(GRANTS.c.role == role, here, USERS.c.active)
