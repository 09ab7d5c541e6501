"""Desks: added, changed, put in another order, retired, brought back and deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select

from deskops.accounts.actor import Actor
from deskops.core.codes import new_token
from deskops.core.errors import InvalidInput, NotFound, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules
from deskops.desks.errors import CodeTaken, DeskStillOpen, InUse, RetiredAbove
from deskops.desks.models import Agency, Desk, DeskHours, DeskTopic, Place, Site, StaffNeed, Topic, Trip
from deskops.desks.queries.people import may_lead
from deskops.desks.queries.uses import uses_of
from deskops.desks.services.changes import Changed, Changes
from deskops.desks.services.hours import Span, put_hours
from deskops.desks.services.needs import usual_need_row
from deskops.desks.services.seats import Seats, set_seats
from deskops.desks.services.states import locked_desk

DESK = "desk"
# Nobody retires a site while a desk comes to stand there.
_STAYS = {"read": True}
_OWN = ("desk_topics", "desk_hours", "places", "staff_needs")
_COLUMNS = (
    "name_fa",
    "name_en",
    "short_fa",
    "short_en",
    "walk_ins",
    "calls",
    "is_headquarters",
    "line",
    "agency_id",
    "head_user_id",
    "official_user_id",
)


@dataclass(frozen=True, kw_only=True)
class DeskEdit:
    """What a desk is to be. `site_id`, `number`, `speeds` (topic id to factor) and `seats` (kind to count) stay as they
    are where None. Head and official are only pointed to: their own grants are what gives them rights.
    """

    name_fa: str
    name_en: str
    short_fa: str
    short_en: str
    walk_ins: bool
    calls: bool
    is_headquarters: bool = False
    line: str = ""
    site_id: int | None = None
    agency_id: int | None = None
    number: int | None = None
    head_user_id: int | None = None
    official_user_id: int | None = None
    speeds: Mapping[int, float] | None = None
    seats: Seats | None = None

    def columns(self) -> dict[str, Any]:
        """As the row holds it."""
        values = {name: getattr(self, name) for name in _COLUMNS}
        given = {"site_id": self.site_id, "number": self.number}
        return values | {name: value for name, value in given.items() if value is not None}


def add_desk(
    uow: UnitOfWork, actor: Actor, trip_id: int, code: str, edit: DeskEdit, hours: Span | None = None
) -> Changed:
    """Add a planned desk at the end of the list; it needs what so many places usually need.

    Raises NotFound, Forbidden, CodeTaken, InvalidInput.
    """
    actor.require("trip.setup", trip_id)
    if uow.session.get(Trip, trip_id) is None:
        raise NotFound()
    if uow.session.scalar(select(Desk.id).where(Desk.trip_id == trip_id, Desk.code == code)) is not None:
        raise CodeTaken(field="code")
    if edit.site_id is None:
        raise InvalidInput({"site_id": gettext("Choose the site where the desk stands.")})
    _check(uow, trip_id, None, edit)
    last = select(func.max(Desk.number), func.max(Desk.position)).where(Desk.trip_id == trip_id)
    number, position = uow.session.execute(last).one()
    made = {"number": (number or 0) + 1, "position": 0 if position is None else position + 1}
    desk = Desk(
        trip_id=trip_id,
        code=code,
        state=rules.PLANNED,
        state_reason="",
        state_at=uow.now,
        sign_token=new_token(),
        version=1,
        **(made | edit.columns()),
    )
    changes = Changes(uow, trip_id)
    changes.add(desk)
    _put_parts(uow, changes, desk, edit)
    if edit.seats is not None:
        changes.add(usual_need_row(desk, sum(edit.seats.values())))
    if hours is not None:
        put_hours(uow, changes, desk, hours.week())
    return _kept(changes, desk)


def edit_desk(
    uow: UnitOfWork, actor: Actor, trip_id: int, desk_id: int, version: int, edit: DeskEdit
) -> Changed:
    """Change a desk; those who wait for what it does no longer are shared out by whoever listens to the event.

    Raises NotFound, Forbidden, StaleVersion, CodeTaken for a number in use, InvalidInput, PlaceInUse.
    """
    actor.require("trip.setup", trip_id)
    desk = locked_desk(uow, trip_id, desk_id)
    if version != desk.version:
        raise StaleVersion(details={"yours": version, "current": desk.version})
    _check(uow, trip_id, desk, edit)
    changes = Changes(uow, trip_id)
    changes.update(desk, **edit.columns())
    _put_parts(uow, changes, desk, edit)
    change = changes.keep(DESK, desk.id, desk.name)
    if change is not None and desk.version == version:
        desk.version += 1
    return Changed(desk.id, desk.version, change)


def order_desks(uow: UnitOfWork, actor: Actor, trip_id: int, desk_ids: Sequence[int]) -> Changed:
    """Put desks into an order among themselves: they share out the places in the list that they have now.

    Raises NotFound, Forbidden.
    """
    actor.require("trip.setup", trip_id)
    query = select(Desk).where(Desk.trip_id == trip_id).order_by(Desk.position, Desk.number)
    desks = {desk.id: desk for desk in uow.session.scalars(query.with_for_update(key_share=True))}
    moved = list(dict.fromkeys(desk_ids))
    if not moved or not set(moved) <= desks.keys():
        raise NotFound()
    places = {desk_id: place for place, desk_id in enumerate(desks)}
    wanted = sorted(places[desk_id] for desk_id in moved)
    places |= dict(zip(moved, wanted, strict=True))
    changes = Changes(uow, trip_id)
    for desk in desks.values():
        changes.update(desk, position=places[desk.id])
    return _kept(changes, desks[moved[0]])


def retire_desk(uow: UnitOfWork, actor: Actor, trip_id: int, desk_id: int) -> Changed:
    """Take a desk out of every list; what was served there goes on naming it. Whoever listens to the event refuses it
    while people wait there. Raises NotFound, Forbidden, DeskStillOpen.
    """
    actor.require("trip.setup", trip_id)
    desk = locked_desk(uow, trip_id, desk_id)
    if desk.state not in (rules.PLANNED, rules.CLOSED):
        raise DeskStillOpen()
    changes = Changes(uow, trip_id)
    changes.update(desk, retired_at=desk.retired_at or uow.now)
    return _kept(changes, desk)


def restore_desk(uow: UnitOfWork, actor: Actor, trip_id: int, desk_id: int) -> Changed:
    """Show it again, closed as it was. Raises NotFound, Forbidden, RetiredAbove for its site."""
    actor.require("trip.setup", trip_id)
    desk = locked_desk(uow, trip_id, desk_id)
    site = uow.session.get_one(Site, desk.site_id, with_for_update=_STAYS)
    if site.retired_at is not None:
        raise RetiredAbove(name=site.name)
    changes = Changes(uow, trip_id)
    changes.update(desk, retired_at=None)
    return _kept(changes, desk)


def delete_desk(uow: UnitOfWork, actor: Actor, trip_id: int, desk_id: int) -> Changed:
    """Delete a desk that nothing names, with its places, hours, topics and need. Raises NotFound, Forbidden, InUse."""
    actor.require("trip.setup", trip_id)
    desk = locked_desk(uow, trip_id, desk_id)
    places = list(uow.session.scalars(select(Place).where(Place.desk_id == desk_id)))
    uses = uses_of(uow.session, desk, without=_OWN)
    uses += [use for place in places for use in uses_of(uow.session, place)]
    if uses:
        raise InUse(details={"uses": [asdict(use) for use in uses]}, uses="; ".join(use.text for use in uses))
    changes = Changes(uow, trip_id)
    for model in (DeskHours, DeskTopic, StaffNeed):
        for row in uow.session.scalars(select(model).where(model.desk_id == desk_id)):
            changes.remove(row)
    for place in places:
        changes.remove(place)
    uow.session.flush()
    changes.remove(desk)
    return _kept(changes, desk)


def _kept(changes: Changes, desk: Desk) -> Changed:
    return Changed(desk.id, desk.version, changes.keep(DESK, desk.id, desk.name))


def _put_parts(uow: UnitOfWork, changes: Changes, desk: Desk, edit: DeskEdit) -> None:
    if edit.speeds is not None:
        _set_speeds(uow, changes, desk, edit.speeds)
    if edit.seats is not None:
        set_seats(uow, changes, desk, edit.seats)


def _set_speeds(uow: UnitOfWork, changes: Changes, desk: Desk, speeds: Mapping[int, float]) -> None:
    if not speeds:
        raise InvalidInput({"speeds": gettext("Choose at least one topic for the desk.")})
    query = select(Topic.id).where(
        Topic.trip_id == desk.trip_id, Topic.assignable, Topic.retired_at.is_(None)
    )
    offered = set(uow.session.scalars(query))
    if not speeds.keys() <= offered:
        raise InvalidInput({"speeds": gettext("Choose topics of this trip.")})
    known = {row.topic_id: row for row in uow.session.scalars(select(DeskTopic).filter_by(desk_id=desk.id))}
    # Retired topics stay with the desk: somebody may still wait under one.
    for topic_id in sorted((known.keys() & offered) - speeds.keys()):
        changes.remove(known[topic_id])
    for topic_id, factor in speeds.items():
        values = {"factor": factor, "own": factor == rules.OWN_FACTOR}
        if topic_id in known:
            changes.update(known[topic_id], **values)
        else:
            changes.add(DeskTopic(desk_id=desk.id, topic_id=topic_id, **values))


def _check(uow: UnitOfWork, trip_id: int, desk: Desk | None, edit: DeskEdit) -> None:
    """That what it names is there, and its number its own. Raises CodeTaken, InvalidInput."""
    errors: dict[str, str] = {}
    if not (edit.walk_ins or edit.calls):
        errors["walk_ins"] = gettext("A desk takes walk-ins, calls or both.")
    moved = edit.site_id is not None and (desk is None or desk.site_id != edit.site_id)
    if moved and not _is_offered(uow, trip_id, edit.site_id):
        errors["site_id"] = gettext("Choose a site of this trip.")
    agency = None if edit.agency_id is None else uow.session.get(Agency, edit.agency_id)
    kept = desk is not None and desk.agency_id == edit.agency_id
    if edit.agency_id is not None and not kept and (agency is None or agency.retired_at is not None):
        errors["agency_id"] = gettext("Choose one from the list.")
    for field, role in (("head_user_id", "desk_head"), ("official_user_id", "official")):
        user_id = getattr(edit, field)
        kept = desk is not None and getattr(desk, field) == user_id
        if user_id is not None and not kept and not may_lead(uow.session, trip_id, role, user_id):
            errors[field] = gettext("Choose somebody who has this role in the trip.")
    if errors:
        raise InvalidInput(errors)
    taken = select(Desk.id).where(Desk.trip_id == trip_id, Desk.number == edit.number)
    if edit.number is not None and uow.session.scalar(taken) not in (None, desk.id if desk else None):
        raise CodeTaken(field="number")


def _is_offered(uow: UnitOfWork, trip_id: int, site_id: int | None) -> bool:
    site = uow.session.get(Site, site_id, with_for_update=_STAYS)
    return site is not None and site.trip_id == trip_id and site.retired_at is None
