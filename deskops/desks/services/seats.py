"""A desk's counters and phone seats: how many of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from deskops.core.errors import InvalidInput
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules
from deskops.desks.errors import PlaceInUse
from deskops.desks.models import Desk, Place
from deskops.desks.queries.uses import uses_of
from deskops.desks.services.changes import Changes

COUNTER, PHONE = "counter", "phone"
FIELDS = {COUNTER: "counters", PHONE: "phones"}
Seats = Mapping[str, int]


def set_seats(uow: UnitOfWork, changes: Changes, desk: Desk, wanted: Seats) -> None:
    """Give a desk so many places of each kind: new ones behind the last, and the last go first.

    Raises InvalidInput, PlaceInUse where a place to be removed is open or was worked at.
    """
    check_seats(wanted)
    query = select(Place).where(Place.desk_id == desk.id).order_by(Place.number).with_for_update()
    places = list(uow.session.scalars(query))
    for kind, count in wanted.items():
        of_kind = [place for place in places if place.kind == kind]
        _remove(uow, changes, of_kind[count:])
    number = max((place.number for place in places), default=0)
    for kind, count in wanted.items():
        for _ in range(count - sum(place.kind == kind for place in places)):
            number += 1
            changes.add(new_place(uow, desk, number, kind))


def check_seats(wanted: Seats) -> None:
    """Raises InvalidInput for none at all, or more than a desk can have."""
    if min(wanted.values()) < 0 or not 1 <= sum(wanted.values()) <= rules.MAX_PLACES:
        field = FIELDS[max(wanted, key=lambda kind: wanted[kind])]
        raise InvalidInput({field: gettext("A desk has 1 to %(most)s places.", most=rules.MAX_PLACES)})


def new_place(
    uow: UnitOfWork, desk: Desk, number: int, kind: str | None = None, external_id: str | None = None
) -> Place:
    """A closed place, not yet added."""
    return Place(
        trip_id=desk.trip_id,
        desk_id=desk.id,
        number=number,
        kind=kind or rules.place_kind(desk.is_headquarters),
        external_id=external_id,
        state="closed",
        state_at=uow.now,
    )


def _remove(uow: UnitOfWork, changes: Changes, places: Iterable[Place]) -> None:
    # What was served at a place names it for ever; only one that nobody ever sat at can go.
    for place in reversed(list(places)):
        if place.state != "closed" or place.version > 1 or uses_of(uow.session, place):
            raise PlaceInUse(field=FIELDS[place.kind], number=place.number)
        changes.remove(place)
