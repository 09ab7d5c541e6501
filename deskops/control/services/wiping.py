"""The wipe of a rehearsal: every row that is its own, found by the tables' references, so that a table that is added later
is wiped with the others.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Table, delete, or_, select
from sqlalchemy.orm import Session

from deskops.control.errors import NotARehearsal
from deskops.core import files, runtime
from deskops.core.database import Base, table_of
from deskops.core.journal_rows import AudienceHead
from deskops.core.numbers import CounterRow
from deskops.demands import search
from deskops.desks.models import Desk, Site, Trip

TRIPS, HEADS, COUNTERS = table_of(Trip), table_of(AudienceHead), table_of(CounterRow)


def wipe(session: Session, trip_id: int) -> int:
    """Delete a rehearsal with all that belongs to it, its files too, and nothing else; returns how many rows. Its trip's row
    is locked first: whoever still writes to it is waited for, or fails. Raises NotARehearsal.
    """
    trip = session.get(Trip, trip_id, with_for_update=True)
    if trip is None or trip.rehearsal_of is None:
        raise NotARehearsal()
    session.flush()
    session.expunge_all()
    own = _own_scopes(session, trip_id)
    search.forget_trip(session, trip_id)
    # What has no reference to the trip, as the journal, comes last: by then nobody who could add to it still writes.
    tables = sorted(_own_tables(), key=lambda table: not table.foreign_keys)
    held = _files_of(session, tables, trip_id)
    wiped = sum(_delete(session, table, _of_trip(table, trip_id)) for table in tables)
    wiped += _delete_names(session, own, trip_id)
    wiped += _delete(session, TRIPS, TRIPS.c.id == trip_id)
    files.forget(session, runtime.current().settings.data_dir, held)
    return wiped


def _files_of(session: Session, tables: Iterable[Table], trip_id: int) -> set[str]:
    """The hashes of what its rows hold: badges and rosters that were printed, days that were played again."""
    holders = ((table, column) for table in tables for column in table.c if column.info.get("holds_file"))
    held: set[str] = set()
    for table, column in holders:
        held |= set(session.scalars(select(column).where(_of_trip(table, trip_id), column.is_not(None))))
    return held


def _own_tables() -> list[Table]:
    """Those whose rows can belong to a trip, each before what it refers to."""
    return [table for table in reversed(Base.metadata.sorted_tables) if _belongs(table)]


def _belongs(table: Table) -> bool:
    return "trip_id" in table.c or bool(_parents(table))


def _parents(table: Table) -> list[tuple[ColumnElement[int], ColumnElement[int]]]:
    """(column, what it refers to), where that can belong to a trip. A trip is nobody's child."""
    if table is TRIPS:
        return []
    return [
        (key.parent, key.column)
        for key in table.foreign_keys
        if key.column.table is not table and _belongs(key.column.table)
    ]


def _of_trip(table: Table, trip_id: int) -> ColumnElement[bool]:
    if "trip_id" in table.c:
        return table.c.trip_id == trip_id
    return or_(
        *(
            column.in_(select(parent).where(_of_trip(parent.table, trip_id)))
            for column, parent in _parents(table)
        )
    )


def _own_scopes(session: Session, trip_id: int) -> set[str]:
    """What the names of the trip's audiences begin with."""
    sites, desks = (
        session.scalars(select(model.id).where(model.trip_id == trip_id)).all() for model in (Site, Desk)
    )
    return {f"trip:{trip_id}", *(f"site:{site}" for site in sites), *(f"desk:{desk}" for desk in desks)}


def _delete_names(session: Session, scopes: set[str], trip_id: int) -> int:
    """The last numbers of audiences, such as "desk:12:staff", and running numbers, such as "ticket:7:2026-11-22"."""
    heads = [name for name in session.scalars(select(HEADS.c.audience)) if name.rpartition(":")[0] in scopes]
    named = select(COUNTERS.c.name).where(COUNTERS.c.name.contains(f":{trip_id}"))
    counters = [name for name in session.scalars(named) if name.split(":")[1] == str(trip_id)]
    return _delete(session, HEADS, HEADS.c.audience.in_(heads)) + _delete(
        session, COUNTERS, COUNTERS.c.name.in_(counters)
    )


def _delete(session: Session, table: Table, condition: ColumnElement[bool]) -> int:
    return int(session.execute(delete(table).where(condition)).rowcount)  # type: ignore[attr-defined]
