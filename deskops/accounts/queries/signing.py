"""Reads about signing: the session behind a request as it stands now, and what its user can sign with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import GrantRow, LoginSession, Passkey, SigningPin, User
from deskops.accounts.permissions import OFFICIAL


@dataclass(frozen=True)
class Login:
    """A session that is neither expired nor revoked, of an open account. `method`: password, badge or link."""

    method: str
    device: str
    since: datetime


@dataclass(frozen=True)
class Means:
    """What somebody signs with."""

    pin_set_at: datetime | None
    locked_until: datetime | None
    passkeys: tuple[Passkey, ...]


@dataclass(frozen=True)
class OfficialLine:
    """An official, and whether they could sign."""

    id: int
    name: str
    pin_set_at: datetime | None
    locked_until: datetime | None
    passkeys: int


def living_login(session: Session, credential: str, now: datetime) -> Login | None:
    """The session of a credential, asked of the database itself: what `recognise` remembers may be two seconds old."""
    query = (
        select(LoginSession.method, LoginSession.device, LoginSession.created_at)
        .join(User, User.id == LoginSession.user_id)
        .where(
            LoginSession.token_hash == credential,
            LoginSession.expires_at > now,
            LoginSession.revoked_at.is_(None),
            User.active.is_(True),
        )
    )
    row = session.execute(query).first()
    return None if row is None else Login(row.method, row.device, row.created_at)


def means_of(session: Session, user_id: int, now: datetime) -> Means:
    """The PIN, if one is set, and the passkeys that were not taken away, oldest first."""
    pin = session.get(SigningPin, user_id)
    if pin is None:
        return Means(None, None, living_passkeys(session, user_id))
    return Means(pin.set_at, _closed(pin.locked_until, now), living_passkeys(session, user_id))


def living_passkeys(session: Session, user_id: int) -> tuple[Passkey, ...]:
    """The passkeys that a user can sign with, oldest first."""
    query = select(Passkey).where(Passkey.user_id == user_id, Passkey.revoked_at.is_(None))
    return tuple(session.scalars(query.order_by(Passkey.id)))


def officials(session: Session, trip_id: int, now: datetime) -> Sequence[OfficialLine]:
    """The officials of a trip with an open account, by name."""
    keys = (
        select(func.count(Passkey.id))
        .where(Passkey.user_id == User.id, Passkey.revoked_at.is_(None))
        .correlate(User)
        .scalar_subquery()
    )
    query = (
        select(User.id, User.name, SigningPin.set_at, SigningPin.locked_until, keys.label("keys"))
        .outerjoin(SigningPin, SigningPin.user_id == User.id)
        .where(User.active.is_(True), User.id.in_(_official_ids(trip_id)))
        .order_by(User.name, User.id)
    )
    return [
        OfficialLine(row.id, row.name, row.set_at, _closed(row.locked_until, now), row.keys)
        for row in session.execute(query)
    ]


def is_official(session: Session, user_id: int, trip_id: int) -> bool:
    """Whether somebody is an official in a trip."""
    query = select(User.id).where(User.id == user_id, User.id.in_(_official_ids(trip_id)))
    return session.scalar(query) is not None


def _official_ids(trip_id: int) -> Select[int]:
    here = or_(GrantRow.trip_id == trip_id, GrantRow.trip_id.is_(None))
    return select(GrantRow.user_id).where(GrantRow.role == OFFICIAL, here)


def _closed(until: datetime | None, now: datetime) -> datetime | None:
    return until if until is not None and until > now else None
