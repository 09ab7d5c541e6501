"""Which letters there are of a trip's orders, and when each was last printed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.dates import day_bounds
from deskops.demands.models import Demand, Person
from deskops.directives import rules
from deskops.directives.models import Directive, DirectiveAddressee, DirectiveDemand

DIRECTIVES, ABOUT, ADDRESSEES = table_of(Directive), table_of(DirectiveDemand), table_of(DirectiveAddressee)
DEMANDS, PERSONS = table_of(Demand), table_of(Person)
To = Literal["agency", "person"]
AGENCY: Final = "agency"
PERSON: Final = "person"


class LetterKey(NamedTuple):
    """One letter: of an order, to an agency, or to the person of a demand, with its id."""

    directive_id: int
    to: To
    to_id: int


@dataclass(frozen=True)
class LetterFilter:
    """Which letters are looked for: of one day in Tehran, of one official, of orders to one agency, to agencies or people
    alone, not printed yet. `desks`: only what is of these desks, None for all.
    """

    day: date | None = None
    official_id: int | None = None
    agency_id: int | None = None
    to: To | None = None
    unprinted: bool = False
    desks: Collection[int] | None = None
    directive_id: int | None = None


@dataclass(frozen=True)
class LetterLine:
    """A letter as it is listed."""

    key: LetterKey
    role: str
    kind: str
    official_id: int
    year: int
    number: int
    issued_at: datetime
    printed_at: datetime | None
    printed_by: int | None


def letters_found(
    session: Session, trip_id: int, wanted: LetterFilter, limit: int | None = None
) -> list[LetterLine]:
    """Letters of orders that bind, by their number, the agencies' before the people's."""
    rows = _rows(trip_id, wanted).subquery()
    query = select(rows).order_by(rows.c.year, rows.c.number, rows.c.to, rows.c.to_id).limit(limit)
    return [_line(row) for row in session.execute(query)]


def letters_counted(session: Session, trip_id: int, wanted: LetterFilter) -> int:
    """How many there are."""
    return int(
        session.execute(select(func.count()).select_from(_rows(trip_id, wanted).subquery())).scalar_one()
    )


def letter_line(
    session: Session, trip_id: int, key: LetterKey, desks: Collection[int] | None
) -> LetterLine | None:
    """One of them; None where there is no such letter, or it isn't of these desks."""
    wanted = LetterFilter(directive_id=key.directive_id, to=key.to, desks=desks)
    found = letters_found(session, trip_id, wanted)
    return next((line for line in found if line.key == key), None)


def people_named(session: Session, lines: Iterable[LetterLine]) -> dict[int, tuple[str, str]]:
    """Tracking code and name, by demand, of the people to whom letters go."""
    ids = [line.key.to_id for line in lines if line.key.to == PERSON]
    query = (
        select(DEMANDS.c.id, DEMANDS.c.code, PERSONS.c.name)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
        .where(DEMANDS.c.id.in_(ids))
    )
    return {row.id: (row.code, row.name) for row in session.execute(query)}


def _rows(trip_id: int, wanted: LetterFilter) -> Select[Any]:
    parts = [
        query
        for to, query in ((AGENCY, _to_agencies(wanted)), (PERSON, _to_people(wanted)))
        if wanted.to in (None, to)
    ]
    bounded = [query.where(*_bounds(trip_id, wanted)) for query in parts]
    rows = union_all(*bounded).subquery()
    return select(rows)


def _bounds(trip_id: int, wanted: LetterFilter) -> Iterable[ColumnElement[bool]]:
    yield DIRECTIVES.c.trip_id == trip_id
    yield DIRECTIVES.c.state == rules.ISSUED
    if wanted.directive_id is not None:
        yield DIRECTIVES.c.id == wanted.directive_id
    if wanted.official_id is not None:
        yield DIRECTIVES.c.official_id == wanted.official_id
    if wanted.day is not None:
        begins, ends = day_bounds(wanted.day)
        yield DIRECTIVES.c.issued_at >= begins
        yield DIRECTIVES.c.issued_at < ends


def _to_agencies(wanted: LetterFilter) -> Select[Any]:
    source = ADDRESSEES.join(DIRECTIVES, DIRECTIVES.c.id == ADDRESSEES.c.directive_id)
    query = _letter(AGENCY, ADDRESSEES.c.agency_id, ADDRESSEES).select_from(source)
    if wanted.agency_id is not None:
        query = query.where(ADDRESSEES.c.agency_id == wanted.agency_id)
    if wanted.unprinted:
        query = query.where(ADDRESSEES.c.printed_at.is_(None))
    return query if wanted.desks is None else query.where(_of_desks_alone(wanted.desks))


def _to_people(wanted: LetterFilter) -> Select[Any]:
    source = ABOUT.join(DIRECTIVES, DIRECTIVES.c.id == ABOUT.c.directive_id)
    source = source.join(DEMANDS, DEMANDS.c.id == ABOUT.c.demand_id)
    query = _letter(PERSON, ABOUT.c.demand_id, ABOUT).select_from(source).where(ABOUT.c.role == rules.MAIN)
    if wanted.agency_id is not None:
        theirs = select(ADDRESSEES.c.directive_id).where(ADDRESSEES.c.agency_id == wanted.agency_id)
        query = query.where(DIRECTIVES.c.id.in_(theirs))
    if wanted.unprinted:
        query = query.where(ABOUT.c.printed_at.is_(None))
    return query if wanted.desks is None else query.where(DEMANDS.c.desk_id.in_(wanted.desks))


def _letter(to: str, to_id: Any, addressed: Any) -> Select[Any]:
    same = ("kind", "official_id", "year", "number", "issued_at")
    return select(
        DIRECTIVES.c.id.label("directive_id"),
        literal(to).label("to"),
        to_id.label("to_id"),
        addressed.c.role,
        addressed.c.printed_at,
        addressed.c.printed_by,
        *(DIRECTIVES.c[name] for name in same),
    )


def _of_desks_alone(desks: Collection[int]) -> ColumnElement[bool]:
    """An agency's letter names everybody whom the order is about: all of them came to these desks."""
    about = (
        select(ABOUT.c.demand_id)
        .join(DEMANDS, DEMANDS.c.id == ABOUT.c.demand_id)
        .where(ABOUT.c.directive_id == DIRECTIVES.c.id)
        .correlate(DIRECTIVES)
    )
    elsewhere = about.where(or_(DEMANDS.c.desk_id.is_(None), DEMANDS.c.desk_id.not_in(desks)))
    return DIRECTIVES.c.collective_id.is_(None) & about.exists() & not_(elsewhere.exists())


def _line(row: Any) -> LetterLine:
    same = ("role", "kind", "official_id", "year", "number", "issued_at", "printed_at", "printed_by")
    key = LetterKey(row.directive_id, row.to, row.to_id)
    return LetterLine(key, *(getattr(row, name) for name in same))
