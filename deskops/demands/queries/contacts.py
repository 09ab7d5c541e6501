"""Contacts and what became of them, for systems that check what they sent. No people are named."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.demands.models import Contact, Demand, Ticket

CONTACTS, DEMANDS, TICKETS = table_of(Contact), table_of(Demand), table_of(Ticket)
PAGE_SIZE = 500


@dataclass(frozen=True)
class ContactLine:
    """A contact, and the turn that it led to; one without a demand has no `ticket_id`."""

    id: int
    external_id: str | None
    channel: str
    result: str
    at: datetime
    demand_id: int | None
    ticket_id: int | None
    status: str | None
    topic_id: int | None
    place_id: int | None
    registered_at: datetime | None
    called_at: datetime | None
    serving_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class ContactPage:
    """A page, oldest first; `next_after` is None on the last one."""

    lines: list[ContactLine]
    next_after: int | None


def contact_page(session: Session, trip_id: int, after: int | None = None) -> ContactPage:
    """The contacts of a trip after an id. A contact with several turns has a line for each."""
    page = (
        select(CONTACTS)
        .where(CONTACTS.c.trip_id == trip_id, CONTACTS.c.id > (after or 0))
        .order_by(CONTACTS.c.id)
        .limit(PAGE_SIZE)
        .subquery()
    )
    of_contact = ("id", "external_id", "channel", "result", "at")
    of_ticket = ("status", "topic_id", "place_id", "registered_at", "called_at", "serving_at", "done_at")
    query = (
        select(
            *(page.c[name] for name in of_contact),
            DEMANDS.c.id.label("demand_id"),
            TICKETS.c.id.label("ticket_id"),
            *(TICKETS.c[name] for name in of_ticket),
        )
        .outerjoin(DEMANDS, DEMANDS.c.contact_id == page.c.id)
        .outerjoin(TICKETS, TICKETS.c.demand_id == DEMANDS.c.id)
        .order_by(page.c.id, TICKETS.c.id)
    )
    lines = [ContactLine(**row._asdict()) for row in session.execute(query)]
    full = len({line.id for line in lines}) == PAGE_SIZE
    return ContactPage(lines, lines[-1].id if full else None)


def contact_page_json(page: ContactPage) -> dict[str, Any]:
    """A page as the API gives it."""
    contacts = [{name: _plain(value) for name, value in asdict(line).items()} for line in page.lines]
    return {"contacts": contacts, "next_after": page.next_after}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
