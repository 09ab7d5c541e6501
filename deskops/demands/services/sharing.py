"""Giving people another desk by hand, or as they come back; and what it would mean to stop some."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select, update
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.balancing.load import Load
from deskops.balancing.reroute import place
from deskops.balancing.router import choose, least_cost
from deskops.balancing.state import PHONE, Arrival
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import NoDeskForTransfer, NotYourPlace, UnknownTopic
from deskops.demands.events import (
    TicketTransferred,
)
from deskops.demands.load import CACHE
from deskops.demands.models import IS_ACTIVE, Demand, Person
from deskops.demands.services.claim import call_to_ready_place
from deskops.demands.services.foresight import foreseen, imagined_desks
from deskops.demands.services.tickets import TICKETS, Act, act, may_at, move, ticket_of
from deskops.demands.trip_load import TripLoad
from deskops.desks.rules import FAILED

DEMANDS, PERSONS = table_of(Demand), table_of(Person)


def transfer(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    ticket_id: int,
    *,
    desk_id: int | None = None,
    topic_id: int | None = None,
) -> Row[Any]:
    """Hand a person on to a desk, or to whatever desk a topic leads to. Number and age stay.

    A desk chosen by hand alone may take them; where one of its counters stands ready, it does so at once.
    Raises NoDeskForTransfer, UnknownTopic, NotFound, NotYourPlace, TicketMoved.
    """
    doing = act(uow, actor, trip_id)
    row = ticket_of(uow, trip_id, ticket_id)
    if row.user_id != actor.user_id and not may_at(actor, "queue.steer", trip_id, row.desk_id):
        raise NotYourPlace()
    topic = topic_id or row.topic_id
    with CACHE.held(uow.session, trip_id) as trip:
        if topic != row.topic_id and topic not in trip.topics:
            raise UnknownTopic(field="topic_id")
        target, location = _target(trip, row, topic, desk_id)
    sent = location not in {row.location, PHONE}
    walk = "under_way" if sent else row.walk
    values: dict[str, Any] = {"desk_id": target, "topic_id": topic, "location": location, "walk": walk}
    values |= {"only_desk_id": desk_id, "place_id": None, "user_id": None}
    if sent:
        values |= {"walked_from": row.location, "moved_times": row.moved_times + 1}
    changed = move(doing, row, "transfer", TicketTransferred, **values)
    if topic != row.topic_id:
        statement = update(DEMANDS).where(DEMANDS.c.id == row.demand_id)
        uow.session.execute(statement.values(topic_id=topic, version=DEMANDS.c.version + 1))
    return offered(doing, changed) if walk != "under_way" else changed


def offered(doing: Act, row: Row[Any]) -> Row[Any]:
    """Somebody who came to wait for a desk: called at once where a counter that may take them stands ready, by rule A."""
    if row.desk_id is None:
        return row
    with CACHE.held(doing.uow.session, row.trip_id) as trip:
        place_id = _ready_place(trip.load, row)
    if place_id is None:
        return row
    # Who came before them in this transaction may have been called to that one.
    with foreseen(doing.uow, row.trip_id) as load:
        place_id = _ready_place(load, row)
    return row if place_id is None else call_to_ready_place(doing, row, place_id)


def _ready_place(load: Load, row: Row[Any]) -> int | None:
    if row.only_desk_id is not None:
        return load.desk(row.only_desk_id).free_counter(row.language)
    return choose(load, Arrival(row.location, row.topic_id, row.language, may_walk=False)).counter_id


def _target(trip: TripLoad, row: Row[Any], topic_id: int, desk_id: int | None) -> tuple[int, int]:
    """The desk, and where the person waits for it: a desk chosen by hand may stand at another site."""
    if desk_id is None:
        choice = least_cost(trip.load, Arrival(row.location, topic_id, row.language, may_walk=False))
        if choice.desk_id is None:
            raise NoDeskForTransfer(field="topic_id")
        return choice.desk_id, row.location
    known = trip.load.desks.get(desk_id)
    if known is None:
        raise NotFound()
    takes = known.desk.calls if row.location == PHONE else known.desk.walk_ins
    if not (known.desk.takes_new and takes and topic_id in known.desk.speed):
        raise NoDeskForTransfer(field="desk_id")
    return desk_id, row.location if row.location == PHONE else known.desk.site_id


def desk_on_return(
    uow: UnitOfWork, row: Row[Any], desk_id: int | None, location: int | None = None
) -> int | None:
    """Whose turn it is for somebody who comes back: their desk's while it takes anybody, else by rule A, where they wait
    or at `location`.
    """
    with CACHE.held(uow.session, row.trip_id) as trip:
        known = trip.load.desks.get(desk_id) if desk_id is not None else None
        if known is not None and known.open_counters > 0:
            return desk_id
        at = row.location if location is None else location
        arrival = Arrival(at, row.topic_id, row.language, may_walk=False)
        return least_cost(trip.load, arrival).desk_id


@dataclass(frozen=True)
class StopOutlook:
    """What stopping some desks would mean: who waits for them, how many of those another desk could take, how many none
    could, who sits at a counter or is on hold, and how many of all have no phone on which they could be called back.
    """

    waiting: int
    movable: int
    stranded: int
    at_desk: int
    without_phone: int


def stop_outlook(session: Session, trip_id: int, desk_ids: Collection[int]) -> StopOutlook:
    """As of now, nothing is changed. Raises NotFound."""
    with (
        CACHE.held(session, trip_id) as trip,
        imagined_desks(trip.load, dict.fromkeys(desk_ids, FAILED)),
    ):
        known = [desk_id for desk_id in desk_ids if desk_id in trip.load.desks]
        waiting = [person for desk_id in known for person in trip.load.provisional(desk_id)]
        changes = place(trip.load, waiting)
    movable = sum(change.desk_id is not None for change in changes)
    at_desk = session.scalars(select(TICKETS.c.id).where(is_at_desk(trip_id, desk_ids))).all()
    everybody = [*at_desk, *(person.ticket_id for person in waiting)]
    without = len(everybody) - len(with_phone(session, everybody))
    return StopOutlook(len(waiting), movable, len(changes) - movable, len(at_desk), without)


def with_phone(session: Session, ticket_ids: Collection[int]) -> set[int]:
    """Those tickets whose person can be called."""
    query = (
        select(TICKETS.c.id)
        .join(DEMANDS, DEMANDS.c.id == TICKETS.c.demand_id)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
        .where(TICKETS.c.id.in_(ticket_ids), PERSONS.c.phone.is_not(None))
    )
    return set(session.scalars(query))


def is_at_desk(trip_id: int, desk_ids: Collection[int]) -> ColumnElement[bool]:
    """Who is called to one of these desks, served there or put aside by it."""
    return and_(
        TICKETS.c.trip_id == trip_id,
        TICKETS.c.desk_id.in_(desk_ids),
        IS_ACTIVE,
        TICKETS.c.status.in_((*rules.AT_PLACE, rules.HELD)),
    )
