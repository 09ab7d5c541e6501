"""Somebody's shifts as a calendar that their phone asks for again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import User
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.i18n import PERSIAN, gettext, using_language
from deskops.desks.queries import Catalogue, catalogue
from deskops.staff.calendar_links import CalendarLink
from deskops.staff.ical import Entry, calendar_text
from deskops.staff.models import Shift, StaffMember
from deskops.staff.rules import COVERS, DROPPED

STAFF, SHIFTS, USERS = table_of(StaffMember), table_of(Shift), table_of(User)
LOOKED_BACK = timedelta(days=30)
# A calendar that missed the change must still hear of it; after that it needs no list of what never was.
CANCELLED_FOR = timedelta(days=2)
REFRESH_MINUTES = 15


def calendar_of(session: Session, link: CalendarLink, page: str, now: datetime) -> str:
    """The text of the feed; `page` is the address of the person's own page, empty where a phone can't reach it.

    Raises NotFound for an address that holds no longer, and for whoever works here no more.
    """
    holds = (STAFF.c.id == link.staff_id, STAFF.c.trip_id == link.trip_id, STAFF.c.retired_at.is_(None))
    # Whose account was closed reads nothing any more, here either.
    closed = select(USERS.c.id).where(USERS.c.id == STAFF.c.user_id, USERS.c.active.is_(False)).exists()
    query = select(STAFF.c.id).where(*holds, STAFF.c.calendar_version == link.version, ~closed)
    if session.execute(query).first() is None:
        raise NotFound()
    names = catalogue(session, link.trip_id)
    with using_language(PERSIAN):
        entries = [_entry(names, row, page) for row in _shifts(session, link.staff_id, now)]
        return calendar_text(gettext("Shifts: %(trip)s", trip=names.trip.short), entries, REFRESH_MINUTES)


def _shifts(session: Session, staff_id: int, now: datetime) -> list[Row[Any]]:
    stands = SHIFTS.c.state.in_(COVERS) & (SHIFTS.c.ends_at > now - LOOKED_BACK)
    dropped = (SHIFTS.c.state == DROPPED) & (SHIFTS.c.ends_at > now - CANCELLED_FOR)
    query = select(SHIFTS).where(SHIFTS.c.staff_id == staff_id, or_(stands, dropped))
    return list(session.execute(query.order_by(SHIFTS.c.starts_at, SHIFTS.c.id)))


def _entry(names: Catalogue, row: Row[Any], page: str) -> Entry:
    desk = names.desks[row.desk_id]
    site = names.sites[desk.site_id]
    return Entry(
        uid=f"shift-{row.id}@deskops",
        sequence=row.version,
        # Not the time of asking: what didn't change is the same text each time.
        stamp=row.told_at or row.starts_at,
        begins=row.starts_at,
        ends=row.ends_at,
        summary=gettext("Shift: %(desk)s", desk=desk.name),
        location="، ".join(part for part in (site.name, site.address) if part),
        description=names.trip.name,
        url=page,
        cancelled=row.state == DROPPED,
    )
