"""Databases to measure on: SQLite on the real disk, where durability has its price, and PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import ground
from benchmarks.ground import Ground
from benchmarks.result import CannotMeasureError
from benchmarks.server import ROOT
from tests import services

# Beside the project, not in /tmp, which on some machines is memory.
CACHE = ROOT / ".cache" / "benchmarks"


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    CACHE.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(dir=CACHE, prefix="run-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def sqlite_ground() -> Iterator[Ground]:
    """The sample trip in a fresh SQLite file."""
    with folder() as path:
        yield ground.lay(f"sqlite:///{path / 'deskops.sqlite3'}", path)
        ground.leave()


@contextmanager
def grown_ground() -> Iterator[Ground]:
    """The sample trip in a fresh, durable PostgreSQL, with a Redis.

    Raises CannotMeasureError where either is missing.
    """
    try:
        with services.postgresql(durable=True) as database, services.redis() as redis, folder() as path:
            yield ground.lay(database.url(), path, services.redis_url(redis))
            ground.leave()
    except services.ServiceMissingError as missing:
        raise CannotMeasureError(str(missing)) from missing
