"""Giving people another desk: transfer by hand, and sharing out those whose desk takes nobody any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select, update

from deskops.accounts.actor import SYSTEM, Actor
from deskops.balancing.load import Load
from deskops.balancing.reroute import reroute
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
    TicketRerouted,
    TicketReturned,
    TicketTransferred,
)
from deskops.demands.load import CACHE, TripLoad
from deskops.demands.models import Demand
from deskops.demands.services.tickets import TICKETS, Act, act, move, put, ticket_of
from deskops.desks.events import DeskStateChanged

DEMANDS = table_of(Demand)


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

    Raises NoDeskForTransfer, UnknownTopic, NotFound, NotYourPlace, TicketMoved.
    """
    doing = act(uow, actor, trip_id)
    row = ticket_of(uow, trip_id, ticket_id)
    if row.status != rules.WAITING and row.user_id != actor.user_id and not actor.may("queue.steer", trip_id):
        raise NotYourPlace()
    trip = CACHE.current(uow.session, trip_id)
    topic = topic_id or row.topic_id
    if topic not in trip.topics:
        raise UnknownTopic(field="topic_id")
    target, location = _target(trip, row, topic, desk_id)
    walk = "under_way" if location not in {row.location, PHONE} else row.walk
    values: dict[str, Any] = {"desk_id": target, "topic_id": topic, "location": location, "walk": walk}
    changed = move(doing, row, "transfer", TicketTransferred, place_id=None, user_id=None, **values)
    if topic != row.topic_id:
        statement = update(DEMANDS).where(DEMANDS.c.id == row.demand_id)
        uow.session.execute(statement.values(topic_id=topic, version=DEMANDS.c.version + 1))
    return changed


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
    if not (known.desk.open and takes and topic_id in known.desk.speed):
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


def _after_desk(doing: Act, event: DeskStateChanged) -> None:
    load = CACHE.current(doing.uow.session, event.trip_id).load
    before = load.desks[event.desk_id].desk
    # The decision needs the load as it will be; the cache itself learns it from the journal after the commit.
    load.put_desk(replace(before, open=event.state == "open"))
    try:
        _relabel(doing, load, event.trip_id, None if event.state == "open" else event.desk_id)
        if event.state == "failed":
            _return_served(doing, load, event)
    finally:
        load.put_desk(before)


def _after_place(doing: Act, event: PlaceEvent) -> None:
    load = CACHE.current(doing.uow.session, event.trip_id).load
    before = load.counters[event.place_id]
    had_counters = load.desks[event.desk_id].open_counters > 0
    load.put_counter(replace(before, open=event.state == "open", ready=False))
    try:
        has_counters = load.desks[event.desk_id].open_counters > 0
        if has_counters != had_counters:
            _relabel(doing, load, event.trip_id, None if has_counters else event.desk_id)
    finally:
        load.put_counter(before)


def _relabel(doing: Act, load: Load, trip_id: int, desk_id: int | None) -> None:
    for change in reroute(load, desk_id):
        row = ticket_of(doing.uow, trip_id, change.ticket_id)
        if row.status == rules.WAITING:
            put(doing, row, rules.WAITING, TicketRerouted, desk_id=change.desk_id)


def _return_served(doing: Act, load: Load, event: DeskStateChanged) -> None:
    """Whoever sat at a counter of a failed desk waits again, with their old age and a desk that works."""
    at_desk = select(TICKETS.c.id).where(
        TICKETS.c.trip_id == event.trip_id,
        TICKETS.c.desk_id == event.desk_id,
        TICKETS.c.status.in_((*rules.AT_PLACE, rules.HELD)),
    )
    for ticket_id in doing.uow.session.scalars(at_desk.order_by(TICKETS.c.id)).all():
        row = ticket_of(doing.uow, event.trip_id, ticket_id)
        desk_id = least_cost(load, Arrival(row.location, row.topic_id, row.language, may_walk=False)).desk_id
        move(doing, row, "fail", TicketReturned, place_id=None, user_id=None, desk_id=desk_id)
