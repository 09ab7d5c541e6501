"""Writes of presence. Rows belong to the server that holds the sockets; they are no facts for the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, update

from deskops.core.database import table_of
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.upsert import upsert
from deskops.live.models import Connection
from deskops.live.queries import PRESENT_FOR

CONNECTIONS = table_of(Connection)
_SEAT = ("trip_id", "desk_id", "place_id", "seen_at")
# SQLite takes so many values in one statement.
ROWS_AT_ONCE = 500


def store_connections(uow: UnitOfWork, rows: Sequence[dict[str, Any]], gone: Collection[str]) -> None:
    """Write those who came or moved, remove those who left."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        statement = upsert(uow.session, CONNECTIONS).values(list(rows[start : start + ROWS_AT_ONCE]))
        moved = {name: getattr(statement.excluded, name) for name in _SEAT}
        uow.session.execute(statement.on_conflict_do_update(index_elements=["sid"], set_=moved))
    left = list(gone)
    for start in range(0, len(left), ROWS_AT_ONCE):
        uow.session.execute(
            delete(CONNECTIONS).where(CONNECTIONS.c.sid.in_(left[start : start + ROWS_AT_ONCE]))
        )


def refresh_connections(uow: UnitOfWork, server: str) -> None:
    """This server lives; what others left long ago goes."""
    uow.session.execute(update(CONNECTIONS).where(CONNECTIONS.c.server == server).values(seen_at=uow.now))
    uow.session.execute(delete(CONNECTIONS).where(CONNECTIONS.c.seen_at < uow.now - PRESENT_FOR))
