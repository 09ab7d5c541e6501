"""Indexes that tables of this room have in common."""

from __future__ import annotations

from sqlalchemy import (
    Index,
    text,
)


def index_of_known(name: str, *columns: str, of: str, unique: bool = False) -> Index:
    """An index of the rows in which one column, mostly empty at first, is known: nothing else need write to it."""
    is_known = text(f"{of} IS NOT NULL")
    return Index(name, *columns, unique=unique, sqlite_where=is_known, postgresql_where=is_known)
