"""The database that tests on PostgreSQL share: each finds it as the first one did."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.emptied import MOST_TESTS, EmptiedDatabase
from tests.services import PostgreSQL

pytestmark = pytest.mark.postgresql
TABLES = """
CREATE TABLE trips (id serial PRIMARY KEY);
CREATE TABLE desks (id serial PRIMARY KEY, trip_id integer NOT NULL REFERENCES trips (id))
"""


@pytest.fixture
def database(postgresql: PostgreSQL) -> Iterator[EmptiedDatabase]:
    postgresql.execute("CREATE DATABASE emptied_template")
    postgresql.execute(TABLES, "emptied_template")
    made = EmptiedDatabase(postgresql, "emptied_template", "emptied")
    yield made
    made.close()
    for name in ("emptied", "emptied_template"):
        postgresql.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def run(database: EmptiedDatabase, statement: str) -> str:
    return database.cluster.execute(statement, database.name)


def a_desk(database: EmptiedDatabase) -> str:
    """Its ids, as the sequences give them."""
    return run(
        database,
        "WITH trip AS (INSERT INTO trips DEFAULT VALUES RETURNING id) "
        "INSERT INTO desks (trip_id) SELECT id FROM trip RETURNING trip_id, id",
    )


def test_rows_are_gone_and_ids_begin_anew(database: EmptiedDatabase) -> None:
    assert database.take()
    first = a_desk(database)
    database.take()
    assert run(database, "SELECT count(*) FROM trips") == "0"
    assert a_desk(database) == first == "1|1"


def test_what_a_test_did_to_tables_is_gone(database: EmptiedDatabase) -> None:
    database.take()
    run(database, "DROP TABLE desks")
    database.take()
    run(database, "ALTER TABLE desks ADD COLUMN note text")
    database.take()
    assert a_desk(database) == "1|1"
    with pytest.raises(Exception, match="returned non-zero"):
        run(database, "SELECT note FROM desks")


def test_a_connection_that_a_test_left_open_locks_nothing(database: EmptiedDatabase) -> None:
    address = database.take().replace("+psycopg", "")
    with psycopg.connect(address) as left:
        left.execute("INSERT INTO trips DEFAULT VALUES")
        database.take()
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")
    assert run(database, "SELECT count(*) FROM trips") == "0"


def test_files_full_of_deleted_rows_are_left_behind_now_and_then(database: EmptiedDatabase) -> None:
    database.take()
    first = database.connection
    database.take()
    assert database.connection is first
    database.tests = MOST_TESTS
    database.take()
    assert database.connection is not first
