"""Reads of turns in queues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from deskops.balancing.errors import UnknownTicketError
from deskops.balancing.projection import WaitRange
from deskops.core import clock
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.demands import rules
from deskops.demands.models import IS_ACTIVE, IS_AT_PLACE, Ticket
from deskops.demands.outlook import foretold, wait_range
from deskops.demands.priorities import kinds_of

TICKETS = table_of(Ticket)


@dataclass(frozen=True)
class TicketLine:
    """A turn in a queue. Of the person it tells no more than `priorities`, with commas."""

    id: int
    demand_id: int
    number: int
    day: date
    status: str
    channel: str
    location: int
    topic_id: int
    desk_id: int | None
    place_id: int | None
    user_id: int | None
    urgent: bool
    language: str
    walk: str
    bonus_minutes: float
    priorities: str
    registered_at: datetime
    changed_at: datetime
    undo: str | None
    version: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """The priorities, one by one."""
        return kinds_of(self.priorities)

    @property
    def seniority(self) -> datetime:
        """The registration moved back by the bonus, by which rule B goes."""
        return self.registered_at - timedelta(minutes=self.bonus_minutes)


def ticket_of_demand(session: Session, demand_id: int) -> TicketLine | None:
    """The newest turn of a demand."""
    lines = ticket_lines(session, TICKETS.c.demand_id == demand_id, newest_first=True, limit=1)
    return lines[0] if lines else None


def ticket(session: Session, trip_id: int, ticket_id: int) -> TicketLine:
    """One turn. Raises NotFound."""
    lines = ticket_lines(session, TICKETS.c.id == ticket_id, TICKETS.c.trip_id == trip_id)
    if not lines:
        raise NotFound()
    return lines[0]


def desk_tickets(session: Session, trip_id: int, desk_id: int, limit: int = 200) -> list[TicketLine]:
    """Everybody who waits for, is at, or is put aside by a desk, oldest first."""
    here = (TICKETS.c.trip_id == trip_id, TICKETS.c.desk_id == desk_id)
    return ticket_lines(session, *here, IS_ACTIVE, limit=limit)


def unassigned_tickets(session: Session, trip_id: int, limit: int = 200) -> list[TicketLine]:
    """The coordinators' list: those whom no open desk can take."""
    nowhere = (TICKETS.c.trip_id == trip_id, TICKETS.c.desk_id.is_(None))
    return ticket_lines(session, *nowhere, IS_ACTIVE, TICKETS.c.status == rules.WAITING, limit=limit)


def ticket_at_place(session: Session, place_id: int) -> TicketLine | None:
    """Who is called to, or served at, a counter."""
    lines = ticket_lines(session, TICKETS.c.place_id == place_id, IS_AT_PLACE, limit=1)
    return lines[0] if lines else None


def tickets_at_places(session: Session, trip_id: int) -> list[TicketLine]:
    """Everybody of a trip who is called to, served at or put aside by a counter."""
    at_places = TICKETS.c.status.in_((*rules.AT_PLACE, rules.HELD))
    return ticket_lines(session, TICKETS.c.trip_id == trip_id, IS_ACTIVE, at_places)


def people_ahead(session: Session, line: TicketLine) -> int:
    """How many wait at the same place for the same desk and came before."""
    ahead = ticket_lines(
        session,
        TICKETS.c.trip_id == _trip_of(session, line.id),
        TICKETS.c.desk_id == line.desk_id,
        TICKETS.c.location == line.location,
        IS_ACTIVE,
        TICKETS.c.status == rules.WAITING,
        TICKETS.c.registered_at < line.registered_at,
        limit=1000,
    )
    return len(ahead)


def wait_of(session: Session, trip_id: int, line: TicketLine) -> WaitRange | None:
    """How long somebody who waits still has to; None where no open counter stands behind it, or they wait no more."""
    with foretold(session, trip_id) as (trip, outlook):
        try:
            known = trip.load.waiting(line.id)
        except UnknownTicketError:
            return None
        return wait_range(trip, outlook, known, clock.now())


def _trip_of(session: Session, ticket_id: int) -> int:
    return int(session.execute(select(TICKETS.c.trip_id).where(TICKETS.c.id == ticket_id)).scalar_one())


def ticket_lines(
    session: Session, *conditions: ColumnElement[bool], newest_first: bool = False, limit: int | None = None
) -> list[TicketLine]:
    """The turns that fit; oldest first by registration, or by id the newest."""
    columns = [TICKETS.c[name] for name in TicketLine.__dataclass_fields__]
    order = TICKETS.c.id.desc() if newest_first else TICKETS.c.registered_at
    query = select(*columns).where(*conditions).order_by(order).limit(limit)
    return [TicketLine(**row._asdict()) for row in session.execute(query)]
