"""Reads: who a cookie or token belongs to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor, Grant
from deskops.accounts.models import ApiToken, GrantRow, LoginLink, LoginSession, User
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
        Grant(row.role, row.trip_id, row.desk_id, row.agency_id, row.rank)
        for row in rows
        if row.role is not None
    )
    return Actor(rows[0].id, rows[0].name, grants, via, rows[0].language, credential)


@dataclass(frozen=True)
class Known:
    """An open account that a user name belongs to; without a hash it has no password."""

    user_id: int
    username: str
    password_hash: str | None


def password_of(session: Session, username: str) -> Known | None:
    """The open account of a folded user name."""
    table = table_of(User)
    query = select(table.c.id, table.c.username, table.c.password_hash)
    row = session.execute(query.where(table.c.username == username, table.c.active.is_(True))).first()
    return Known(row.id, row.username, row.password_hash) if row else None


def session_method(session: Session, credential: str) -> str | None:
    """How a session was opened: password, badge, link."""
    return session.scalar(select(LoginSession.method).where(LoginSession.token_hash == credential))


def names_of_users(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """What users are called, by id; those who have left too."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}


def name_of_link(session: Session, token_hash: str, now: datetime) -> str | None:
    """Whom a link would sign in; None where it is spent, expired or unknown."""
    query = (
        select(User.name)
        .join(LoginLink, LoginLink.user_id == User.id)
        .where(
            LoginLink.token_hash == token_hash,
            LoginLink.used_at.is_(None),
            LoginLink.expires_at > now,
            User.active.is_(True),
        )
    )
    return session.scalar(query)


def lacks_password(session: Session, user_id: int) -> bool:
    """Whether somebody has a user name that leads nowhere yet."""
    without = (User.username.is_not(None), User.password_hash.is_(None))
    query = select(User.id).where(User.id == user_id, *without)
    return session.scalar(query) is not None


def password_hash(session: Session, user_id: int | None) -> str | None:
    """The stored hash; None where no password was set."""
    return session.scalar(select(User.password_hash).where(User.id == user_id))


def living_sessions(session: Session, token_hashes: Collection[str], now: datetime) -> set[str]:
    """Those of some sessions that are neither expired nor revoked, of active users."""
    table, user = table_of(LoginSession), table_of(User)
    query = (
        select(table.c.token_hash)
        .join(user, user.c.id == table.c.user_id)
        .where(
            table.c.token_hash.in_(token_hashes),
            table.c.expires_at > now,
            table.c.revoked_at.is_(None),
            user.c.active.is_(True),
        )
    )
    return set(session.execute(query).scalars())
