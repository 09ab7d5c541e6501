"""What points at a row of the set-up, so that nobody deletes what is in use: read from the foreign keys of every room."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, func, select
from sqlalchemy.orm import Session

from deskops.accounts.models import GrantRow, User
from deskops.core.database import Base, table_of
from deskops.core.dates import number
from deskops.core.i18n import PERSIAN, gettext, lang
from deskops.core.i18n import lazy as _l
from deskops.desks.models import Desk, Trip

MOST_NAMES = 4
OFFICERS = "grants"
WORDS = {
    "agencies": _l("agencies below it"),
    "desks": _l("desks"),
    "desk_topics": _l("desks that do it"),
    "topics": _l("topics"),
    "demands": _l("demands"),
    "tickets": _l("turns in a queue"),
    "guidance_cards": _l("guidance cards"),
    OFFICERS: _l("officers"),
}
_OTHERS = _l("other records")
_DESKS, _TRIPS = table_of(Desk), table_of(Trip)


@dataclass(frozen=True)
class Use:
    """How many rows of a table point here, and what the first of them are called, where they have public names."""

    table: str
    count: int
    names: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Such as "desks: Education (Trip of autumn), Health (Trip of autumn)", in the current language."""
        word = str(WORDS.get(self.table, _OTHERS))
        if not self.names:
            return f"{number(self.count)} {word}"
        further = self.count - len(self.names)
        more = (gettext("%(num)s more", num=number(further)),) if further > 0 else ()
        return f"{word}{gettext(':')} {gettext(', ').join((*self.names, *more))}"


def pointing_at(table: Table) -> Iterable[Column[Any]]:
    """The columns of all tables that hold ids of this one."""
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and key.column.name == "id":
                yield key.parent


def uses_of(session: Session, row: Any, *, without: Collection[str] = ()) -> list[Use]:
    """Who points at a row, by table; `without` names tables whose rows go with it."""
    found: dict[str, list[Use]] = {}
    for column in pointing_at(table_of(type(row))):
        if column.table.name in without:
            continue
        count = session.execute(select(func.count()).where(column == row.id)).scalar_one()
        if count:
            use = Use(column.table.name, count, _names(session, column, row.id))
            found.setdefault(column.table.name, []).append(use)
    return [_together(uses) for uses in found.values()]


def officers_of(session: Session, agency_id: int) -> list[Any]:
    """The active users with the role of an agency's officer: rows of id and name."""
    grant, user = table_of(GrantRow), table_of(User)
    query = select(user.c.id, user.c.name).join(grant, grant.c.user_id == user.c.id).distinct()
    theirs = query.where(grant.c.agency_id == agency_id, user.c.active)
    return list(session.execute(theirs.order_by(user.c.name, user.c.id)))


def uses_of_agency(session: Session, agency: Any) -> list[Use]:
    """The same of an agency, with its officers; its contacts and days off go with it."""
    uses = uses_of(session, agency, without=("agency_contacts", "holidays"))
    officers = officers_of(session, agency.id)
    if officers:
        uses.append(Use(OFFICERS, len(officers), tuple(row.name for row in officers[:MOST_NAMES])))
    return uses


def _together(uses: list[Use]) -> Use:
    names = tuple(dict.fromkeys(name for use in uses for name in use.names))[:MOST_NAMES]
    return Use(uses[0].table, sum(use.count for use in uses), names)


def _names(session: Session, column: Column[Any], row_id: int) -> tuple[str, ...]:
    """What the rows are called: by themselves, or by the desk that they belong to; people's rows stay without a name."""
    named = column.table
    query = select(named).where(column == row_id)
    if named.name == "desk_topics":
        query = select(_DESKS).join(named, named.c.desk_id == _DESKS.c.id).where(column == row_id)
    elif "name_fa" not in named.c:
        return ()
    trips = {row.id: _name(row) for row in session.execute(select(_TRIPS))}
    rows = session.execute(query.limit(MOST_NAMES))
    return tuple(_with_trip(_name(row), trips.get(getattr(row, "trip_id", None))) for row in rows)


def _name(row: Any) -> str:
    return str(row.name_fa if lang() == PERSIAN else row.name_en or row.name_fa)


def _with_trip(name: str, trip: str | None) -> str:
    return name if trip is None else f"{name} ({trip})"
