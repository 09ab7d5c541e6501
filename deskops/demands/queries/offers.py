"""Reads of offers to be served by phone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.balancing.projection import WaitRange
from deskops.balancing.router import choose
from deskops.balancing.state import PHONE, Arrival
from deskops.core.database import table_of
from deskops.demands import rules
from deskops.demands.models import Demand, Offer, Person
from deskops.demands.outlook import foretold, told
from deskops.demands.queries.tickets import TicketLine

OFFERS, DEMANDS, PERSONS = table_of(Offer), table_of(Demand), table_of(Person)


@dataclass(frozen=True)
class OfferLine:
    """What somebody was offered. `by_phone` is how long they would wait for a call, None where nobody serves by phone now;
    `open`: it can be accepted; `returns`: they can have back their place.
    """

    state: str
    needs_phone: bool
    open: bool
    returns: bool
    by_phone: WaitRange | None


def offer_of(session: Session, trip_id: int, ticket: TicketLine) -> OfferLine | None:
    """The offer of a turn that isn't over; None where nothing was offered."""
    columns = (OFFERS.c.state, PERSONS.c.phone)
    query = (
        select(*columns)
        .join(DEMANDS, DEMANDS.c.person_id == PERSONS.c.id)
        .join(OFFERS, OFFERS.c.ticket_id == ticket.id)
        .where(DEMANDS.c.id == ticket.demand_id)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    waits = ticket.status == rules.WAITING
    is_open = waits and rules.may_be_accepted(row.state)
    return OfferLine(
        state=row.state,
        needs_phone=row.phone is None,
        open=is_open,
        returns=waits and row.state == rules.ACCEPTED and ticket.location == PHONE,
        by_phone=_by_phone(session, trip_id, ticket) if is_open else None,
    )


def _by_phone(session: Session, trip_id: int, ticket: TicketLine) -> WaitRange | None:
    arrival = Arrival(PHONE, ticket.topic_id, ticket.language, may_walk=False)
    with foretold(session, trip_id) as (trip, outlook):
        return told(trip, outlook, arrival, choose(trip.load, arrival)).range
