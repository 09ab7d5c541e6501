"""Presence without a badge: checked in or out by hand; and badges that are worth nothing from now on."""

from __future__ import annotations

from sqlalchemy import Row, update

from deskops.accounts.actor import Actor
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.staff.errors import NobodyThere, RetiredPerson
from deskops.staff.events import BadgeRenewed
from deskops.staff.queries.attendance import presences_since
from deskops.staff.rules import BY_HAND, IN
from deskops.staff.rules.presence import Effect, Spot
from deskops.staff.services.presence import STAFF, locked_staff
from deskops.staff.services.scanning import put_scan, spot_of

BADGE_REASONS = ("lost", "stolen", "damaged", "other")


def mark(
    uow: UnitOfWork, actor: Actor, trip_id: int, staff_id: int, kind: str, desk_id: int | None = None
) -> Effect:
    """Check somebody in at a desk, or out of where they are; send them to a break there, or call them back.

    Returns what it came to. Raises NotFound, Forbidden for a desk of somebody else's, RetiredPerson, NobodyThere.
    """
    actor.require("presence.mark", trip_id)
    person = _person(uow, trip_id, staff_id)
    spot = _spot(uow, trip_id, staff_id, kind, desk_id)
    own = actor.desk_ids("presence.mark", trip_id)
    if own is not None and spot.desk_id not in own:
        raise Forbidden()
    if kind == IN and person.retired_at is not None:
        raise RetiredPerson()
    return put_scan(uow, actor, trip_id, staff_id, kind, spot, BY_HAND, uow.now).effect


def renew_badge(uow: UnitOfWork, actor: Actor, trip_id: int, staff_id: int, reason: str, version: int) -> int:
    """Make the badges of somebody worthless that were handed out so far; returns the version of the next one. `version` is
    the one that the asker saw: pressed twice, it is renewed once. Raises NotFound, Forbidden.
    """
    actor.require("staff.manage", trip_id)
    person = _person(uow, trip_id, staff_id)
    if person.badge_version != version:
        return int(person.badge_version)
    uow.session.execute(update(STAFF).where(STAFF.c.id == staff_id).values(badge_version=version + 1))
    renewed = BadgeRenewed(trip_id=trip_id, staff_id=staff_id, reason=reason, badge_version=version + 1)
    uow.record(renewed)
    return version + 1


def _person(uow: UnitOfWork, trip_id: int, staff_id: int) -> Row[tuple[int]]:
    person = locked_staff(uow, trip_id, {staff_id}).get(staff_id)
    if person is None:
        raise NotFound()
    return person


def _spot(uow: UnitOfWork, trip_id: int, staff_id: int, kind: str, desk_id: int | None) -> Spot:
    """Who comes, comes to a desk; all else is done where they are."""
    if kind == IN:
        spot = spot_of(uow, trip_id, desk_id, None) if desk_id is not None else None
        if spot is None:
            raise NotFound()
        return spot
    rows = presences_since(uow.session, staff_id, uow.now)
    here = next((Spot(row.desk_id, row.site_id) for row in rows if row.ended_at is None), None)
    if here is None:
        raise NobodyThere()
    return here
