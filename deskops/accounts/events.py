"""What happens to accounts. They belong to no trip: trip 0 is the installation's own journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent

INSTALLATION = 0


@dataclass(frozen=True, kw_only=True)
class UserCreated(DomainEvent):
    kind: ClassVar[str] = "account.user_created"
    trip_id: int = INSTALLATION
    user_id: int


@dataclass(frozen=True, kw_only=True)
class UsersCreated(DomainEvent):
    """Many at once, as of a list of staff, with their roles."""

    kind: ClassVar[str] = "account.users_created"
    trip_id: int = INSTALLATION
    user_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RolesChanged(DomainEvent):
    kind: ClassVar[str] = "account.roles_changed"
    trip_id: int = INSTALLATION
    user_id: int
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SignedIn(DomainEvent):
    kind: ClassVar[str] = "account.signed_in"
    trip_id: int = INSTALLATION
    user_id: int
    method: str


@dataclass(frozen=True, kw_only=True)
class SignedOut(DomainEvent):
    kind: ClassVar[str] = "account.signed_out"
    trip_id: int = INSTALLATION
    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserDisabled(DomainEvent):
    kind: ClassVar[str] = "account.user_disabled"
    trip_id: int = INSTALLATION
    user_id: int


@dataclass(frozen=True, kw_only=True)
class CredentialMade(DomainEvent):
    """A one-time link, a badge, an API token, a signing PIN or a passkey was made for a user."""

    kind: ClassVar[str] = "account.credential_made"
    trip_id: int = INSTALLATION
    user_id: int
    method: str


@dataclass(frozen=True, kw_only=True)
class CredentialRevoked(DomainEvent):
    """The API tokens, the signing PIN or a passkey of a user was made worthless."""

    kind: ClassVar[str] = "account.credential_revoked"
    trip_id: int = INSTALLATION
    user_id: int
    method: str


@dataclass(frozen=True, kw_only=True)
class SignInRefused(DomainEvent):
    """Somebody tried to sign in and could not; `user_id` where the account is known."""

    kind: ClassVar[str] = "account.sign_in_refused"
    trip_id: int = INSTALLATION
    user_id: int | None
    method: str


@dataclass(frozen=True, kw_only=True)
class UserEnabled(DomainEvent):
    kind: ClassVar[str] = "account.user_enabled"
    trip_id: int = INSTALLATION
    user_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(DomainEvent):
    kind: ClassVar[str] = "account.password_changed"
    trip_id: int = INSTALLATION
    user_id: int


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(DomainEvent):
    """Open sessions of a user were revoked, by a change of roles or password or on the user's wish."""

    kind: ClassVar[str] = "account.sessions_ended"
    trip_id: int = INSTALLATION
    user_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class SigningRefused(DomainEvent):
    """Somebody who is signed in tried to sign, by PIN or passkey, and could not."""

    kind: ClassVar[str] = "account.signing_refused"
    trip_id: int = INSTALLATION
    user_id: int
    method: str
