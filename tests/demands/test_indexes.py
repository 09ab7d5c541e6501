"""At a million served tickets a look at the active ones must go by its partial index, or everything slows."""

import pytest
from sqlalchemy import ColumnElement, select, text

from deskops.core import runtime
from deskops.core.database import table_of
from deskops.demands.models import IS_ACTIVE, IS_AT_PLACE, Ticket
from tests.small_trip import SmallTrip

TICKETS = table_of(Ticket)


def plan(*conditions: ColumnElement[bool]) -> str:
    """SQLite's plan; PostgreSQL would rightly scan a table as small as a test's."""
    with runtime.current().database.reading() as session:
        query = select(TICKETS.c.id).where(*conditions)
        compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": False})
        rows = session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {compiled}", (1,) * len(compiled.params)
        )
        return " ".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize(
    ("condition", "column", "index"),
    [
        (IS_ACTIVE, "trip_id", "ix_tickets_active"),
        (IS_ACTIVE, "desk_id", "ix_tickets_desk_active"),
        (IS_AT_PLACE, "place_id", "ix_tickets_at_place"),
    ],
)
def test_active_tickets_are_found_by_their_partial_index(
    trip: SmallTrip, condition: ColumnElement[bool], column: str, index: str
) -> None:
    if not runtime.current().database.is_sqlite:
        pytest.skip("the plan of a small table says nothing on PostgreSQL")
    assert f"INDEX {index}" in plan(TICKETS.c[column] == 1, condition)
    assert index not in plan(TICKETS.c[column] == 1, text("1 = 1"))
