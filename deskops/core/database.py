"""Engines, sessions and column types. Two engines: one for the single writer, one for readers.

SQLite: WAL, `synchronous=FULL`, foreign keys, `BEGIN IMMEDIATE` for writers. SQLAlchemy's default deferred
transaction lets two writers read the same state and lose one's update. PostgreSQL: `pool_pre_ping`, statement
and lock timeouts.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import DateTime, Dialect, Engine, MetaData, Table, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from deskops.core.errors import DatabaseBusy, DatabaseUnavailable, WriteConflict

log = logging.getLogger(__name__)

SQLITE_BUSY_MILLISECONDS = 50
WRITE_PATIENCE_SECONDS = 10.0
RETRY_PAUSE_SECONDS = 0.01

_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SQLITE_AWAY = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL}
)
# PostgreSQL's codes: a serialization failure and a deadlock; a lock or a statement that took too long.
_CONFLICTS = frozenset({"40001", "40P01"})
_TOO_SLOW = frozenset({"55P03", "57014"})
# And its classes: connection, resources (disk full, too many connections), shut-down, the system itself.
_AWAY = frozenset({"08", "53", "57", "58"})

# For tables whose key is all that they are looked up by: one tree to write instead of two, in SQLite.
WITHOUT_ROWID = {"sqlite_with_rowid": False}

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements that need no objects: the hot paths."""
    return cast(Table, model.__table__)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC; a naive one is a programming error and refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime can't be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's signature
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """A writer engine and a reader engine over one database."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._writer_lock = threading.Semaphore(1)
        if self.is_sqlite:
            self.writer = _sqlite_engine(url, pool_size=1)
            self.reader = _sqlite_engine(url, pool_size=5)
        else:
            self.writer = _postgres_engine(url, pool_size)
            self.reader = self.writer
        self._write_session = sessionmaker(self.writer, expire_on_commit=False)
        self._read_session = sessionmaker(self.reader, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reads; it is never committed."""
        session = self._read_session()
        try:
            with told_as_refusal():
                yield session
        finally:
            session.close()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session inside a write transaction; only `unit_of_work` may use it, and it alone commits.

        One writer at a time in the process on SQLite: waiting happens here, before the transaction, where it
        may yield.
        """
        if not self.is_sqlite:
            yield from self._writing_session()
            return
        if not self._writer_lock.acquire(timeout=WRITE_PATIENCE_SECONDS):
            raise DatabaseBusy()
        try:
            yield from self._writing_session()
        finally:
            self._writer_lock.release()

    def _writing_session(self) -> Iterator[Session]:
        session = self._write_session()
        try:
            with told_as_refusal():
                self._begin(session)
                yield session
        finally:
            session.close()

    def _begin(self, session: Session) -> None:
        """Take the write lock. Another process may hold SQLite's: try again, yielding, never busily waiting."""
        deadline = time.monotonic() + WRITE_PATIENCE_SECONDS
        while True:
            try:
                session.connection()
                return
            except OperationalError as error:
                session.rollback()
                if _sqlite_code(error) not in _SQLITE_BUSY:
                    raise
                if time.monotonic() > deadline:
                    raise DatabaseBusy() from error
                time.sleep(RETRY_PAUSE_SECONDS)

    def dispose(self) -> None:
        """Close all connections."""
        self.writer.dispose()
        self.reader.dispose()


def refusal_of(error: OperationalError) -> DatabaseUnavailable | None:
    """What an error of the store means to whoever asked; None where trying again can't help, such as a table
    that isn't there: that is a mistake of ours, and theirs to be told as one.
    """
    if isinstance(error.orig, sqlite3.Error):
        code = _sqlite_code(error)
        if code in _SQLITE_BUSY:
            return DatabaseBusy()
        return DatabaseUnavailable() if code in _SQLITE_AWAY else None
    state = getattr(error.orig, "sqlstate", None)
    if state in _CONFLICTS:
        return WriteConflict()
    if state in _TOO_SLOW:
        return DatabaseBusy()
    # A connection that can't be made, or breaks, has no code.
    return DatabaseUnavailable() if state is None or state[:2] in _AWAY else None


@contextmanager
def told_as_refusal() -> Iterator[None]:
    """Raises DatabaseUnavailable, DatabaseBusy or WriteConflict in place of the store's own error where it means that."""
    try:
        yield
    except OperationalError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        log.warning("%s: %s", refusal.code, error.orig)
        raise refusal from error


def _sqlite_code(error: OperationalError) -> int | None:
    """The primary result code, without what the extended one adds."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _sqlite_engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=20 if pool_size > 1 else 0,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": SQLITE_BUSY_MILLISECONDS / 1000},
    )
    writing = pool_size == 1

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
        # The driver's own transaction handling is off: it would begin a deferred transaction late.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-32000")
        cursor.execute("PRAGMA temp_store=MEMORY")
        # The same few pages change again and again: copied four times less often, fewer are copied.
        cursor.execute("PRAGMA wal_autocheckpoint=4000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgres_engine(url: str, pool_size: int) -> Engine:
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    options = (
        "-c statement_timeout=10000 -c lock_timeout=5000 -c timezone=UTC"
        " -c idle_in_transaction_session_timeout=30000"
    )
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=2.5,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": options, "connect_timeout": 2},
    )
