"""Use cases of broadcasts: say something to many, withdraw it, and see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from deskops.accounts import permissions
from deskops.accounts.actor import Actor
from deskops.control import rules
from deskops.control.events import BroadcastRead, BroadcastSent, BroadcastWithdrawn
from deskops.control.models import Broadcast, BroadcastSeen
from deskops.control.rules import Aim
from deskops.core.database import table_of
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.upsert import upsert
from deskops.desks.models import Desk, Site


@dataclass(frozen=True)
class NewBroadcast:
    """What is said and to whom. `day`: shift-start news of that local day."""

    text: str
    aim: Aim
    urgent: bool = False
    day: date | None = None


def send(uow: UnitOfWork, actor: Actor, trip_id: int, new: NewBroadcast) -> Broadcast:
    """Say something to those whom it concerns; a desk head to their own desk alone. Raises NotFound, Forbidden."""
    actor.require("broadcast.send", trip_id)
    _check_aim(uow, actor, trip_id, new.aim)
    row = Broadcast(
        trip_id=trip_id,
        aim=new.aim.aim,
        site_id=new.aim.site_id,
        desk_id=new.aim.desk_id,
        role=new.aim.role,
        urgent=new.urgent,
        day=new.day,
        text=new.text,
        at=uow.now,
        user_id=actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(BroadcastSent(trip_id=trip_id, broadcast_id=row.id, aim=row.aim, urgent=row.urgent))
    return row


def withdraw(uow: UnitOfWork, actor: Actor, trip_id: int, broadcast_id: int) -> Broadcast:
    """Take it from every screen; it stays in the list. A second time changes nothing. Raises NotFound, Forbidden."""
    actor.require("broadcast.send", trip_id)
    row = _of_trip(uow, trip_id, broadcast_id)
    own = actor.desk_ids("broadcast.send", trip_id)
    if own is not None and row.user_id != actor.user_id:
        raise Forbidden()
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = uow.now, actor.user_id
        uow.record(BroadcastWithdrawn(trip_id=trip_id, broadcast_id=row.id))
    return row


def see(uow: UnitOfWork, actor: Actor, trip_id: int, broadcast_id: int) -> None:
    """Note that the actor has seen it; the first time counts. Raises NotFound, Forbidden."""
    actor.require("broadcast.see", trip_id)
    row = _of_trip(uow, trip_id, broadcast_id)
    seen = {"broadcast_id": row.id, "user_id": actor.user_id, "at": uow.now}
    added = upsert(uow.session, table_of(BroadcastSeen)).values(seen).on_conflict_do_nothing()
    first = added.returning(table_of(BroadcastSeen).c.user_id)
    if uow.session.execute(first).first() is not None:
        uow.record(BroadcastRead(trip_id=trip_id, broadcast_id=row.id))


def _of_trip(uow: UnitOfWork, trip_id: int, broadcast_id: int) -> Broadcast:
    query = select(Broadcast).where(Broadcast.id == broadcast_id, Broadcast.trip_id == trip_id)
    row = uow.session.scalar(query.with_for_update(key_share=True))
    if row is None:
        raise NotFound()
    return row


def _check_aim(uow: UnitOfWork, actor: Actor, trip_id: int, aim: Aim) -> None:
    own = actor.desk_ids("broadcast.send", trip_id)
    if own is not None and (aim.aim != rules.DESK or aim.desk_id not in own):
        raise Forbidden()
    if aim.aim == rules.ROLE and aim.role not in permissions.ROLES:
        raise NotFound()
    here = {
        rules.DESK: select(Desk.id).where(Desk.id == aim.desk_id, Desk.trip_id == trip_id),
        rules.SITE: select(Site.id).where(Site.id == aim.site_id, Site.trip_id == trip_id),
    }
    if aim.aim in here and uow.session.scalar(here[aim.aim]) is None:
        raise NotFound()
