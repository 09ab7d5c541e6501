"""Rules C and D as time passes, an act of a kind at a time: what would be done with whom, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from math import isfinite
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from deskops.balancing import offer
from deskops.balancing.load import Load
from deskops.balancing.reroute import Relabel, Walkover, relabel, walks_worth
from deskops.balancing.state import PHONE, Waiting, Walk
from deskops.core import journal
from deskops.core.database import table_of
from deskops.core.dates import digits
from deskops.core.i18n import gettext
from deskops.core.journal_rows import JournalRow
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.events import TicketSentWalking
from deskops.demands.load import CACHE
from deskops.demands.models import IS_ACTIVE, Offer
from deskops.demands.outlook import foretold
from deskops.demands.services import handing_over, offers, telling, texting
from deskops.demands.services.foresight import foreseen
from deskops.demands.services.sharing import with_phone
from deskops.demands.services.tickets import TICKETS, Act, put, tickets_of
from deskops.demands.steering import OffersMade, WalksAsked
from deskops.demands.trip_load import TripLoad
from deskops.desks.queries import Catalogue, catalogue

OFFERS, JOURNAL = table_of(Offer), table_of(JournalRow)
HOUR = timedelta(hours=1)


class Wanted(NamedTuple):
    """What is to be done with one person. `desk_id` is the one that they get, None for an offer or the coordinators' list;
    `minutes` what it gains, of an offer the projected wait; None where nobody at their place can serve them.
    """

    ticket_id: int
    desk_id: int | None
    minutes: float | None = None


def find_labels(uow: UnitOfWork, trip_id: int) -> list[Wanted]:
    """Labels that fit the queue as it is now. Nobody's place in it changes."""
    with foreseen(uow, trip_id) as load:
        return [Wanted(*one) for one in relabel(load)]


def give_labels(doing: Act, trip_id: int, wanted: Iterable[Wanted]) -> int:
    """Write them down, as far as their desks still take them, who may be elsewhere or about something else by now; returns
    of how many.
    """
    with CACHE.held(doing.uow.session, trip_id) as trip:
        waiting = {one.ticket_id: one for one in trip.load.all_waiting()}
        still = [one for one in wanted if one.ticket_id in waiting]
        changes = [
            Relabel(one.ticket_id, one.desk_id)
            for one in still
            if _fits(trip.load, waiting[one.ticket_id], one)
        ]
    return handing_over.relabel_people(doing, trip_id, changes, handing_over.TICK, leaves_chosen=True)


def _fits(load: Load, person: Waiting, wanted: Wanted) -> bool:
    if wanted.desk_id is None or wanted.desk_id == person.desk_id:
        return wanted.desk_id != person.desk_id
    known = load.desks.get(wanted.desk_id)
    return known is not None and known.takes(person.topic_id, person.place)


def find_offers(uow: UnitOfWork, trip_id: int) -> list[Wanted]:
    """Those whose wait has passed the limit since they came, and who were never asked."""
    with foretold(uow.session, trip_id) as (trip, outlook):
        new = _came(trip)
        due = [one for one in offer.due(trip.load, outlook.waits) if one.walk is Walk.NONE]
        waits = {one.ticket_id: outlook.waits.get(one.ticket_id) for one in due if one.ticket_id not in new}
    asked = set(uow.session.scalars(select(OFFERS.c.ticket_id).where(OFFERS.c.ticket_id.in_(waits))))
    return [Wanted(ticket_id, None, waits[ticket_id]) for ticket_id in waits if ticket_id not in asked]


def make_offers(doing: Act, trip_id: int, wanted: Iterable[Wanted]) -> int:
    """Offer it to those who still wait at a site, once each; returns to how many."""
    uow, found = doing.uow, list(wanted)
    waits = {one.ticket_id: one.minutes for one in found}
    turns = [
        row
        for row in tickets_of(uow, trip_id, waits)
        if row.status == rules.WAITING and row.location != PHONE
    ]
    # Looked at once their turns are locked: two at one instant would both find none.
    known = set(uow.session.scalars(select(OFFERS.c.ticket_id).where(OFFERS.c.ticket_id.in_(waits))))
    rows = [row for row in turns if row.id not in known]
    for row in rows:
        offers.make(doing, row, row.location, waits[row.id])
    if rows:
        moves = tuple(telling.moved(row, row, waits[row.id]) for row in rows)
        uow.record(OffersMade(trip_id=trip_id, reason=_reason(found), at_desk_id=None, moves=moves))
    return len(rows)


def find_walks(uow: UnitOfWork, trip_id: int) -> list[Wanted]:
    """Those to whom a walk saves much, at most one a person, and only whom a text message reaches: somebody who isn't told
    would be called where they are not. No more than the trip's limit for an hour leaves.
    """
    unasked = _cannot_be_asked(uow, trip_id)
    with foretold(uow.session, trip_id) as (trip, outlook):
        left = trip.autopilot.walks_an_hour
        found = walks_worth(trip.load, outlook.waits, unasked | _came(trip))
    if left is not None:
        found = found[: max(0, left - _walks_lately(uow, trip_id))] if found else []
    return [_walk(one) for one in found]


def _walk(one: Walkover) -> Wanted:
    return Wanted(one.ticket_id, one.desk_id, one.gain_minutes if isfinite(one.gain_minutes) else None)


def _walks_lately(uow: UnitOfWork, trip_id: int) -> int:
    since = uow.now - HOUR
    acts = journal.general_entries(uow.session, trip_id, [WalksAsked.kind], JOURNAL.c.at > since)
    return sum(len(entry.payload["moves"]) for entry in acts)


def ask_to_walk(doing: Act, trip_id: int, wanted: Iterable[Wanted]) -> int:
    """Ask those who still wait at a site and can walk, as far as their desk still takes them; returns how many."""
    uow, found = doing.uow, {one.ticket_id: one for one in wanted}
    waiting = [row for row in tickets_of(uow, trip_id, found) if _may_walk(row)]
    with CACHE.held(uow.session, trip_id) as trip:
        sites = _sites(trip.load, waiting, found)
    rows = [row for row in waiting if row.id in sites]
    if not rows:
        return 0
    pairs = [(row, _send(doing, row, found[row.id], sites[row.id])) for row in rows]
    names = catalogue(uow.session, trip_id)
    texting.write_to_each(
        uow, [texting.Letter(row, f"walk:{row.id}:{row.moved_times}", _way(names, row)) for _, row in pairs]
    )
    moves = tuple(telling.moved(before, row, found[row.id].minutes) for before, row in pairs)
    uow.record(WalksAsked(trip_id=trip_id, reason=_reason(found.values()), at_desk_id=None, moves=moves))
    return len(rows)


def _reason(wanted: Iterable[Wanted]) -> str:
    """Why it was done with all of them."""
    return rules.NOBODY_HERE if all(one.minutes is None for one in wanted) else rules.LONG_WAIT


def _send(doing: Act, row: Row[Any], wanted: Wanted, site_id: int) -> Row[Any]:
    event = partial(TicketSentWalking, reason=_reason([wanted]), gain_minutes=wanted.minutes)
    values = {"desk_id": wanted.desk_id, "location": site_id, "walk": "under_way"}
    values |= {"walked_from": row.location, "moved_times": row.moved_times + 1}
    return put(doing, row, rules.WAITING, event, **values)


def _may_walk(row: Row[Any]) -> bool:
    """Who took an offer meanwhile waits for a call, at home or anywhere."""
    stands = row.status == rules.WAITING and row.location != PHONE and row.walk == "none"
    return bool(stands and row.may_walk and row.only_desk_id is None)


def _sites(load: Load, rows: Iterable[Row[Any]], found: Mapping[int, Wanted]) -> dict[int, int]:
    """Where each is to walk, as far as their desk still takes them."""
    sites = {}
    for row in rows:
        known = load.desks.get(found[row.id].desk_id or 0)
        if known is not None and known.takes(row.topic_id, known.desk.site_id):
            sites[row.id] = known.desk.site_id
    return sites


def _way(names: Catalogue, row: Row[Any]) -> texting.Words:
    def words(address: str) -> str:
        desk = names.desks[row.desk_id]
        return gettext(
            "Number %(number)s: it goes faster at desk %(desk)s, %(site)s. Please walk there; you keep your turn."
            " %(address)s",
            number=digits(row.number),
            desk=digits(desk.number),
            site=names.sites[desk.site_id].name,
            address=address,
        )

    return words


def _cannot_be_asked(uow: UnitOfWork, trip_id: int) -> set[int]:
    waiting = select(TICKETS.c.id, TICKETS.c.may_walk).where(
        TICKETS.c.trip_id == trip_id, IS_ACTIVE, TICKETS.c.status == rules.WAITING
    )
    rows = uow.session.execute(waiting).all()
    reached = with_phone(uow.session, [row.id for row in rows])
    return {row.id for row in rows if not row.may_walk or row.id not in reached}


def _came(trip: TripLoad) -> set[int]:
    """Who came since the outlook was made, and stands in it under another name: as a newcomer."""
    return {ticket_id for ids in trip.came.values() for ticket_id in ids}


Find = Callable[[UnitOfWork, int], list[Wanted]]
Do = Callable[[Act, int, Iterable[Wanted]], int]
FIND: dict[str, Find] = {rules.RELABEL: find_labels, rules.OFFER: find_offers, rules.WALK: find_walks}
DO: dict[str, Do] = {rules.RELABEL: give_labels, rules.OFFER: make_offers, rules.WALK: ask_to_walk}
