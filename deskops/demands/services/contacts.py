"""Contacts that leave no demand: an attempt without an answer, or an answer with nothing to register."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.errors import ContactKnown
from deskops.demands.events import ContactRecorded
from deskops.demands.models import Contact
from deskops.demands.services.tickets import act
from deskops.desks.models import Desk, Place

CONTACTS, DESKS, PLACES = table_of(Contact), table_of(Desk), table_of(Place)


def record_contact(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    *,
    channel: str,
    result: str,
    reason: str = "",
    desk_id: int | None = None,
    place_id: int | None = None,
    external_id: str | None = None,
    at: datetime | None = None,
) -> int:
    """Record a contact; returns its id. Raises ContactKnown for an external number that was recorded before, NotFound."""
    doing = act(uow, actor, trip_id, at)
    _check_here(uow, trip_id, desk_id, place_id)
    if external_id is not None:
        known = select(CONTACTS.c.id).where(
            CONTACTS.c.trip_id == trip_id, CONTACTS.c.external_id == external_id
        )
        if uow.session.execute(known).first() is not None:
            raise ContactKnown(details={"external_id": external_id})
    values = {
        "trip_id": trip_id,
        "channel": channel,
        "at": doing.at,
        "result": result,
        "reason": reason,
        "external_id": external_id,
        "desk_id": desk_id,
        "place_id": place_id,
        "user_id": actor.user_id,
    }
    contact_id = int(
        uow.session.execute(insert(CONTACTS).values(values).returning(CONTACTS.c.id)).scalar_one()
    )
    event = ContactRecorded(
        trip_id=trip_id, contact_id=contact_id, channel=channel, result=result, desk_id=desk_id
    )
    uow.record(event, doing.at)
    return contact_id


def refuse_known(uow: UnitOfWork, trip_id: int, external_id: str | None) -> None:
    """Raises ContactKnown for an external number that the trip has already."""
    if external_id is None:
        return
    known = select(CONTACTS.c.id).where(CONTACTS.c.trip_id == trip_id, CONTACTS.c.external_id == external_id)
    if uow.session.execute(known).first() is not None:
        raise ContactKnown(details={"external_id": external_id})


def _check_here(uow: UnitOfWork, trip_id: int, desk_id: int | None, place_id: int | None) -> None:
    """Raises NotFound for a desk or counter of another trip: its people would be told of the contact."""
    for table, wanted in ((DESKS, desk_id), (PLACES, place_id)):
        known = select(table.c.id).where(table.c.id == wanted, table.c.trip_id == trip_id)
        if wanted is not None and uow.session.execute(known).first() is None:
            raise NotFound()
