"""Changes to the set-up of a trip that stands: a desk's facts and places, a new site, a new topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select

from deskops.accounts.actor import Actor
from deskops.core.database import Base
from deskops.core.errors import InvalidInput, NotFound, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules
from deskops.desks.errors import CodeTaken, PlaceInUse
from deskops.desks.events import SetupChanged
from deskops.desks.models import Desk, DeskTopic, Place, Site, Topic, Trip
from deskops.desks.services.states import locked_desk

MAX_PLACES = 200


@dataclass(frozen=True)
class DeskEdit:
    """What a desk is to be. `speeds` maps topic id to factor; `places` is how many it is to have, None as
    it is.
    """

    name_fa: str
    name_en: str
    short_fa: str
    short_en: str
    walk_ins: bool
    calls: bool
    speeds: Mapping[int, float] | None = None
    places: int | None = None


def edit_desk(uow: UnitOfWork, actor: Actor, trip_id: int, desk_id: int, version: int, edit: DeskEdit) -> int:
    """Change a desk; returns its new version.

    Raises NotFound, Forbidden, StaleVersion, InvalidInput, PlaceInUse where a place to be removed is open
    or was worked at.
    """
    actor.require("trip.setup", trip_id)
    desk = locked_desk(uow, trip_id, desk_id)
    if version != desk.version:
        raise StaleVersion(details={"yours": version, "current": desk.version})
    if not (edit.walk_ins or edit.calls):
        raise InvalidInput({"walk_ins": gettext("A desk takes walk-ins, calls or both.")})
    for name in ("name_fa", "name_en", "short_fa", "short_en", "walk_ins", "calls"):
        setattr(desk, name, getattr(edit, name))
    if edit.speeds is not None:
        _set_speeds(uow, desk, edit.speeds)
    if edit.places is not None:
        _set_places(uow, desk, edit.places)
    desk.version += 1
    uow.record(SetupChanged(trip_id=trip_id, what="desk", id=desk_id))
    return desk.version


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
    if len(places) >= MAX_PLACES:
        raise InvalidInput({"number": gettext("A desk has %(most)s places at most.", most=MAX_PLACES)})
    next_number = max((place.number for place in places), default=0) + 1
    place = _new_place(uow, desk, number or next_number, kind, external_id)
    uow.session.flush()
    uow.record(SetupChanged(trip_id=trip_id, what="place", id=place.id))
    return place


def add_site(
    uow: UnitOfWork, actor: Actor, trip_id: int, *, code: str, kind: str = "building", **labels: str
) -> int:
    """Add a site; `labels` are the names and the address. Raises NotFound, Forbidden, CodeTaken."""
    site = Site(trip_id=trip_id, code=code, kind=kind, **labels)
    return _add_coded(uow, actor, site, "site")


def add_topic(
    uow: UnitOfWork, actor: Actor, trip_id: int, *, code: str, mean_minutes: float = 8.0, **labels: str
) -> int:
    """Add a topic at the end of the list; no desk does it yet. Raises NotFound, Forbidden, CodeTaken."""
    last = uow.session.scalar(select(func.max(Topic.position)).where(Topic.trip_id == trip_id))
    topic = Topic(trip_id=trip_id, code=code, mean_minutes=mean_minutes, position=(last or 0) + 1, **labels)
    return _add_coded(uow, actor, topic, "topic")


def _add_coded(uow: UnitOfWork, actor: Actor, row: Site | Topic, what: str) -> int:
    actor.require("trip.setup", row.trip_id)
    if uow.session.get(Trip, row.trip_id) is None:
        raise NotFound()
    model: type[Any] = type(row)
    taken = select(model.id).where(model.trip_id == row.trip_id, model.code == row.code)
    if uow.session.scalar(taken) is not None:
        raise CodeTaken(field="code")
    _flush_new(uow, row)
    uow.record(SetupChanged(trip_id=row.trip_id, what=what, id=row.id))
    return row.id


def _flush_new(uow: UnitOfWork, row: Base) -> None:
    uow.session.add(row)
    uow.session.flush()


def _set_speeds(uow: UnitOfWork, desk: Desk, speeds: Mapping[int, float]) -> None:
    if not speeds:
        raise InvalidInput({"speeds": gettext("Choose at least one topic for the desk.")})
    query = select(Topic.id).where(Topic.trip_id == desk.trip_id, Topic.assignable, Topic.retired_at.is_(None))
    offered = set(uow.session.scalars(query))
    if not set(speeds) <= offered:
        raise InvalidInput({"speeds": gettext("Choose topics of this trip.")})
    # Retired topics stay with the desk: somebody may still wait under one.
    of_desk = DeskTopic.desk_id == desk.id
    uow.session.execute(delete(DeskTopic).where(of_desk, DeskTopic.topic_id.in_(offered)))
    uow.session.add_all(
        DeskTopic(desk_id=desk.id, topic_id=topic_id, factor=factor, own=factor == rules.OWN_FACTOR)
        for topic_id, factor in speeds.items()
    )


def _set_places(uow: UnitOfWork, desk: Desk, wanted: int) -> None:
    if not 1 <= wanted <= MAX_PLACES:
        raise InvalidInput({"places": gettext("A desk has 1 to %(most)s places.", most=MAX_PLACES)})
    query = select(Place).where(Place.desk_id == desk.id).order_by(Place.number).with_for_update()
    places = list(uow.session.scalars(query))
    for place in reversed(places[wanted:]):
        _remove_place(uow, place)
    last = max((place.number for place in places), default=0)
    for number in range(last + 1, last + 1 + wanted - len(places)):
        _new_place(uow, desk, number)


def _remove_place(uow: UnitOfWork, place: Place) -> None:
    # What was served at a place names it for ever; only one that nobody ever sat at can go.
    if place.state != "closed" or place.version > 1:
        raise PlaceInUse(field="places", number=place.number)
    uow.session.delete(place)


def _new_place(
    uow: UnitOfWork, desk: Desk, number: int, kind: str | None = None, external_id: str | None = None
) -> Place:
    place = Place(
        trip_id=desk.trip_id,
        desk_id=desk.id,
        number=number,
        kind=kind or rules.place_kind(desk.is_headquarters),
        external_id=external_id,
        state="closed",
        state_at=uow.now,
    )
    uow.session.add(place)
    return place
