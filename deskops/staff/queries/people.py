"""The list of a trip's people, and one of them, as far as whoever looks may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.identity import PhoneError, parse_phone
from deskops.core.text import ascii_digits, name_form, search_words
from deskops.staff.document.windows import Window, together
from deskops.staff.models import Shift, StaffAbsence, StaffAvailability, StaffMember, StaffTopic
from deskops.staff.queries.absences import shifts_missed
from deskops.staff.rules import COVERS

PAGE_SIZE = 50
STAFF, SHIFTS, ABSENCES = table_of(StaffMember), table_of(Shift), table_of(StaffAbsence)
KNOWLEDGE, AVAILABILITY = table_of(StaffTopic), table_of(StaffAvailability)
# Filters by home desk take ids, or one of these.
NO_DESK = "none"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for; whatever is empty takes everybody. `desk` is an id or NO_DESK."""

    words: str = ""
    desk: str = ""
    agency_id: int | None = None
    role: str = ""
    language: str = ""
    retired: bool = False

    def conditions(self) -> list[Any]:
        """What the database can tell."""
        found: list[Any] = [] if self.retired else [STAFF.c.retired_at.is_(None)]
        if self.desk == NO_DESK:
            found.append(STAFF.c.home_desk_id.is_(None))
        elif self.desk:
            found.append(STAFF.c.home_desk_id == int(self.desk))
        if self.agency_id is not None:
            found.append(STAFF.c.agency_id == self.agency_id)
        if self.role:
            found.append(STAFF.c.role == self.role)
        if self.language:
            found.append(("," + STAFF.c.languages + ",").contains(f",{self.language},", autoescape=True))
        return found


@dataclass(frozen=True)
class PersonLine:
    """A row of the list; `mobile` is None for whoever may not see it."""

    id: int
    personnel_number: str
    name: str
    mobile: str | None
    languages: tuple[str, ...]
    role: str
    home_desk_id: int | None
    agency_id: int | None
    most_shifts: int | None
    retired_at: datetime | None
    version: int


@dataclass(frozen=True)
class PeoplePage:
    """One page of the list, from 1; `total` are all that fit."""

    people: list[PersonLine]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class Missed:
    """A shift that is without somebody."""

    id: int
    desk_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Absence:
    """`reason` is None for whoever may not see it; `missed` are the shifts that are without them for it."""

    id: int
    starts_at: datetime
    ends_at: datetime
    reason: str | None
    missed: list[Missed]


@dataclass(frozen=True)
class Person:
    """All of somebody's; `to_come` counts the shifts that haven't begun."""

    line: PersonLine
    user_id: int | None
    topic_ids: frozenset[int]
    windows: tuple[Window, ...]
    absences: list[Absence]
    to_come: int
    badge_version: int


def people_page(session: Session, actor: Actor, trip_id: int, wanted: Wanted, page: int = 1) -> PeoplePage:
    """Those who fit, by name. Names are folded here: a trip has some thousands of people, and any typing must find them."""
    query = select(STAFF).where(STAFF.c.trip_id == trip_id, *wanted.conditions())
    seen = actor.desk_ids("staff.view", trip_id)
    if seen is not None:
        query = query.where(STAFF.c.home_desk_id.in_(seen))
    lines = [_line(actor, row) for row in session.execute(query.order_by(STAFF.c.name, STAFF.c.id))]
    found = _fitting(lines, wanted.words)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return PeoplePage(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], page, pages, len(found))


def person_of(session: Session, actor: Actor, trip_id: int, staff_id: int, now: datetime) -> Person:
    """Raises NotFound, also for somebody of a desk that isn't the actor's to see."""
    row = session.execute(select(STAFF).where(STAFF.c.id == staff_id, STAFF.c.trip_id == trip_id)).first()
    seen = actor.desk_ids("staff.view", trip_id)
    if row is None or (seen is not None and row.home_desk_id not in seen):
        raise NotFound()
    line = _line(actor, row)
    topics = session.scalars(select(KNOWLEDGE.c.topic_id).where(KNOWLEDGE.c.staff_id == staff_id))
    spans = session.execute(select(AVAILABILITY).where(AVAILABILITY.c.staff_id == staff_id))
    absences = session.execute(
        select(ABSENCES).where(ABSENCES.c.staff_id == staff_id).order_by(ABSENCES.c.starts_at, ABSENCES.c.id)
    )
    ahead = select(func.count()).where(
        SHIFTS.c.staff_id == staff_id, SHIFTS.c.starts_at > now, SHIFTS.c.state.in_(COVERS)
    )
    return Person(
        line,
        row.user_id,
        frozenset(topics),
        together((one.starts_at, one.ends_at) for one in spans),
        [_absence(session, one, is_trusted=line.mobile is not None) for one in absences],
        session.scalar(ahead) or 0,
        row.badge_version,
    )


def _absence(session: Session, row: Any, *, is_trusted: bool) -> Absence:
    missed = [Missed(one.id, one.desk_id, one.starts_at, one.ends_at) for one in shifts_missed(session, row)]
    return Absence(row.id, row.starts_at, row.ends_at, row.reason if is_trusted else None, missed)


def _line(actor: Actor, row: Any) -> PersonLine:
    return PersonLine(
        row.id,
        row.personnel_number,
        row.name,
        row.mobile if _is_trusted(actor, row.trip_id, row.home_desk_id) else None,
        tuple(code for code in row.languages.split(",") if code),
        row.role,
        row.home_desk_id,
        row.agency_id,
        row.most_shifts,
        row.retired_at,
        row.version,
    )


def _is_trusted(actor: Actor, trip_id: int, desk_id: int | None) -> bool:
    """Whether phones and reasons are the actor's to see: who leads the trip, and a desk's head."""
    led = actor.desk_ids("presence.mark", trip_id)
    return led is None or desk_id in led


def _fitting(lines: list[PersonLine], words: str) -> list[PersonLine]:
    if not words:
        return lines
    folded, number = search_words(words), ascii_digits(words).replace(" ", "").upper()
    phone = _phone(words)
    return [line for line in lines if _fits(line, folded, number, phone)]


def _fits(line: PersonLine, folded: Collection[str], number: str, phone: str) -> bool:
    if number and (number in line.personnel_number or number in (line.mobile or "")):
        return True
    if phone and phone == line.mobile:
        return True
    name = name_form(line.name)
    return bool(folded) and all(word in name for word in folded)


def _phone(words: str) -> str:
    try:
        return parse_phone(words)
    except PhoneError:
        return ""
