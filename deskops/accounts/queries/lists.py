"""Reads for the pages of accounts: users, one user, somebody's own sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import ApiToken, Badge, GrantRow, LoginSession, User
from deskops.accounts.rules import ADMISSIBLE
from deskops.core.database import table_of
from deskops.core.errors import NotFound

PAGE_SIZE = 50


@dataclass(frozen=True)
class UserLine:
    """A row of a list of users."""

    id: int
    name: str
    username: str | None
    active: bool
    grants: tuple[GrantRow, ...]


@dataclass(frozen=True)
class UserPage:
    """One page of a list. `page` counts from 1."""

    users: list[UserLine]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class UserDetails:
    """Everything that administrators see of a user; no secret is among it."""

    id: int
    name: str
    username: str | None
    active: bool
    has_password: bool
    has_badge: bool
    tokens: int
    sessions: int
    grants: tuple[GrantRow, ...]


@dataclass(frozen=True)
class OpenSession:
    """A browser in which somebody is signed in."""

    method: str
    device: str
    since: datetime
    is_this: bool


def users(session: Session, query: str, page: int, trip_id: int | None = None) -> UserPage:
    """A page of all users, or of those whom a coordinator of the trip may admit, by name."""
    conditions = _conditions(query, trip_id)
    total = session.scalar(select(func.count()).select_from(User).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    statement = select(User).where(*conditions).order_by(User.name, User.id)
    rows = session.scalars(statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    grants = _grants(session, [row.id for row in rows])
    lines = [UserLine(row.id, row.name, row.username, row.active, grants.get(row.id, ())) for row in rows]
    return UserPage(lines, page, pages, total)


def _conditions(query: str, trip_id: int | None) -> list[Any]:
    conditions: list[Any] = []
    if query:
        conditions.append(or_(User.name.contains(query, autoescape=True), User.username == query.lower()))
    if trip_id is not None:
        inside = (GrantRow.trip_id == trip_id) & GrantRow.role.in_(ADMISSIBLE)
        # The first condition also keeps those out whose only role is everywhere: NULL is no trip.
        conditions += [
            User.active.is_(True),
            exists().where(GrantRow.user_id == User.id, inside),
            ~exists().where(GrantRow.user_id == User.id, or_(GrantRow.trip_id.is_(None), ~inside)),
        ]
    return conditions


def _grants(session: Session, user_ids: Iterable[int]) -> dict[int, tuple[GrantRow, ...]]:
    held: dict[int, tuple[GrantRow, ...]] = {}
    query = select(GrantRow).where(GrantRow.user_id.in_(list(user_ids))).order_by(GrantRow.id)
    for row in session.scalars(query):
        held[row.user_id] = (*held.get(row.user_id, ()), row)
    return held


def user_details(session: Session, user_id: int, now: datetime) -> UserDetails:
    """Raises NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound()
    return UserDetails(
        id=user.id,
        name=user.name,
        username=user.username,
        active=user.active,
        has_password=user.password_hash is not None,
        has_badge=_count(session, Badge, Badge.user_id == user_id, Badge.revoked_at.is_(None)) > 0,
        tokens=_count(session, ApiToken, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)),
        sessions=len(open_sessions(session, user_id, "", now)),
        grants=_grants(session, [user_id]).get(user_id, ()),
    )


def _count(session: Session, model: type[Any], *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(table_of(model)).where(*conditions)) or 0


def open_sessions(session: Session, user_id: int, credential: str, now: datetime) -> list[OpenSession]:
    """Where a user is signed in, the newest first; `credential` marks the asker's own session."""
    query = (
        select(LoginSession)
        .where(
            LoginSession.user_id == user_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
        )
        .order_by(LoginSession.created_at.desc())
    )
    return [
        OpenSession(row.method, row.device, row.created_at, row.token_hash == credential)
        for row in session.scalars(query)
    ]
