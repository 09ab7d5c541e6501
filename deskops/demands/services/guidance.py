"""Answered by a guidance card, with a demand or without one; every use names the edition that was shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select

from deskops.accounts.actor import Actor
from deskops.core import runtime
from deskops.core.database import table_of
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import TooLateToUndo
from deskops.demands.events import ContactTakenBack, GuidanceGiven
from deskops.demands.models import Contact
from deskops.demands.services.contacts import record_contact
from deskops.demands.services.places import own_place
from deskops.demands.services.serving import finish
from deskops.desks.models import GuidanceCard, GuidanceEdition, GuidanceUse

CONTACTS, USES = table_of(Contact), table_of(GuidanceUse)
CARDS, EDITIONS = table_of(GuidanceCard), table_of(GuidanceEdition)


def finish_with_card(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    ticket_id: int,
    *,
    edition_id: int,
    version: int | None = None,
) -> Row[Any]:
    """End the service: the person was answered by what a card's edition says. Raises NotFound, and as `finish`."""
    edition = _edition(uow, trip_id, edition_id)
    row = finish(uow, actor, trip_id, ticket_id, outcome=rules.GUIDANCE_GIVEN, version=version)
    _count(uow, actor, trip_id, edition, desk_id=row.desk_id, demand_id=row.demand_id)
    return row


def record_contact_with_card(
    uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int, *, edition_id: int
) -> int:
    """Somebody who was answered by a card and left nothing to register; the contact's id. Raises NotFound, NotYourPlace."""
    edition = _edition(uow, trip_id, edition_id)
    place = own_place(uow, actor, trip_id, place_id)
    contact_id = record_contact(
        uow,
        actor,
        trip_id,
        channel=rules.CHANNEL_OF_PLACE[place.kind],
        result=rules.NOTHING_TO_REGISTER,
        desk_id=place.desk_id,
        place_id=place_id,
    )
    _count(uow, actor, trip_id, edition, desk_id=place.desk_id, contact_id=contact_id)
    return contact_id


def take_back_contact(uow: UnitOfWork, actor: Actor, trip_id: int, contact_id: int) -> None:
    """Undo `record_contact_with_card`, one's own, as long as other acts of a counter.

    Raises NotFound, Forbidden, TooLateToUndo.
    """
    query = select(CONTACTS).where(CONTACTS.c.id == contact_id, CONTACTS.c.trip_id == trip_id)
    row = uow.session.execute(query.with_for_update()).first()
    used = select(USES.c.id).where(USES.c.contact_id == contact_id)
    if row is None or uow.session.execute(used).first() is None:
        raise NotFound()
    if row.user_id != actor.user_id:
        raise Forbidden()
    if uow.now - row.at > timedelta(seconds=runtime.current().settings.undo_seconds):
        raise TooLateToUndo()
    uow.session.execute(delete(USES).where(USES.c.contact_id == contact_id))
    uow.session.execute(delete(CONTACTS).where(CONTACTS.c.id == contact_id))
    uow.record(
        ContactTakenBack(trip_id=trip_id, contact_id=contact_id, channel=row.channel, desk_id=row.desk_id)
    )


def _edition(uow: UnitOfWork, trip_id: int, edition_id: int) -> Row[int, int, int]:
    """An edition of a card of the trip, also one that was replaced while it was being read out. Raises NotFound."""
    query = (
        select(EDITIONS.c.id, EDITIONS.c.card_id, EDITIONS.c.number)
        .join(CARDS, CARDS.c.id == EDITIONS.c.card_id)
        .where(EDITIONS.c.id == edition_id, CARDS.c.trip_id == trip_id)
    )
    row = uow.session.execute(query).first()
    if row is None:
        raise NotFound()
    return row


def _count(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    edition: Row[int, int, int],
    *,
    desk_id: int | None,
    demand_id: int | None = None,
    contact_id: int | None = None,
) -> None:
    about = {"desk_id": desk_id, "demand_id": demand_id, "contact_id": contact_id}
    use = {"trip_id": trip_id, "card_id": edition.card_id, "edition_id": edition.id}
    uow.session.execute(insert(USES).values(use | about | {"user_id": actor.user_id, "at": uow.now}))
    uow.record(GuidanceGiven(trip_id=trip_id, card_id=edition.card_id, edition=edition.number, **about))
