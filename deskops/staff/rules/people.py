"""What becomes of somebody's roles when their place in the list of people changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from deskops.staff.rules import STAFF_ROLES


class HasScope(Protocol):
    """A role in a trip."""

    @property
    def role(self) -> str:
        """Such as staff."""

    @property
    def trip_id(self) -> int | None:
        """None: in all of them."""


Held = TypeVar("Held", bound=HasScope)


def grants_after(held: Sequence[Held], before: Held | None, now: Held | None, trip_id: int) -> list[Held]:
    """The roles that stay, with the one that comes with the list.

    Only the role that came with the list before is replaced: those given by hand and those that came with a move stay.
    Who leaves (`now` is None) can't work at any desk of the trip any more; what else they are, they stay.
    """
    if now is None:
        return [grant for grant in held if not (grant.trip_id == trip_id and grant.role in STAFF_ROLES)]
    kept = list(held)
    if before in kept and before is not None:
        kept.remove(before)
    return kept if now in kept else [*kept, now]
