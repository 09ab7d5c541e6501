"""What programs add to a trip that stands: a place, a site."""

from __future__ import annotations

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.database import Base
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules
from deskops.desks.errors import CodeTaken
from deskops.desks.events import SetupChanged
from deskops.desks.models import Place, Site, Trip
from deskops.desks.services.seats import new_place
from deskops.desks.services.states import locked_desk


def add_place(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    desk_id: int,
    *,
    external_id: str | None = None,
    kind: str | None = None,
    number: int | None = None,
) -> Place:
    """Add a counter or phone seat, closed; an `external_id` that the desk has already gives that place again.

    Raises NotFound, Forbidden, InvalidInput, CodeTaken for a number in use.
    """
    actor.require("place.create", trip_id)
    desk = locked_desk(uow, trip_id, desk_id)
    places = uow.session.scalars(select(Place).where(Place.desk_id == desk_id)).all()
    known = [place for place in places if external_id and place.external_id == external_id]
    if known:
        return known[0]
    if number in {place.number for place in places}:
        raise CodeTaken(field="number")
    if len(places) >= rules.MAX_PLACES:
        raise InvalidInput({"number": gettext("A desk has %(most)s places at most.", most=rules.MAX_PLACES)})
    next_number = max((place.number for place in places), default=0) + 1
    place = new_place(uow, desk, number or next_number, kind, external_id)
    _flush_new(uow, place)
    uow.record(SetupChanged(trip_id=trip_id, what="place", id=place.id))
    return place


def add_site(
    uow: UnitOfWork, actor: Actor, trip_id: int, *, code: str, kind: str = "building", **labels: str
) -> int:
    """Add a site; `labels` are the names and the address. Raises NotFound, Forbidden, CodeTaken."""
    actor.require("trip.setup", trip_id)
    if uow.session.get(Trip, trip_id) is None:
        raise NotFound()
    if uow.session.scalar(select(Site.id).where(Site.trip_id == trip_id, Site.code == code)) is not None:
        raise CodeTaken(field="code")
    site = Site(trip_id=trip_id, code=code, kind=kind, **labels)
    _flush_new(uow, site)
    uow.record(SetupChanged(trip_id=trip_id, what="site", id=site.id))
    return site.id


def _flush_new(uow: UnitOfWork, row: Base) -> None:
    uow.session.add(row)
    uow.session.flush()
