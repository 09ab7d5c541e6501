"""A database as an earlier release left it, with rows in it, for tests of what a migration makes of them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text

from deskops.core.migrations import config

AT = "2026-11-22 08:30:00.000000"


@contextmanager
def database_at(place: Path | str, revision: str, rows: Iterable[str]) -> Iterator[tuple[Config, Engine]]:
    """At a revision: SQLite in a folder, or the empty database that an address leads to. `:at` in a row is AT."""
    url = f"sqlite:///{place / 'old.sqlite3'}" if isinstance(place, Path) else place
    migrations = config(url)
    command.upgrade(migrations, revision)
    engine = create_engine(url)
    insert(engine, rows)
    try:
        yield migrations, engine
    finally:
        engine.dispose()


def insert(engine: Engine, rows: Iterable[str]) -> None:
    with engine.begin() as connection:
        for row in rows:
            connection.execute(text(row), {"at": AT} if ":at" in row else {})
