"""Rules C and D as time passes: fresh labels, an offer to whom the wait has grown for, and a walk where it saves much."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM
from deskops.balancing import offer
from deskops.balancing.reroute import Walkover, walks_worth
from deskops.balancing.state import Walk
from deskops.core import jobs, runtime
from deskops.core.database import table_of
from deskops.core.dates import digits
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands import rules
from deskops.demands.events import TicketSentWalking
from deskops.demands.load import CACHE
from deskops.demands.models import IS_ACTIVE, Offer
from deskops.demands.outlook import foretold
from deskops.demands.services import offers, texting
from deskops.demands.services.sharing import share_out_anew, with_phone
from deskops.demands.services.tickets import TICKETS, Act, put, tickets_of
from deskops.demands.trip_load import TripLoad
from deskops.desks.models import Trip
from deskops.desks.queries import catalogue

EVERY = timedelta(minutes=5)
OFFERS = table_of(Offer)


@jobs.handler("demands.rebalance", every=EVERY)
def rebalance(_payload: dict[str, Any]) -> None:
    """Every live trip in which somebody waits; each step in a transaction of its own, since each locks people by number."""
    with runtime.current().database.reading() as session:
        live = session.scalars(select(Trip.id).where(Trip.phase == "live").order_by(Trip.id)).all()
        waiting = [trip_id for trip_id in live if _waits(session, trip_id)]
    for trip_id in waiting:
        for step in (share_out_anew, offer_to_due, ask_to_walk):
            with unit_of_work(SYSTEM) as uow:
                step(uow, trip_id)


def _waits(session: Session, trip_id: int) -> bool:
    with CACHE.held(session, trip_id) as trip:
        return trip.load.waiting_count() > 0


def offer_to_due(uow: UnitOfWork, trip_id: int) -> None:
    """Offer to be served by phone to those whose wait has passed the limit since they came, once each."""
    with foretold(uow.session, trip_id) as (trip, outlook):
        new = _came(trip)
        due = [one for one in offer.due(trip.load, outlook.waits) if one.walk is Walk.NONE]
        waits = {one.ticket_id: outlook.waits.get(one.ticket_id) for one in due if one.ticket_id not in new}
    asked = set(uow.session.scalars(select(OFFERS.c.ticket_id).where(OFFERS.c.ticket_id.in_(waits))))
    doing = Act(uow, SYSTEM, uow.now)
    for row in tickets_of(uow, trip_id, waits.keys() - asked):
        if row.status == rules.WAITING and row.location:
            offers.make(doing, row, row.location, waits[row.id])


def ask_to_walk(uow: UnitOfWork, trip_id: int) -> None:
    """Ask those to walk to whom it saves much, at most once a person, and only whom a text message reaches: somebody who
    isn't told would be called where they are not.
    """
    unasked = _cannot_be_asked(uow, trip_id)
    with foretold(uow.session, trip_id) as (trip, outlook):
        found = walks_worth(trip.load, outlook.waits, unasked | _came(trip))
        sites = {one.desk_id: trip.load.desk(one.desk_id).desk.site_id for one in found}
    _send(uow, trip_id, found, sites)


def _send(uow: UnitOfWork, trip_id: int, found: Iterable[Walkover], sites: dict[int, int]) -> None:
    doing = Act(uow, SYSTEM, uow.now)
    desks = {one.ticket_id: one.desk_id for one in found}
    for row in tickets_of(uow, trip_id, desks):
        if row.status == rules.WAITING and row.walk == "none" and row.only_desk_id is None:
            desk_id = desks[row.id]
            values = {"desk_id": desk_id, "location": sites[desk_id], "walk": "under_way"}
            changed = put(doing, row, rules.WAITING, TicketSentWalking, **values)
            texting.write_to(uow, changed, f"walk:{row.id}", _way(uow, changed))


def _way(uow: UnitOfWork, row: Row[Any]) -> texting.Words:
    names = catalogue(uow.session, row.trip_id)

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
