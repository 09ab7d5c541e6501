"""Reads: who a cookie or token belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor, Grant
from deskops.accounts.models import ApiToken, GrantRow, LoginSession, User
from deskops.core.database import table_of


def actor_of_session(session: Session, token_hash: str, now: datetime) -> Actor | None:
    """The user of a session that is neither expired nor revoked."""
    table = table_of(LoginSession)
    return _actor(
        session,
        table,
        [table.c.token_hash == token_hash, table.c.expires_at > now, table.c.revoked_at.is_(None)],
        via="session",
        credential=token_hash,
    )


def actor_of_token(session: Session, token_hash: str) -> Actor | None:
    """The user behind an API token that isn't revoked."""
    table = table_of(ApiToken)
    conditions = [table.c.token_hash == token_hash, table.c.revoked_at.is_(None)]
    return _actor(session, table, conditions, via="token", credential=token_hash)


def actor_of_user(session: Session, user_id: int) -> Actor | None:
    """An active user as an actor, for sign-in and for the command line."""
    table = table_of(User)
    return _actor(session, None, [table.c.id == user_id], via="session", credential="")


def _actor(session: Session, table: Any, conditions: list[Any], *, via: str, credential: str) -> Actor | None:
    user, grant = table_of(User), table_of(GrantRow)
    source = user.outerjoin(grant, grant.c.user_id == user.c.id)
    if table is not None:
        source = source.join(table, table.c.user_id == user.c.id)
    query = (
        select(
            user.c.id,
            user.c.name,
            user.c.language,
            grant.c.role,
            grant.c.rank,
            grant.c.trip_id,
            grant.c.desk_id,
            grant.c.agency_id,
        )
        .select_from(source)
        .where(user.c.active.is_(True), *conditions)
        .order_by(grant.c.id)
    )
    rows = session.execute(query).all()
    if not rows:
        return None
    grants = tuple(
        Grant(row.role, row.trip_id, row.desk_id, row.agency_id, row.rank) for row in rows if row.role is not None
    )
    return Actor(rows[0].id, rows[0].name, grants, via, rows[0].language, credential)
