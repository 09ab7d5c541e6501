"""Pytest plugin: a test's application is its own, but what comes out the same each time is worked out once a process.

Templates are compiled once, and so are the addresses of pages and statements. What all tests have imported is no
garbage, and isn't looked through for it again and again. Without all this, a test takes thrice as much of the
processor.
"""

import gc
import sqlite3
from types import CodeType, MethodType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, event
from werkzeug.routing import Rule

from deskops.core.database import Database

# Objects made and not freed; Python's own 700 are as many as the first few lines of an application make.
BETWEEN_LOOKS = 20_000
# More than there are in all tests.
STATEMENTS = 5_000


class CompiledTemplates(BytecodeCache):
    """Templates' code by name and content, for every environment of the process."""

    def __init__(self) -> None:
        self.code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Nothing where the template was changed since."""
        bucket.code = self.code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code is not None:
            self.code[bucket.key, bucket.checksum] = bucket.code


_first: dict[Any, Rule] = {}
_compile = Rule.compile


def _compiled_once(rule: Rule) -> None:
    """What an address is parsed into and built from depends on its words alone; rules only read it."""
    first = _first.setdefault((rule.rule, rule.subdomain, rule.merge_slashes, repr(rule.defaults)), rule)
    if first is rule:
        _compile(rule)
        return
    for name in ("_parts", "_trace", "_converters", "arguments"):
        setattr(rule, name, getattr(first, name))
    for name in ("_build", "_build_unknown"):
        setattr(rule, name, MethodType(getattr(first, name).__func__, rule))


_engines: dict[str, Engine] = {}


def quicken(database: Database) -> None:
    """Before its first connection: statements are compiled once a process, and SQLite doesn't wait for the disk, as
    the tests' PostgreSQL doesn't either: what outlives a cut of the power is the fault tests' business.
    """
    for engine in {database.writer, database.reader}:
        if database.is_sqlite:
            event.listen(engine, "connect", _careless)
        first = _engines.setdefault(engine.dialect.name, engine)
        if first is engine:
            # Only a connection tells a dialect all that it must know.
            engine.connect().close()
            engine._compiled_cache.capacity = STATEMENTS
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


def _careless(connection: sqlite3.Connection, _entry: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}
Rule.compile = _compiled_once  # type: ignore[method-assign]


def pytest_collection_finish() -> None:
    """From here on garbage is looked for among what tests make, and not after each small heap of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(BETWEEN_LOOKS)
