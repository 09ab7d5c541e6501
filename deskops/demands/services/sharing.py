"""Giving people another desk: transfer by hand, and sharing out those whose desk takes nobody any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select, update
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM, Actor
from deskops.balancing.load import Load
from deskops.balancing.reroute import Relabel, place, relabel, reroute
from deskops.balancing.router import least_cost
from deskops.balancing.state import PHONE, Arrival
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.events import DomainEvent
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import NoDeskForTransfer, NotYourPlace, UnknownTopic
from deskops.demands.events import (
    PlaceClosed,
    PlaceEvent,
    PlaceOpened,
    PlacePaused,
    TicketKept,
    TicketRerouted,
    TicketReturned,
    TicketTransferred,
)
from deskops.demands.load import CACHE
from deskops.demands.models import IS_ACTIVE, Demand, Person
from deskops.demands.services.claim import call_to_ready_place
from deskops.demands.services.foresight import foreseen, imagined_desks
from deskops.demands.services.tickets import TICKETS, Act, act, may_at, move, put, ticket_of, tickets_of
from deskops.demands.trip_load import TripLoad, waiting_of
from deskops.desks.events import DeskStateChanged
from deskops.desks.rules import CLOSING, FAILED, OPEN

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
    walk = "under_way" if location not in {row.location, PHONE} else row.walk
    values: dict[str, Any] = {"desk_id": target, "topic_id": topic, "location": location, "walk": walk}
    values |= {"only_desk_id": desk_id, "place_id": None, "user_id": None}
    changed = move(doing, row, "transfer", TicketTransferred, **values)
    if topic != row.topic_id:
        statement = update(DEMANDS).where(DEMANDS.c.id == row.demand_id)
        uow.session.execute(statement.values(topic_id=topic, version=DEMANDS.c.version + 1))
    return offered(doing, changed) if walk != "under_way" else changed


def offered(doing: Act, row: Row[Any]) -> Row[Any]:
    """Somebody who came to wait for a desk: called at once where one of its counters stands ready."""
    if row.desk_id is None:
        return row
    with CACHE.held(doing.uow.session, row.trip_id) as trip:
        place_id = trip.load.desk(row.desk_id).free_counter(row.language)
    if place_id is None:
        return row
    # Who came before them in this transaction may have been called to that one.
    with foreseen(doing.uow, row.trip_id) as load:
        place_id = load.desk(row.desk_id).free_counter(row.language)
    return row if place_id is None else call_to_ready_place(doing, row, place_id)


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


def share_out(uow: UnitOfWork, event: DomainEvent) -> None:
    """In the transaction that opens or stops a desk or its counters: nobody is left with a desk that takes nobody.

    Those being served at a failed desk wait again. When somebody can be taken again, the coordinators' list is tried anew.
    """
    if isinstance(event, DeskStateChanged):
        _after_desk(Act(uow, SYSTEM, uow.now), event)
    elif isinstance(event, PlaceOpened | PlacePaused | PlaceClosed):
        _after_place(Act(uow, SYSTEM, uow.now), event)


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


def share_out_stranded(uow: UnitOfWork, trip_id: int) -> None:
    """Give another desk to who waits for one that isn't open, and try the coordinators' list anew."""
    with foreseen(uow, trip_id) as load:
        changes = stranded(load)
    _relabel(Act(uow, SYSTEM, uow.now), trip_id, changes)


def share_out_anew(uow: UnitOfWork, trip_id: int) -> None:
    """Rule C's tick: labels that fit the queue as it is now. Nobody's place in it changes."""
    with foreseen(uow, trip_id) as load:
        changes = relabel(load)
    _relabel(Act(uow, SYSTEM, uow.now), trip_id, changes, leaves_chosen=True)


def stranded(load: Load) -> list[Relabel]:
    """Who could wait elsewhere, because their desk isn't open or they have none."""
    shut = [
        desk_id
        for desk_id, known in load.desks.items()
        if known.provisional and not (known.desk.open or known.desk.keeps)
    ]
    return [change for desk_id in (*shut, None) for change in reroute(load, desk_id)]


def _after_desk(doing: Act, event: DeskStateChanged) -> None:
    if event.state == CLOSING:
        _keep(doing, event.desk_id)
        return
    served = _at_desk(doing, event) if event.state == FAILED else []
    left = None if event.state == OPEN else event.desk_id
    with foreseen(doing.uow, event.trip_id) as load:
        waiting = [] if event.keeps else load.provisional(left)
        placed = dict(place(load, [*waiting, *(waiting_of(row) for row in served)]))
    moved = [person.ticket_id for person in waiting if placed[person.ticket_id] != left]
    _relabel(doing, event.trip_id, [Relabel(ticket_id, placed[ticket_id]) for ticket_id in moved])
    for row in served:
        move(doing, row, "fail", TicketReturned, place_id=None, user_id=None, desk_id=placed[row.id])


def _after_place(doing: Act, event: PlaceEvent) -> None:
    with CACHE.held(doing.uow.session, event.trip_id) as trip:
        had_counters = trip.load.desks[event.desk_id].open_counters > 0
    with foreseen(doing.uow, event.trip_id) as load:
        has_counters = load.desks[event.desk_id].open_counters > 0
        changed = has_counters != had_counters and not load.desks[event.desk_id].desk.keeps
        changes = reroute(load, None if has_counters else event.desk_id) if changed else []
    _relabel(doing, event.trip_id, changes)


def _keep(doing: Act, desk_id: int) -> None:
    """Whoever is there when a desk begins to close is served there and nowhere else, unless somebody decides otherwise."""
    here = select(TICKETS.c.trip_id, TICKETS.c.id).where(TICKETS.c.desk_id == desk_id, IS_ACTIVE)
    rows = doing.uow.session.execute(here.where(TICKETS.c.only_desk_id.is_(None))).all()
    for row in tickets_of(doing.uow, rows[0].trip_id, [row.id for row in rows]) if rows else ():
        if row.desk_id == desk_id and row.status in rules.ACTIVE:
            put(doing, row, row.status, TicketKept, only_desk_id=desk_id, changed_at=row.changed_at)


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
    at_desk = session.scalars(select(TICKETS.c.id).where(_is_at_desk(trip_id, desk_ids))).all()
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


def _relabel(doing: Act, trip_id: int, changes: list[Relabel], *, leaves_chosen: bool = False) -> None:
    """`leaves_chosen`: whom somebody gave a desk by hand meanwhile keeps that."""
    desk_ids = {change.ticket_id: change.desk_id for change in changes}
    for row in tickets_of(doing.uow, trip_id, desk_ids):
        if row.status == rules.WAITING and not (leaves_chosen and row.only_desk_id):
            # Held to the desk that they leave, they could be called by no other.
            values = {"desk_id": desk_ids[row.id], "only_desk_id": None}
            put(doing, row, rules.WAITING, TicketRerouted, **values)


def _at_desk(doing: Act, event: DeskStateChanged) -> list[Row[Any]]:
    """Who sat at a counter of a failed desk: they wait again, with their old age and a desk that works."""
    at_desk = select(TICKETS.c.id).where(_is_at_desk(event.trip_id, [event.desk_id]))
    rows = tickets_of(doing.uow, event.trip_id, doing.uow.session.scalars(at_desk).all())
    # Until it was locked, somebody may have finished it.
    return [row for row in rows if rules.after(row.status, "fail")]


def _is_at_desk(trip_id: int, desk_ids: Collection[int]) -> ColumnElement[bool]:
    return and_(
        TICKETS.c.trip_id == trip_id,
        TICKETS.c.desk_id.in_(desk_ids),
        IS_ACTIVE,
        TICKETS.c.status.in_((*rules.AT_PLACE, rules.HELD)),
    )
