"""Taking back what balancing did, as long as nothing happened to the person since."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from sqlalchemy import Row, select

from deskops.accounts.actor import Actor
from deskops.core import journal
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.journal_rows import JournalRow
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import NotAnAct, NothingToTakeBack
from deskops.demands.events import TicketRerouted, TicketTurnedBack
from deskops.demands.load import CACHE
from deskops.demands.models import Offer
from deskops.demands.services import offers, telling, texting
from deskops.demands.services.sharing import desk_on_return, offered
from deskops.demands.services.tickets import Act, act, put, tickets_of
from deskops.demands.steering import (
    ActTakenBack,
    LabelsRenewed,
    Moved,
    OffersMade,
    PeopleHandedOver,
    WalksAsked,
)
from deskops.desks.queries import catalogue

JOURNAL = table_of(JournalRow)


def take_back(
    uow: UnitOfWork, actor: Actor, trip_id: int, sequence: int, ticket_ids: Collection[int] | None = None
) -> int:
    """Take back the act that stands under a sequence of the journal, for these people or for all; returns for how many it
    still could be.

    Raises Forbidden, NotFound, NotAnAct, NothingToTakeBack.
    """
    actor.require("balance.decide", trip_id)
    doing = act(uow, actor, trip_id)
    entry = _entry(uow, trip_id, sequence)
    undo = UNDO.get(entry.kind)
    if undo is None:
        raise NotAnAct()
    people = {one.ticket_id: one for one in moves_of(entry)}
    wanted = people.keys() if ticket_ids is None else people.keys() & set(ticket_ids)
    rows = [
        row
        for row in tickets_of(uow, trip_id, wanted)
        if row.status == rules.WAITING and people[row.id].still_holds(row)
    ]
    done = [pair for row in rows if (pair := undo(doing, row, people[row.id])) is not None]
    if not done:
        raise NothingToTakeBack()
    _tell(doing, entry, done)
    return len(done)


def moves_of(entry: journal.Entry) -> list[Moved]:
    """Whom an act concerned."""
    return [Moved(*one) for one in entry.payload["moves"]]


def _entry(uow: UnitOfWork, trip_id: int, sequence: int) -> journal.Entry:
    query = select(JOURNAL.c.kind).where(JOURNAL.c.trip_id == trip_id, JOURNAL.c.sequence == sequence)
    kind = uow.session.execute(query).scalar()
    if kind is None:
        raise NotFound()
    found = journal.general_entries(uow.session, trip_id, [kind], before=sequence + 1, limit=1)
    if not found or found[0].sequence != sequence:
        raise NotAnAct()
    return found[0]


Pair = tuple[Row[Any], Row[Any]]
Undo = Callable[[Act, Row[Any], Moved], Pair | None]


def _relabel(doing: Act, row: Row[Any], was: Moved) -> Pair | None:
    """The former desk again, if it takes them; who had none got one, and keeps it."""
    if was.from_desk_id is None or was.from_location != was.to_location:
        return None
    with CACHE.held(doing.uow.session, row.trip_id) as trip:
        known = trip.load.desks.get(was.from_desk_id)
        takes = known is not None and known.takes(row.topic_id, row.location)
    if not takes:
        return None
    event = partial(TicketRerouted, reason=rules.BY_HAND)
    return row, put(doing, row, rules.WAITING, event, desk_id=was.from_desk_id)


def _stay(doing: Act, row: Row[Any], was: Moved) -> Pair | None:
    """Who was asked to walk and isn't there yet stays where they are, and isn't asked again."""
    if row.walk != "under_way":
        return None
    desk_id = desk_on_return(doing.uow, row, was.from_desk_id, was.from_location)
    values = {"desk_id": desk_id, "location": was.from_location, "walk": "none", "walked_from": None}
    values |= {"may_walk": False, "moved_times": max(0, row.moved_times - 1)}
    changed = put(doing, row, rules.WAITING, partial(TicketTurnedBack, reason=rules.BY_HAND), **values)
    letter = texting.Letter(
        changed,
        f"stay:{row.id}:{row.version}",
        telling.stay_where_you_are(catalogue(doing.uow.session, row.trip_id), changed),
    )
    texting.write_to_each(doing.uow, [letter])
    return row, offered(doing, changed)


def _withdraw(doing: Act, row: Row[Any], _was: Moved) -> Pair | None:
    """An offer that nobody answered yet holds no longer."""
    offer = doing.uow.session.scalar(select(Offer).where(Offer.ticket_id == row.id))
    if offer is None or offer.state != rules.OFFERED:
        return None
    offers.withdraw(doing, row, offer)
    return row, row


UNDO: dict[str, Undo] = {
    LabelsRenewed.kind: _relabel,
    PeopleHandedOver.kind: _relabel,
    WalksAsked.kind: _stay,
    OffersMade.kind: _withdraw,
}


def _tell(doing: Act, entry: journal.Entry, done: list[Pair]) -> None:
    doing.uow.record(
        ActTakenBack(
            trip_id=entry.trip_id,
            reason=rules.BY_HAND,
            at_desk_id=None,
            moves=tuple(telling.moved(before, row) for before, row in done),
            sequence=entry.sequence,
            act=entry.kind,
        )
    )
