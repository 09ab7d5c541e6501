"""Handing people over: whoever waits for a desk that takes nobody any more waits for another one at once, and is told so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from deskops.accounts.actor import SYSTEM
from deskops.balancing.load import Load
from deskops.balancing.reroute import Relabel, place, reroute
from deskops.balancing.state import Waiting, Walk
from deskops.core.events import DomainEvent
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.events import (
    PlaceClosed,
    PlaceEvent,
    PlaceOpened,
    PlacePaused,
    TicketKept,
    TicketRerouted,
    TicketReturned,
    TicketTurnedBack,
)
from deskops.demands.load import CACHE
from deskops.demands.load_rows import waiting_of
from deskops.demands.models import IS_ACTIVE
from deskops.demands.services import telling
from deskops.demands.services.foresight import foreseen
from deskops.demands.services.sharing import is_at_desk
from deskops.demands.services.tickets import TICKETS, Act, move, put, tickets_of
from deskops.demands.steering import BalancingAct, LabelsRenewed, PeopleHandedOver
from deskops.desks.events import DeskStateChanged
from deskops.desks.rules import CLOSING, FAILED, OPEN


@dataclass(frozen=True)
class Cause:
    """Why people get another desk. `desk_id` gave the reason; `leaves`: it takes them no more, so that they were moved;
    `fails`: it may not be back soon, so that they are told, and the coordinators are told of whom it hits again.
    """

    reason: str
    desk_id: int | None = None
    leaves: bool = False
    fails: bool = False
    act: type[BalancingAct] = PeopleHandedOver


class Given(NamedTuple):
    """The desk that somebody gets, None the coordinators' list; `back_to` is the site to which they turn back."""

    ticket_id: int
    desk_id: int | None
    back_to: int | None = None


Pair = tuple[Row[Any], Row[Any]]
"""A turn as it was before, and as it is now."""

TICK = Cause(rules.BY_TICK, act=LabelsRenewed)


def share_out(uow: UnitOfWork, event: DomainEvent) -> None:
    """In the transaction that opens or stops a desk or its counters: nobody is left with a desk that takes nobody.

    Those being served at a failed desk wait again. When somebody can be taken again, the coordinators' list is tried anew.
    """
    if isinstance(event, DeskStateChanged):
        _after_desk(Act(uow, SYSTEM, uow.now), event)
    elif isinstance(event, PlaceOpened | PlacePaused | PlaceClosed):
        _after_place(Act(uow, SYSTEM, uow.now), event)


def share_out_stranded(uow: UnitOfWork, trip_id: int) -> None:
    """Give another desk to who waits for one that isn't open, and try the coordinators' list anew."""
    doing, origins = Act(uow, SYSTEM, uow.now), _origins(uow, trip_id)
    with foreseen(uow, trip_id) as load:
        people = [load.waiting(one.ticket_id) for one in stranded(load)]
        given = _placed(load, people, origins)
    cause = Cause(rules.ASTRAY, leaves=True, fails=True)
    follow(doing, trip_id, cause, give(doing, trip_id, given.values(), cause))


def relabel_people(
    doing: Act, trip_id: int, changes: Iterable[Relabel], cause: Cause, *, leaves_chosen: bool = False
) -> int:
    """Write new labels down as one act; returns how many changed. `leaves_chosen`: whom somebody gave a desk by hand
    meanwhile keeps that.
    """
    pairs = give(doing, trip_id, (Given(*one) for one in changes), cause, leaves_chosen=leaves_chosen)
    follow(doing, trip_id, cause, pairs)
    return len(pairs)


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
        _before_closing(doing, event)
        _keep(doing, event.desk_id)
        return
    opens = event.state == OPEN
    served = _at_desk(doing, event) if event.state == FAILED else []
    left = None if opens else event.desk_id
    origins = _origins(doing.uow, event.trip_id)
    with foreseen(doing.uow, event.trip_id) as load:
        waiting = [] if event.keeps else load.provisional(left)
        given = _placed(load, [*waiting, *(waiting_of(row) for row in served)], origins)
    moved = [given[one.ticket_id] for one in waiting if given[one.ticket_id].desk_id != left]
    reason = rules.DESK_OPENED if opens else rules.DESK_STOPPED.get(event.state, rules.ASTRAY)
    cause = Cause(reason, event.desk_id, leaves=not opens, fails=not opens)
    pairs = give(doing, event.trip_id, moved, cause)
    pairs += [(row, _stood_up(doing, row, given[row.id], cause)) for row in served]
    follow(doing, event.trip_id, cause, pairs)


def _before_closing(doing: Act, event: DeskStateChanged) -> None:
    """Who waits for a desk that closes waits for another that can take them where they are; of whom somebody said that they
    are served to the end, and whom no other can take, it still serves.
    """
    with foreseen(doing.uow, event.trip_id) as load:
        waiting = [one for one in load.provisional(event.desk_id) if one.only_desk_id is None]
        placed = [Given(*one) for one in place(load, waiting) if one.desk_id is not None]
    cause = Cause(rules.DESK_STOPPED[CLOSING], event.desk_id, leaves=True, fails=True)
    follow(doing, event.trip_id, cause, give(doing, event.trip_id, placed, cause))


def _after_place(doing: Act, event: PlaceEvent) -> None:
    with CACHE.held(doing.uow.session, event.trip_id) as trip:
        had_counters = trip.load.desks[event.desk_id].open_counters > 0
    origins = _origins(doing.uow, event.trip_id)
    with foreseen(doing.uow, event.trip_id) as load:
        has_counters = load.desks[event.desk_id].open_counters > 0
        changed = has_counters != had_counters and not load.desks[event.desk_id].desk.keeps
        left = None if has_counters else event.desk_id
        given = _placed(load, load.provisional(left), origins) if changed else {}
    moved = [one for one in given.values() if one.desk_id != left]
    reason = rules.COUNTER_CAME if has_counters else rules.COUNTER_LEFT
    cause = Cause(reason, event.desk_id, leaves=not has_counters)
    follow(doing, event.trip_id, cause, give(doing, event.trip_id, moved, cause))


def _placed(load: Load, people: Iterable[Waiting], origins: Mapping[int, int]) -> dict[int, Given]:
    """A desk for each where they are, or where they walk to; who is on the way and finds none there turns back."""
    everybody = list(people)
    placed = {one: Given(one, desk_id) for one, desk_id in place(load, everybody)}
    astray = [
        replace(one, place=origins[one.ticket_id], walk=Walk.NONE)
        for one in everybody
        if one.ticket_id in origins and placed[one.ticket_id].desk_id is None
    ]
    back = [one for one in place(load, astray) if one.desk_id is not None]
    return placed | {one: Given(one, desk_id, origins[one]) for one, desk_id in back}


def _origins(uow: UnitOfWork, trip_id: int) -> dict[int, int]:
    """Where those come from who are on the way to another site, by ticket."""
    walking = (TICKETS.c.walk == "under_way", TICKETS.c.walked_from.is_not(None))
    query = select(TICKETS.c.id, TICKETS.c.walked_from).where(TICKETS.c.trip_id == trip_id, IS_ACTIVE)
    return {row.id: row.walked_from for row in uow.session.execute(query.where(*walking))}


def give(
    doing: Act, trip_id: int, given: Iterable[Given], cause: Cause, *, leaves_chosen: bool = False
) -> list[Pair]:
    """Give those desks to who still waits. `follow` makes one act of it."""
    wanted = {one.ticket_id: one for one in given}
    return [
        (row, _give(doing, row, wanted[row.id], cause))
        for row in tickets_of(doing.uow, trip_id, wanted)
        if row.status == rules.WAITING and not (leaves_chosen and row.only_desk_id)
    ]


def _give(doing: Act, row: Row[Any], given: Given, cause: Cause) -> Row[Any]:
    # Held to the desk that they leave, they could be called by no other.
    values: dict[str, Any] = {"desk_id": given.desk_id, "only_desk_id": None}
    values["moved_times"] = _moved_times(row, cause)
    if given.back_to is not None:
        since = rules.turned_back_at(row.changed_at, doing.at, rules.WALK_TAKES)
        values |= {"location": given.back_to, "walked_from": None, "changed_at": since}
        return put(doing, row, rules.WAITING, partial(TicketTurnedBack, reason=cause.reason), **values)
    if row.walk == "under_way":
        # They walk on to the same site, and are there when they would have been.
        values["changed_at"] = row.changed_at
    elif cause.fails and given.desk_id is None:
        # Who walked here in vain may be asked to walk a second time: that is the exception.
        values["walk"] = "none"
    return put(doing, row, rules.WAITING, partial(TicketRerouted, reason=cause.reason), **values)


def _stood_up(doing: Act, row: Row[Any], given: Given, cause: Cause) -> Row[Any]:
    values: dict[str, Any] = {"desk_id": given.desk_id, "moved_times": _moved_times(row, cause)}
    values |= {"place_id": None, "user_id": None}
    return move(doing, row, "fail", partial(TicketReturned, reason=cause.reason), **values)


def _moved_times(row: Row[Any], cause: Cause) -> int:
    return int(row.moved_times + (cause.leaves and row.desk_id is not None))


def follow(doing: Act, trip_id: int, cause: Cause, pairs: list[Pair]) -> None:
    """What comes of an act: it is told as one, to those whom it concerns, and of whom it hits again to the coordinators."""
    if not pairs:
        return
    moves = tuple(telling.moved(before, row) for before, row in pairs)
    doing.uow.record(cause.act(trip_id=trip_id, reason=cause.reason, at_desk_id=cause.desk_id, moves=moves))
    telling.tell_people(doing.uow, trip_id, pairs, fails=cause.fails)
    if cause.fails:
        telling.tell_coordinators(doing.uow, trip_id, pairs, cause.reason)


def _keep(doing: Act, desk_id: int) -> None:
    """Whoever is left when a desk begins to close is served there and nowhere else, unless somebody decides otherwise."""
    here = select(TICKETS.c.trip_id, TICKETS.c.id).where(TICKETS.c.desk_id == desk_id, IS_ACTIVE)
    rows = doing.uow.session.execute(here.where(TICKETS.c.only_desk_id.is_(None))).all()
    for row in tickets_of(doing.uow, rows[0].trip_id, [row.id for row in rows]) if rows else ():
        if row.desk_id == desk_id and row.status in rules.ACTIVE:
            keep(doing, row)


def keep(doing: Act, row: Row[Any]) -> None:
    """Their desk serves them to the end, and no other."""
    put(doing, row, row.status, TicketKept, only_desk_id=row.desk_id, changed_at=row.changed_at)


def _at_desk(doing: Act, event: DeskStateChanged) -> list[Row[Any]]:
    """Who sat at a counter of a failed desk: they wait again, with their old age and a desk that works."""
    at_desk = select(TICKETS.c.id).where(is_at_desk(event.trip_id, [event.desk_id]))
    rows = tickets_of(doing.uow, event.trip_id, doing.uow.session.scalars(at_desk).all())
    # Until it was locked, somebody may have finished it.
    return [row for row in rows if rules.after(row.status, "fail")]
