"""Users whom a set-up points to: those who hold a role in a trip."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import GrantRow, User
from deskops.core.database import table_of

GRANTS, USERS = table_of(GrantRow), table_of(User)


def leaders(session: Session, trip_id: int, role: str) -> list[tuple[int, str]]:
    """The active users who hold a role in the trip, at any of its desks or at all: id and name."""
    query = _holders(trip_id, role).order_by(USERS.c.name, USERS.c.id)
    return [(row.id, row.name) for row in session.execute(query)]


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
