"""Next: the person whom a counter takes, by rule B, decided by the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from deskops.accounts.actor import Actor
from deskops.balancing.claim import best
from deskops.core.database import table_of
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import PlaceBusy, QueueBusy, TicketMoved
from deskops.demands.events import PlaceReady, TicketCalled, TicketServing
from deskops.demands.load import CACHE
from deskops.demands.models import Ticket
from deskops.demands.services.places import open_place_of, place_event
from deskops.demands.services.tickets import Act, act, move, ticket_of
from deskops.desks.models import Place

TICKETS = table_of(Ticket)
MISSES = 8


def call_next(
    uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int, *, at: datetime | None = None
) -> Row[Any] | None:
    """Call the next person to a counter. None: nobody waits, and the counter stands ready for whoever comes.

    Raises NotYourPlace, PlaceNotOpen, PlaceBusy, QueueBusy.
    """
    doing = act(uow, actor, trip_id, at)
    place = open_place_of(uow, actor, trip_id, place_id)
    if _occupied(uow, place_id):
        raise PlaceBusy()
    for _ in range(MISSES):
        load = CACHE.current(uow.session, trip_id).load
        ticket_id = best(load, place_id)
        if ticket_id is None:
            _stand_ready(doing, place)
            return None
        try:
            return call(doing, ticket_of(uow, trip_id, ticket_id), place)
        except TicketMoved:
            # Somebody was quicker; until the journal says so, this process must not offer the ticket again.
            load.remove_waiting(ticket_id)
    raise QueueBusy()


def call(doing: Act, ticket: Row[Any], place: Place) -> Row[Any]:
    """Call one waiting ticket to an open, empty counter; a call is connected at once. Raises TicketMoved."""
    values = {"desk_id": place.desk_id, "place_id": place.id, "user_id": place.user_id, "called_at": doing.at}
    row = move(doing, ticket, "call", TicketCalled, undoable=True, **values)
    if place.ready:
        place.ready = False
        place.version += 1
    if ticket.channel == "call":
        row = move(doing, row, "serve", TicketServing, serving_at=doing.at)
    return row


def call_to_ready_place(doing: Act, ticket: Row[Any], place_id: int) -> Row[Any]:
    """Take a person who just came to a counter that stands ready. Where another process was quicker, they wait."""
    statement = (
        select(Place)
        .where(Place.id == place_id, Place.state == "open", Place.ready.is_(True))
        .with_for_update(skip_locked=True)
    )
    place = doing.uow.session.scalar(statement)
    if place is None or _occupied(doing.uow, place_id):
        return ticket
    return call(doing, ticket, place)


def _occupied(uow: UnitOfWork, place_id: int) -> bool:
    query = select(TICKETS.c.id).where(TICKETS.c.place_id == place_id, TICKETS.c.status.in_(rules.AT_PLACE))
    return uow.session.execute(query.limit(1)).first() is not None


def _stand_ready(doing: Act, place: Place) -> None:
    if place.ready:
        return
    place.ready = True
    place.version += 1
    doing.uow.record(place_event(place, PlaceReady), doing.at)
