"""Use cases of accounts: users and their roles, and the secrets that they sign in with. Sign-in itself is in
sign_in.py.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update

from deskops.accounts import passwords
from deskops.accounts.actor import Grant
from deskops.accounts.errors import (
    AccountClosed,
    LinkSpent,
    UsernameTaken,
    WrongSignIn,
)
from deskops.accounts.events import (
    CredentialMade,
    CredentialRevoked,
    PasswordChanged,
    RolesChanged,
    SessionsEnded,
    SignedIn,
    SignedOut,
    UserCreated,
)
from deskops.accounts.models import ApiToken, Badge, GrantRow, LoginLink, LoginSession, User
from deskops.accounts.rules import fold_badge, fold_username
from deskops.core import runtime
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork

LINK_LIFETIME = timedelta(hours=1)
# Letters and digits that can't be mistaken for one another when read from a badge: no 0/O, 1/I/L, 5/S, 2/Z,
# 8/B.
BADGE_ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
BADGE_LENGTH = 12


@dataclass(frozen=True)
class Opened:
    """A session that was opened; `token` goes into the cookie and nowhere else."""

    token: str
    user_id: int
    hours: int


def create_user(
    uow: UnitOfWork,
    *,
    name: str,
    username: str | None = None,
    password_hash: str | None = None,
    grants: Sequence[Grant] = (),
    language: str | None = None,
) -> int:
    """Make a user with roles; returns the id. `password_hash` is passwords.hash_password's. Raises
    UsernameTaken.
    """
    username = fold_username(username) if username else None
    if username is not None and uow.session.scalar(select(User.id).where(User.username == username)):
        raise UsernameTaken(field="username")
    user = User(
        name=name,
        username=username,
        language=language,
        password_hash=password_hash,
        active=True,
        version=1,
        created_at=uow.now,
    )
    uow.session.add(user)
    uow.session.flush()
    uow.record(UserCreated(user_id=user.id))
    set_grants(uow, user.id, grants)
    return user.id


def set_grants(uow: UnitOfWork, user_id: int, grants: Sequence[Grant]) -> None:
    """Replace a user's roles. Open sessions are ended: a new role needs a new session."""
    uow.session.execute(delete(GrantRow).where(GrantRow.user_id == user_id))
    uow.session.add_all(
        GrantRow(
            user_id=user_id,
            role=grant.role,
            rank=grant.rank,
            trip_id=grant.trip_id,
            desk_id=grant.desk_id,
            agency_id=grant.agency_id,
        )
        for grant in grants
    )
    end_sessions(uow, user_id)
    uow.record(RolesChanged(user_id=user_id, roles=tuple(sorted({grant.role for grant in grants}))))


def set_password(uow: UnitOfWork, user_id: int, password_hash: str, keep: str | None = None) -> None:
    """Replace a password by the hash of a new one and end the open sessions but the kept one. Raises
    NotFound.
    """
    user_of(uow, user_id).password_hash = password_hash
    end_sessions(uow, user_id, keep)
    uow.record(PasswordChanged(user_id=user_id))


def end_sessions(uow: UnitOfWork, user_id: int, keep: str | None = None) -> None:
    """Revoke all open sessions of a user, except the one whose credential is kept."""
    statement = update(LoginSession).where(LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None))
    if keep is not None:
        statement = statement.where(LoginSession.token_hash != keep)
    ended = uow.session.scalars(statement.values(revoked_at=uow.now).returning(LoginSession.user_id)).all()
    if ended:
        uow.record(SessionsEnded(user_id=user_id, number=len(ended)))


def open_session(uow: UnitOfWork, user_id: int, method: str, device: str, hours: int) -> Opened:
    """A new session with a new secret, whatever cookie came along."""
    token = secrets.token_urlsafe(32)
    uow.session.add(
        LoginSession(
            token_hash=passwords.token_hash(token),
            user_id=user_id,
            method=method,
            device=device[:120],
            created_at=uow.now,
            expires_at=uow.now + timedelta(hours=hours),
        )
    )
    uow.record(SignedIn(user_id=user_id, method=method))
    return Opened(token, user_id, hours)


def close_session(uow: UnitOfWork, credential: str) -> None:
    """Sign out: the session's secret is worth nothing from now on."""
    row = uow.session.get(LoginSession, credential)
    if row is not None and row.revoked_at is None:
        row.revoked_at = uow.now
        uow.record(SignedOut(user_id=row.user_id))


def make_link(uow: UnitOfWork, user_id: int, lifetime: timedelta = LINK_LIFETIME) -> str:
    """The token of a link that signs a user in once. Raises NotFound, AccountClosed."""
    _open_user(uow, user_id)
    token = secrets.token_urlsafe(24)
    uow.session.add(
        LoginLink(
            token_hash=passwords.token_hash(token),
            user_id=user_id,
            created_at=uow.now,
            expires_at=uow.now + lifetime,
        )
    )
    uow.record(CredentialMade(user_id=user_id, method="link"))
    return token


def use_link(uow: UnitOfWork, token: str) -> int:
    """Spend a link; returns its user. Raises LinkSpent for one that is used, expired or unknown."""
    statement = (
        update(LoginLink)
        .where(
            LoginLink.token_hash == passwords.token_hash(token),
            LoginLink.used_at.is_(None),
            LoginLink.expires_at > uow.now,
        )
        .values(used_at=uow.now)
        .returning(LoginLink.user_id)
    )
    user_id = uow.session.scalar(statement)
    if user_id is None or not user_of(uow, user_id).active:
        raise LinkSpent()
    return user_id


def make_badge(uow: UnitOfWork, user_id: int) -> str:
    """A new badge code; older ones of the user stop working. Raises NotFound, AccountClosed."""
    _open_user(uow, user_id)
    statement = update(Badge).where(Badge.user_id == user_id, Badge.revoked_at.is_(None))
    uow.session.execute(statement.values(revoked_at=uow.now))
    code = "".join(secrets.choice(BADGE_ALPHABET) for _ in range(BADGE_LENGTH))
    uow.session.add(Badge(code_hash=_badge_hash(code), user_id=user_id, created_at=uow.now))
    uow.record(CredentialMade(user_id=user_id, method="badge"))
    return code


def user_of_badge(uow: UnitOfWork, code: str) -> int:
    """The user of a badge code, typed or scanned. Raises WrongSignIn."""
    query = (
        select(Badge.user_id)
        .join(User, User.id == Badge.user_id)
        .where(
            Badge.code_hash == _badge_hash(fold_badge(code)),
            Badge.revoked_at.is_(None),
            User.active.is_(True),
        )
    )
    user_id = uow.session.scalar(query)
    if user_id is None:
        raise WrongSignIn(field="code")
    return user_id


def make_api_token(uow: UnitOfWork, user_id: int, label: str) -> str:
    """A bearer token; shown once, stored as a hash. Raises NotFound, AccountClosed."""
    _open_user(uow, user_id)
    token = secrets.token_urlsafe(32)
    uow.session.add(
        ApiToken(token_hash=passwords.token_hash(token), user_id=user_id, label=label, created_at=uow.now)
    )
    uow.record(CredentialMade(user_id=user_id, method="token"))
    return token


def revoke_api_tokens(uow: UnitOfWork, user_id: int) -> None:
    """Make all API tokens of a user worthless. Raises NotFound."""
    user_of(uow, user_id)
    statement = update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    uow.session.execute(statement.values(revoked_at=uow.now))
    uow.record(CredentialRevoked(user_id=user_id, method="token"))


def _badge_hash(code: str) -> str:
    return passwords.badge_hash(runtime.current().settings.secret_key, code)


def user_of(uow: UnitOfWork, user_id: int) -> User:
    """The user's row, locked. Raises NotFound."""
    user = uow.session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound()
    return user


def _open_user(uow: UnitOfWork, user_id: int) -> User:
    user = user_of(uow, user_id)
    if not user.active:
        raise AccountClosed()
    return user
