"""Finding demands by what people say of them: an index of folded words, one use of it for both databases.

SQLite: an FTS5 table whose rowid is the demand's id. PostgreSQL: a table with a `tsvector` of the `simple`
configuration. The trip is a word of the index itself, so that a small trip is as quick to search beside a large
one.

An index is slow where it should be quickest: a beginning that very many words share ("0912", an office's
letters) makes it gather them all for the newest fifty. SQLite's keeps the beginnings of up to eight letters as
words of their own, in order, and stops after fifty. PostgreSQL's has no order; but what is that common stands
among the newest demands too, so these are looked through first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from deskops.core.text import name_form, search_form

_INSERT = {
    "sqlite": text("INSERT INTO demand_search(rowid, body) VALUES (:id, :body)"),
    "postgresql": text(
        "INSERT INTO demand_search(demand_id, body) VALUES (:id, to_tsvector('simple', :body))"
        " ON CONFLICT (demand_id) DO UPDATE SET body = excluded.body"
    ),
}
_DELETE = text("DELETE FROM demand_search WHERE rowid = :id")
_FORGET = {
    "sqlite": text("DELETE FROM demand_search WHERE rowid IN (SELECT id FROM demands WHERE trip_id = :trip)"),
    "postgresql": text(
        "DELETE FROM demand_search WHERE demand_id IN (SELECT id FROM demands WHERE trip_id = :trip)"
    ),
}
_FIND = {
    "sqlite": text(
        "SELECT rowid FROM demand_search WHERE demand_search MATCH :query AND rowid < :before"
        " ORDER BY rowid DESC LIMIT :limit"
    ),
    "postgresql": text(
        "SELECT demand_id FROM demand_search"
        " WHERE body @@ to_tsquery('simple', :query) AND demand_id < :before"
        " ORDER BY demand_id DESC LIMIT :limit"
    ),
}
_FIND_RECENT = text(
    "SELECT id FROM (SELECT d.id, s.body FROM demands d JOIN demand_search s ON s.demand_id = d.id"
    " WHERE d.trip_id = :trip AND d.id < :before ORDER BY d.id DESC LIMIT :recent) AS recent"
    " WHERE body @@ to_tsquery('simple', :query) ORDER BY id DESC LIMIT :limit"
)
RECENT = 2_000
# The largest id that PostgreSQL takes for one.
LAST = 2**31 - 1


def body_of(code: str, name: str, *parts: str | None) -> str:
    """The folded words that a demand is found by: its code, the name also as one word, what else is known."""
    return f"{code} {name_form(name)} {search_form(' '.join(part for part in (name, *parts) if part))}"


def index(session: Session, demand_id: int, trip_id: int, body: str) -> None:
    """Make a new demand findable; `body` is from `body_of`."""
    session.execute(_INSERT[_dialect(session)], {"id": demand_id, "body": f"{_trip_word(trip_id)} {body}"})


def index_many(session: Session, trip_id: int, bodies: Iterable[tuple[int, str]]) -> None:
    """The same for many new demands at once, as (id, body)."""
    word = _trip_word(trip_id)
    rows = [{"id": demand_id, "body": f"{word} {body}"} for demand_id, body in bodies]
    session.execute(_INSERT[_dialect(session)], rows)


def reindex(session: Session, demand_id: int, trip_id: int, body: str) -> None:
    """Replace what a demand is found by."""
    if _dialect(session) == "sqlite":
        session.execute(_DELETE, {"id": demand_id})
    index(session, demand_id, trip_id, body)


def forget_trip(session: Session, trip_id: int) -> None:
    """Make a trip's demands, which are about to be deleted, no longer findable."""
    session.execute(_FORGET[_dialect(session)], {"trip": trip_id})


def find(
    session: Session, trip_id: int, words: Sequence[str], *, before: int = LAST, limit: int = 50
) -> list[int]:
    """Ids of demands in which something begins with each of the words; newest first, below `before`."""
    if not words:
        return []
    terms, values = [_trip_word(trip_id), *words], {"before": before, "limit": limit}
    dialect = _dialect(session)
    if dialect == "sqlite":
        rows = session.execute(_FIND[dialect], values | {"query": _sqlite_query(terms)})
        return [row[0] for row in rows]
    query = {"query": _postgres_query(terms)}
    recent = session.execute(_FIND_RECENT, values | query | {"trip": trip_id, "recent": RECENT}).all()
    found = recent if len(recent) == limit else session.execute(_FIND[dialect], values | query).all()
    return [row[0] for row in found]


def _sqlite_query(terms: Sequence[str]) -> str:
    quoted = ['"' + term.replace('"', '""') + '"' for term in terms]
    return quoted[0] + "".join(f" {term}*" for term in quoted[1:])


def _postgres_query(terms: Sequence[str]) -> str:
    quoted = ["'" + term.replace("\\", "\\\\").replace("'", "''") + "'" for term in terms]
    return quoted[0] + "".join(f" & {term}:*" for term in quoted[1:])


def _trip_word(trip_id: int) -> str:
    return f"trip{trip_id}trip"


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
