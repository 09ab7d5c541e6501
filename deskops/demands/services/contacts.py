"""Contacts that leave no demand: an attempt without an answer, or an answer with nothing to register."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.errors import ContactKnown
from deskops.demands.events import ContactRecorded
from deskops.demands.models import Contact
from deskops.demands.services.tickets import act

CONTACTS = table_of(Contact)


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
    """Record a contact; returns its id. Raises ContactKnown for an external number that was recorded before."""
    doing = act(uow, actor, trip_id, at)
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
