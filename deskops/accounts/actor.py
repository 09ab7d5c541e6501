"""Who acts: a signed-in user, a token, the system or the public."""

from __future__ import annotations

from dataclasses import dataclass, field

from deskops.accounts import permissions
from deskops.core.errors import Forbidden, NotFound


@dataclass(frozen=True)
class Grant:
    """A role, everywhere or in one trip, at any desk or at one, for one agency where it is an agency's."""

    role: str
    trip_id: int | None = None
    desk_id: int | None = None
    agency_id: int | None = None
    rank: str | None = None

    def reaches(self, trip_id: int | None) -> bool:
        """Whether it holds in a trip. None asks for anything that belongs to no trip."""
        return self.trip_id is None or trip_id is None or self.trip_id == trip_id


@dataclass(frozen=True)
class Actor:
    """`via` says how the actor was recognised: session, token, system or public."""

    user_id: int | None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    via: str = "public"
    language: str | None = None
    credential: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """The actor's name among idempotency keys."""
        return f"user:{self.user_id}" if self.user_id is not None else self.via

    def may(self, action: str, trip_id: int | None = None) -> bool:
        """Whether the matrix opens an action to one of the actor's roles in a trip."""
        if self.via == "system":
            return True
        allowed = permissions.roles_that_may(action)
        return any(grant.role in allowed and grant.reaches(trip_id) for grant in self.grants)

    def in_trip(self, trip_id: int) -> bool:
        """Whether any role reaches into a trip; to others the trip doesn't exist."""
        return self.via == "system" or any(grant.reaches(trip_id) for grant in self.grants)

    def trip_ids(self) -> frozenset[int] | None:
        """The trips that any role reaches; None for all."""
        if self.via == "system" or any(grant.trip_id is None for grant in self.grants):
            return None
        return frozenset(grant.trip_id for grant in self.grants if grant.trip_id is not None)

    def require(self, action: str, trip_id: int | None = None) -> None:
        """Raises NotFound for a foreign trip, Forbidden for a role that doesn't reach."""
        if trip_id is not None and not self.in_trip(trip_id):
            raise NotFound()
        if not self.may(action, trip_id):
            raise Forbidden()

    def has_role(self, *roles: str) -> bool:
        """Whether one of the roles is held anywhere."""
        return any(grant.role in roles for grant in self.grants)

    def desk_ids(self, action: str, trip_id: int) -> frozenset[int] | None:
        """The desks at which an action is open; None for all desks of the trip."""
        allowed = permissions.roles_that_may(action)
        desks = [g.desk_id for g in self.grants if g.role in allowed and g.reaches(trip_id)]
        if self.via == "system" or None in desks:
            return None
        return frozenset(desk for desk in desks if desk is not None)


PUBLIC = Actor(None)
SYSTEM = Actor(None, name="system", via="system")
