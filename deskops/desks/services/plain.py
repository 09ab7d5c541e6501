"""A trip made by a program from its own data: a call log's exchange, the offices of an imported file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import func, select

from deskops.accounts.actor import Actor
from deskops.core.codes import new_token
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules
from deskops.desks.events import SetupChanged, TripCreated
from deskops.desks.models import Desk, DeskTopic, Site, Trip
from deskops.desks.queries.drafts import free_trip_code
from deskops.desks.services.setup import add_place


def create_trip(uow: UnitOfWork, actor: Actor, *, code: str, name: str, starts_on: date, phase: str) -> Trip:
    """Make an empty trip. A code that is taken gets a number behind it. Raises Forbidden."""
    actor.require("trip.create")
    trip = Trip(
        code=free_trip_code(uow.session, code),
        name_fa=name,
        name_en=name,
        phase=phase,
        starts_on=starts_on,
        is_demo=False,
        version=1,
        created_at=uow.now,
    )
    uow.session.add(trip)
    uow.session.flush()
    uow.record(TripCreated(trip_id=trip.id, code=trip.code))
    return trip


def add_desk(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    site_id: int,
    *,
    code: str,
    name: str,
    state: str = rules.CLOSED,
    headquarters: bool = False,
    speeds: Mapping[int, float] | None = None,
) -> Desk:
    """A desk under the next number; a headquarters takes calls only. `speeds` maps topic id to factor.

    Raises Forbidden.
    """
    actor.require("trip.setup", trip_id)
    last = uow.session.scalar(select(func.max(Desk.number)).where(Desk.trip_id == trip_id))
    desk = Desk(
        trip_id=trip_id,
        site_id=site_id,
        code=code,
        number=(last or 0) + 1,
        name_fa=name,
        name_en=name,
        short_fa=name[:80],
        short_en=name[:80],
        walk_ins=not headquarters,
        calls=True,
        is_headquarters=headquarters,
        state=state,
        state_reason="",
        state_at=uow.now,
        sign_token=new_token(),
        version=1,
    )
    uow.session.add(desk)
    uow.session.flush()
    skills = (speeds or {}).items()
    uow.session.add_all(
        DeskTopic(desk_id=desk.id, topic_id=topic_id, factor=factor) for topic_id, factor in skills
    )
    uow.record(SetupChanged(trip_id=trip_id, what="desk", id=desk.id))
    return desk


def add_seats(uow: UnitOfWork, actor: Actor, desk: Desk, external_ids: Iterable[str]) -> None:
    """A phone seat for each number that the exchange's own system has. Raises as `add_place`."""
    for external_id in external_ids:
        add_place(uow, actor, desk.trip_id, desk.id, external_id=external_id)


def first_site(uow: UnitOfWork, trip_id: int) -> int | None:
    """The site where desks go that nobody gave another one."""
    return uow.session.scalar(
        select(func.min(Site.id)).where(Site.trip_id == trip_id, Site.retired_at.is_(None))
    )
