"""One spelling of INSERT … ON CONFLICT for both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

_SPELLINGS: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def upsert(session: Session, table: Table) -> Any:
    """An INSERT of the session's dialect (typed loosely: the two have no common type) that knows
    `on_conflict_do_update` and `excluded`.
    """
    return _SPELLINGS[dialect_of(session)](table)


def prepared_upserts(table: Table, complete: Callable[[Any], Any]) -> dict[str, Any]:
    """The upsert that `complete` makes of a bare INSERT, by name of dialect; for hot paths, which must not
    make it each time.
    """
    return {name: complete(insert(table)) for name, insert in _SPELLINGS.items()}


def dialect_of(session: Session) -> str:
    """Which of the two databases the session is on."""
    return session.get_bind().dialect.name
