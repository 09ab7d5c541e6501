"""Reads of who prepares orders for whom."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import GrantRow, User
from deskops.accounts.permissions import roles_that_may
from deskops.core.database import table_of
from deskops.directives.models import Assistant

ASSISTANTS, USERS, GRANTS = table_of(Assistant), table_of(User), table_of(GrantRow)


def assistants_of_trip(session: Session, trip_id: int) -> dict[int, list[tuple[int, str]]]:
    """By official, the ids and names of those who prepare for them."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    query = (
        select(ASSISTANTS.c.official_id, USERS.c.id, USERS.c.name)
        .join(USERS, USERS.c.id == ASSISTANTS.c.user_id)
        .where(ASSISTANTS.c.trip_id == trip_id)
        .order_by(USERS.c.name, USERS.c.id)
    )
    for row in session.execute(query):
        found[row.official_id].append((row.id, row.name))
    return found


def able_to_assist(session: Session, trip_id: int) -> list[tuple[int, str]]:
    """Who holds a role in the trip with which orders can be prepared: id and name."""
    here = or_(GRANTS.c.trip_id == trip_id, GRANTS.c.trip_id.is_(None))
    able = GRANTS.c.role.in_(sorted(roles_that_may("directive.prepare")))
    query = select(USERS.c.id, USERS.c.name).join(GRANTS, GRANTS.c.user_id == USERS.c.id).distinct()
    query = query.where(able, here, USERS.c.active.is_(True)).order_by(USERS.c.name, USERS.c.id)
    return [(row.id, row.name) for row in session.execute(query)]
