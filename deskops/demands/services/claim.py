"""Next: the person whom a counter takes, by rule B, decided by the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from deskops.accounts.actor import Actor
from deskops.balancing.claim import best
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.errors import DeskNotOpen, QueueBusy, TicketMoved
from deskops.demands.events import PlaceReady, TicketCalled, TicketServing
from deskops.demands.load import CACHE
from deskops.demands.services.places import empty_place_of, place_event, taken
from deskops.demands.services.tickets import Act, act, free_ticket_of, is_taken, move, ticket_of
from deskops.desks.models import Place

MISSES = 8


def call_next(
    uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int, *, at: datetime | None = None
) -> Row[Any] | None:
    """Call the next person to a counter. None: nobody waits, and the counter stands ready for whoever comes.

    Raises NotYourPlace, PlaceNotOpen, PlaceBusy, DeskNotOpen, QueueBusy.
    """
    doing = act(uow, actor, trip_id, at)
    place = _place_at_open_desk(doing, trip_id, place_id)
    missed = None
    for _ in range(MISSES):
        ticket = _free(uow, trip_id, place_id)
        if ticket is None:
            _stand_ready(doing, place)
            return None
        if ticket.id == missed:
            # Who was quicker stands in the journal, and it was read since: the load is wrong, not late.
            CACHE.forget(trip_id)
        try:
            return call(doing, ticket, place)
        except TicketMoved:
            missed = ticket.id
    raise QueueBusy()


def _free(uow: UnitOfWork, trip_id: int, place_id: int) -> Row[Any] | None:
    """The first whom no other process is taking this instant: counters that wait for one another's choice take turns.

    Where all are being taken, the first, as soon as it is known what became of them; None where nobody waits.
    """
    passed: list[int] = []
    while (ticket_id := _first(uow, trip_id, place_id, passed)) is not None:
        ticket = free_ticket_of(uow, trip_id, ticket_id)
        if ticket is not None:
            return ticket
        passed.append(ticket_id)
    if not passed:
        return None
    return ticket_of(uow, trip_id, passed[0])


def _first(uow: UnitOfWork, trip_id: int, place_id: int, passed: list[int]) -> int | None:
    with CACHE.held(uow.session, trip_id) as trip, trip.load.without(passed):
        return best(trip.load, place_id)


def call_ticket(
    uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int, ticket_id: int, *, at: datetime | None = None
) -> Row[Any]:
    """Call one named person to a counter, past rule B: an exchange has connected the two, or a coordinator says so.

    Raises Forbidden, NotFound, NotYourPlace, PlaceNotOpen, PlaceBusy, DeskNotOpen, TicketMoved.
    """
    actor.require("queue.direct", trip_id)
    doing = act(uow, actor, trip_id, at)
    place = _place_at_open_desk(doing, trip_id, place_id)
    return call(doing, ticket_of(uow, trip_id, ticket_id), place)


def call(doing: Act, ticket: Row[Any], place: Place) -> Row[Any]:
    """Call one waiting ticket to an open, empty counter; a call is connected at once. Raises TicketMoved."""
    values = {"desk_id": place.desk_id, "place_id": place.id, "user_id": place.user_id, "called_at": doing.at}
    row = move(doing, ticket, "call", TicketCalled, undoable=True, **values)
    taken(place)
    if ticket.channel == "call":
        row = move(doing, row, "serve", TicketServing, serving_at=doing.at)
    return row


def call_to_ready_place(doing: Act, ticket: Row[Any], place_id: int) -> Row[Any]:
    """Take a person who just came to a counter that stands ready. Where another process was quicker, they wait."""
    statement = (
        select(Place)
        .where(Place.id == place_id, Place.state == "open", Place.ready.is_(True))
        .with_for_update(skip_locked=True, key_share=True)
    )
    place = doing.uow.session.scalar(statement)
    if place is None or is_taken(doing.uow, place_id):
        return ticket
    return call(doing, ticket, place)


def _place_at_open_desk(doing: Act, trip_id: int, place_id: int) -> Place:
    place = empty_place_of(doing.uow, doing.actor, trip_id, place_id)
    check_desk_open(doing.uow, place)
    return place


def check_desk_open(uow: UnitOfWork, place: Place) -> None:
    """Nobody new is called at a desk that isn't open; who is there already may be attended to. Raises DeskNotOpen."""
    with CACHE.held(uow.session, place.trip_id) as trip:
        if not trip.load.desk(place.desk_id).desk.open:
            raise DeskNotOpen()


def _stand_ready(doing: Act, place: Place) -> None:
    if place.ready:
        return
    place.ready = True
    place.version += 1
    doing.uow.record(place_event(place, PlaceReady), doing.at)
