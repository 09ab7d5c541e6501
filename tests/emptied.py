"""One PostgreSQL database for many tests: emptied in some 15 ms, where a copy of the template keeps the server busy for
thirty times as long.
"""

import psycopg

from tests.services import PostgreSQL

# Deleted rows stay in the files, as nobody vacuums: now and then a copy is cheaper after all.
MOST_TESTS = 100
_COLUMNS = """
SELECT md5(string_agg(format('%s %s %s %s', relname, attname, atttypid, attnotnull), ',' ORDER BY relname, attname))
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace AND attnum > 0
"""
_LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY = """
DO $$
DECLARE
  name text;
  filled boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN
    SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO filled;
    IF filled THEN
      EXECUTE format('DELETE FROM %s', name);
    END IF;
  END LOOP;
  PERFORM setval(format('%I', sequencename)::regclass, start_value, false)
  FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""


class EmptiedDatabase:
    """A copy of `template`, which must have no rows; it is made anew where a test changed its tables or columns."""

    def __init__(self, cluster: PostgreSQL, template: str, name: str) -> None:
        self.cluster, self.template, self.name = cluster, template, name
        self.tests = 0
        self.columns = ""
        self.connection: psycopg.Connection | None = None

    def take(self) -> str:
        """The address of the database, with nothing in it."""
        if self.connection is None or self.tests >= MOST_TESTS or not self._emptied():
            self._copy()
        self.tests += 1
        return self.cluster.url(self.name)

    def close(self) -> None:
        """Nobody needs it any more; it goes with its cluster."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _copy(self) -> None:
        self.close()
        self.cluster.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self.cluster.execute(f"CREATE DATABASE {self.name} TEMPLATE {self.template}")
        address = self.cluster.url(self.name).replace("+psycopg", "")
        self.connection = psycopg.connect(address, autocommit=True)
        self.columns, self.tests = self._columns(), 0

    def _emptied(self) -> bool:
        try:
            self._ask(_LEAVE)
            if self._columns() != self.columns:
                return False
            self._ask(_EMPTY)
        except psycopg.Error:
            # A test that stopped the server or dropped the database; a copy is whole again.
            return False
        return True

    def _columns(self) -> str:
        return str(self._ask(_COLUMNS))

    def _ask(self, statement: str) -> object:
        assert self.connection is not None
        cursor = self.connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row and row[0]
