"""What tests of rehearsals share."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Table, select, text

from deskops.accounts.actor import SYSTEM
from deskops.control import services
from deskops.control.queries.rehearsals import RehearsalFigures, rehearsal_of
from deskops.control.services.rehearsing import rehearse
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.queries import Catalogue, catalogue
from deskops.tables import metadata

Content = dict[str, list[tuple[Any, ...]]]


def start(trip_id: int, pace: int = 3600, *, serves: bool = True) -> int:
    with unit_of_work(SYSTEM) as uow:
        return services.start_rehearsal(uow, SYSTEM, trip_id, pace=pace, serves=serves)


def end(trip_id: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        services.end_rehearsal(uow, SYSTEM, trip_id)


def run_for(seconds: int) -> None:
    """Let the worker run every five seconds of a while that nobody waits for."""
    for _ in range(seconds // 5):
        clock.advance(seconds=5)
        rehearse({})


def content(without: Collection[str] = ()) -> Content:
    """Every row of every table, the search index among them."""
    with runtime.current().database.reading() as session:
        found = {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name not in without
        }
        index = "rowid" if session.get_bind().dialect.name == "sqlite" else "demand_id"
        found["demand_search"] = [
            tuple(row) for row in session.execute(text(f"SELECT {index}, body FROM demand_search ORDER BY 1"))
        ]
        return found


def of_trip(table: Table, trip_id: int) -> list[Any]:
    with runtime.current().database.reading() as session:
        query = select(table).where(table.c.trip_id == trip_id).order_by(*table.primary_key.columns)
        return list(session.execute(query))


def names_of(trip_id: int) -> Catalogue:
    with runtime.current().database.reading() as session:
        return catalogue(session, trip_id)


def figures(trip_id: int) -> RehearsalFigures:
    with runtime.current().database.reading() as session:
        found = rehearsal_of(session, trip_id)
    assert found is not None
    return found
