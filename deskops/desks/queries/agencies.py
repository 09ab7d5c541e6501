"""Reads of agencies: the tree, one agency with what belongs to it, and when it works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.accounts.models import GrantRow
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.text import name_form, search_form, search_words
from deskops.desks.models import Agency, AgencyContact, Desk, Holiday, Trip
from deskops.desks.queries.catalogue import AgencyLabel, Label
from deskops.desks.queries.uses import officers_of
from deskops.desks.rules import Calendar, in_tree_order

AGENCIES, DESKS, TRIPS = table_of(Agency), table_of(Desk), table_of(Trip)
CONTACTS, HOLIDAYS, GRANTS = table_of(AgencyContact), table_of(Holiday), table_of(GrantRow)


@dataclass(frozen=True, kw_only=True)
class AgencyFacts(AgencyLabel):
    """An agency with its address and its week; `days_off` as in the table."""

    phone: str
    email: str
    address: str
    days_off: str
    version: int


@dataclass(frozen=True)
class AgencyLine:
    """An agency in the tree, `depth` below the top. Without `found` it stands there for those below it."""

    agency: AgencyFacts
    depth: int
    desks: int
    officers: int
    found: bool


@dataclass(frozen=True)
class DeskOfAgency:
    """A desk of an agency, in whichever trip."""

    id: int
    trip_id: int
    trip: str
    number: int
    name: str


@dataclass(frozen=True)
class AgencyDetail:
    """One agency. `path` leads from the top to the agency above; contacts, holidays and officers are rows."""

    agency: AgencyFacts
    path: list[AgencyFacts]
    below: list[AgencyFacts]
    contacts: list[Any]
    holidays: list[Any]
    officers: list[Any]
    desks: list[DeskOfAgency]
    chain: list[Calendar]


def all_agencies(session: Session) -> dict[int, AgencyFacts]:
    """By id, in the order in which they were added."""
    columns = [AGENCIES.c[item.name] for item in fields(AgencyFacts)]
    rows = session.execute(select(*columns).order_by(AGENCIES.c.id))
    return {row.id: AgencyFacts(**row._asdict()) for row in rows}


def agency_tree(session: Session, words: str = "", *, retired: bool = False) -> list[AgencyLine]:
    """The tree, or those of it that have all the words in a name or their code, with what they stand under."""
    known = {key: agency for key, agency in all_agencies(session).items() if retired or not agency.retired_at}
    wanted = search_words(words)
    found = {key for key, agency in known.items() if all(word in _folded(agency) for word in wanted)}
    shown = {key for each in found for key in _upwards(known, each)}
    desks = _counts(session, DESKS.c.agency_id)
    officers = _counts(session, GRANTS.c.agency_id)
    return [
        AgencyLine(agency, depth, desks.get(agency.id, 0), officers.get(agency.id, 0), agency.id in found)
        for agency, depth in in_tree_order(known[key] for key in known if key in shown)
    ]


def agency_detail(session: Session, agency_id: int, days_off: str) -> AgencyDetail:
    """One agency; `days_off` are those of whoever asks, for an agency that goes by them. Raises NotFound."""
    known = all_agencies(session)
    if agency_id not in known:
        raise NotFound()
    path = [known[key] for key in _upwards(known, agency_id)][1:]
    contacts = select(CONTACTS).where(CONTACTS.c.agency_id == agency_id).order_by(CONTACTS.c.id)
    return AgencyDetail(
        agency=known[agency_id],
        path=path[::-1],
        below=[agency for agency in known.values() if agency.parent_id == agency_id],
        contacts=list(session.execute(contacts)),
        holidays=holidays_of(session, agency_id),
        officers=officers_of(session, agency_id),
        desks=_desks_of(session, agency_id),
        chain=calendars_of(session, agency_id, days_off),
    )


def holidays_of(session: Session, agency_id: int | None) -> list[Any]:
    """The days out of the week's order of one agency, or of all (None), by day: rows of the table."""
    query = select(HOLIDAYS).where(HOLIDAYS.c.agency_id.is_not_distinct_from(agency_id))
    return list(session.execute(query.order_by(HOLIDAYS.c.day)))


def calendars_of(session: Session, agency_id: int | None, days_off: str) -> list[Calendar]:
    """As `rules.works_on` takes them: the agency's calendar, those above it, and that of whoever asks, whose week is off
    on `days_off` and who keeps the holidays of all.
    """
    known = all_agencies(session)
    days: dict[int | None, dict[date, bool]] = {}
    for row in session.execute(select(HOLIDAYS)):
        days.setdefault(row.agency_id, {})[row.day] = row.works
    weeks = [(key, known[key].days_off) for key in _upwards(known, agency_id)]
    return [_calendar(week, days.get(key, {})) for key, week in (*weeks, (None, days_off))]


def _calendar(week: str, days: Mapping[date, bool]) -> Calendar:
    return Calendar(frozenset(day for day in week.split(",") if day), days)


def _upwards(known: Mapping[int, AgencyFacts], agency_id: int | None) -> Iterable[int]:
    """An agency and those above it, nearest first."""
    while agency_id is not None and agency_id in known:
        yield agency_id
        agency_id = known[agency_id].parent_id


def _folded(agency: Label) -> str:
    names = (agency.name_fa, agency.name_en, agency.short_fa, agency.short_en)
    code = agency.code if isinstance(agency, AgencyLabel) else ""
    return " ".join((*map(name_form, names), *map(search_form, names), search_form(code)))


def _counts(session: Session, column: Any) -> dict[int, int]:
    rows = session.execute(select(column, func.count()).where(column.is_not(None)).group_by(column))
    return {agency_id: int(count) for agency_id, count in rows}


def _desks_of(session: Session, agency_id: int) -> list[DeskOfAgency]:
    desk, trip = Desk, Trip
    rows = session.execute(
        select(desk, trip)
        .join(trip, trip.id == desk.trip_id)
        .where(desk.agency_id == agency_id)
        .order_by(trip.starts_on.desc(), desk.number)
    )
    return [DeskOfAgency(row.id, above.id, above.name, row.number, row.name) for row, above in rows]
