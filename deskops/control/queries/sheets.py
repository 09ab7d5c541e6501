"""Reads of the contact sheet: whom to ring at each desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from deskops.accounts.models import User
from deskops.core.database import table_of
from deskops.desks.models import Agency, AgencyContact, Desk

CONTACTS = table_of(AgencyContact)


@dataclass(frozen=True)
class ContactOf:
    """Somebody at an agency."""

    name: str
    position: str
    phone: str
    email: str


@dataclass(frozen=True)
class SheetLine:
    """A desk's line on the sheet; `head` and `official` are names, `phone` the agency's own."""

    desk_id: int
    line: str
    head: str | None
    official: str | None
    phone: str
    contacts: list[ContactOf]


def contact_sheet(session: Session, trip_id: int) -> list[SheetLine]:
    """Every desk that isn't retired, by number."""
    head, official = aliased(User), aliased(User)
    query = (
        select(Desk.id, Desk.line, Desk.agency_id, Agency.phone, head.name.label("head"), official.name.label("official"))
        .outerjoin(head, head.id == Desk.head_user_id)
        .outerjoin(official, official.id == Desk.official_user_id)
        .outerjoin(Agency, Agency.id == Desk.agency_id)
        .where(Desk.trip_id == trip_id, Desk.retired_at.is_(None))
        .order_by(Desk.number)
    )  # fmt: skip
    rows = session.execute(query).all()
    contacts = _contacts(session, {row.agency_id for row in rows})
    return [
        SheetLine(row[0], row.line, row.head, row.official, row.phone or "", contacts.get(row.agency_id, []))
        for row in rows
    ]


def _contacts(session: Session, agency_ids: Collection[int | None]) -> dict[int | None, list[ContactOf]]:
    found: dict[int | None, list[ContactOf]] = defaultdict(list)
    here = CONTACTS.c.agency_id.in_([agency_id for agency_id in agency_ids if agency_id is not None])
    for row in session.execute(select(CONTACTS).where(here).order_by(CONTACTS.c.id)):
        found[row.agency_id].append(ContactOf(row.name, row.position, row.phone, row.email))
    return found
