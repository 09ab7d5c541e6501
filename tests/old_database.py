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
def database_at(folder: Path, revision: str, rows: Iterable[str]) -> Iterator[tuple[Config, Engine]]:
    """SQLite at a revision; `:at` in a row is AT."""
    url = f"sqlite:///{folder / 'old.sqlite3'}"
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
