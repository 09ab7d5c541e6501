"""The journal: audit trail, outbox and replay at once.

A gapless sequence per trip and a gapless sequence per audience, written in the same transaction as the change
itself. Each row carries an HMAC over the one before it, with a key that is not in the database. Rows hold
ids, states and codes only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, bindparam, func, insert, select, text
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.events import DomainEvent
from deskops.core.journal_rows import IS_GENERAL, AudienceEntry, AudienceHead, JournalRow
from deskops.core.pacing import paced
from deskops.core.upsert import dialect_of, prepared_upserts

AudienceMap = Callable[[DomainEvent], tuple[str, ...]]
PAGE = 500
_JOURNAL, _ENTRIES, _HEADS = table_of(JournalRow), table_of(AudienceEntry), table_of(AudienceHead)
# What an `Entry` is read from.
_READ = tuple(_JOURNAL.c[name] for name in ("trip_id", "sequence", "at", "kind", "payload"))
# Statements of the hot paths are made once: putting one together costs as much as running it.
_LOCK = text("SELECT pg_advisory_xact_lock(:space, :trip)")
_LAST = (
    select(_JOURNAL.c.sequence, _JOURNAL.c.hmac)
    .where(_JOURNAL.c.trip_id == bindparam("trip_id"))
    .order_by(_JOURNAL.c.sequence.desc())
    .limit(1)
)
_AFTER = (
    select(*_READ)
    .where(_JOURNAL.c.trip_id == bindparam("trip_id"), _JOURNAL.c.sequence > bindparam("after"))
    .order_by(_JOURNAL.c.sequence)
    .limit(bindparam("limit", type_=Integer))
)
_ADVANCE = prepared_upserts(
    _HEADS,
    lambda added: added.on_conflict_do_update(
        index_elements=["audience"], set_={"sequence": _HEADS.c.sequence + added.excluded.sequence}
    ).returning(_HEADS.c.audience, _HEADS.c.sequence),
)
_WRITE, _ENTER = insert(_JOURNAL), insert(_ENTRIES)


@dataclass(frozen=True)
class Recorded:
    """An event as it stands in the journal. `audiences` maps audience to the sequence it has there."""

    event: DomainEvent
    sequence: int
    at: datetime
    audiences: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A journal row as read back. `sequence` is the audience's where an audience was asked for, else the
    trip's; `actor_id` is read only where who did it is asked for.
    """

    trip_id: int
    sequence: int
    at: datetime
    kind: str
    payload: dict[str, Any]
    actor_id: int | None = None


def write(
    session: Session,
    events: Sequence[tuple[DomainEvent, datetime]],
    *,
    actor_id: int | None,
    recorded_at: datetime,
    audiences_of: AudienceMap,
    key: bytes,
) -> list[Recorded]:
    """Append events under their trips' locks; returns them with their numbers. Runs just before the commit."""
    recorded: list[Recorded] = []
    rows: list[dict[str, Any]] = []
    heads: dict[int, tuple[int, str]] = {}
    for trip_id in sorted({event.trip_id for event, _ in events}):
        _lock(session, trip_id)
        heads[trip_id] = _head(session, trip_id)
    for event, at in paced(events):
        last, previous = heads[event.trip_id]
        row = _row(event, at, last + 1, actor_id, recorded_at)
        row["hmac"] = seal(key, previous, row)
        heads[event.trip_id] = (last + 1, row["hmac"])
        rows.append(row)
        recorded.append(Recorded(event, last + 1, at, dict.fromkeys(audiences_of(event), 0)))
    session.execute(_WRITE, rows)
    _known_heads(session).update(heads)
    _number_audiences(session, recorded)
    return recorded


def seal(key: bytes, previous: str, row: dict[str, Any]) -> str:
    """HMAC-SHA256 over the seal of the row before and every field of this one."""
    fields = [
        previous,
        str(row["trip_id"]),
        str(row["sequence"]),
        row["at"].isoformat(),
        row["recorded_at"].isoformat(),
        str(row["actor_id"]),
        row["kind"],
        row["payload"],
    ]
    return hmac.new(key, "\x1f".join(fields).encode(), hashlib.sha256).hexdigest()


def verify(session: Session, trip_id: int, key: bytes) -> int | None:
    """Walk a trip's chain; returns the first sequence that doesn't hold, or None where all do."""
    previous, expected = "", 1
    table = table_of(JournalRow)
    rows = session.execute(select(table).where(table.c.trip_id == trip_id).order_by(table.c.sequence))
    for row in rows.mappings():
        if row["sequence"] != expected or row["hmac"] != seal(key, previous, dict(row)):
            return expected
        previous, expected = row["hmac"], expected + 1
    return None


def head(session: Session, trip_id: int) -> int:
    """The last sequence of a trip; 0 where nothing happened yet."""
    return _head(session, trip_id)[0]


def audience_head(session: Session, audience: str) -> int:
    """The last sequence of an audience; 0 where it was told nothing yet."""
    table = table_of(AudienceHead)
    return session.execute(select(table.c.sequence).where(table.c.audience == audience)).scalar() or 0


def trip_entries(session: Session, trip_id: int, after: int, limit: int = PAGE) -> list[Entry]:
    """A trip's rows after a sequence, oldest first."""
    wanted = {"trip_id": trip_id, "after": after, "limit": limit}
    return [_entry(row) for row in session.execute(_AFTER, wanted)]


def audience_entries(session: Session, audience: str, after: int, limit: int = PAGE) -> list[Entry]:
    """What an audience was told after a sequence of its own, oldest first."""
    entry, row = table_of(AudienceEntry), table_of(JournalRow)
    query = (
        select(entry.c.trip_id, entry.c.sequence, row.c.at, row.c.kind, row.c.payload)
        .join(row, (row.c.trip_id == entry.c.trip_id) & (row.c.sequence == entry.c.journal_sequence))
        .where(entry.c.audience == audience, entry.c.sequence > after)
        .order_by(entry.c.sequence)
        .limit(limit)
    )
    return [_entry(found) for found in session.execute(query)]


def subject_entries(session: Session, trip_id: int, subject: str, limit: int = PAGE) -> list[Entry]:
    """What happened to one subject of a trip, such as "demand:7", oldest first."""
    query = (
        select(*_READ, _JOURNAL.c.actor_id)
        .where(_JOURNAL.c.trip_id == trip_id, _JOURNAL.c.subject == subject)
        .order_by(_JOURNAL.c.sequence)
        .limit(limit)
    )
    return [replace(_entry(row), actor_id=row.actor_id) for row in session.execute(query)]


def entries_of_subjects(
    session: Session, trip_id: int, subjects: Collection[str], kinds: Collection[str]
) -> list[Entry]:
    """What happened to some subjects of a trip, of some kinds, oldest first."""
    query = (
        select(*_READ)
        .where(_JOURNAL.c.trip_id == trip_id, _JOURNAL.c.subject.in_(subjects), _JOURNAL.c.kind.in_(kinds))
        .order_by(_JOURNAL.c.sequence)
    )
    return [_entry(row) for row in session.execute(query)]


def pages_of_kinds(
    session: Session, trip_id: int, kinds: Collection[str], after: int, until: int | None
) -> Iterator[list[Entry]]:
    """A trip's rows of some kinds between two sequences, neither counted in, oldest first, a page at a time."""
    while True:
        query = (
            select(*_READ)
            .where(_JOURNAL.c.trip_id == trip_id, _JOURNAL.c.sequence > after, _JOURNAL.c.kind.in_(kinds))
            .order_by(_JOURNAL.c.sequence)
            .limit(PAGE)
        )
        if until is not None:
            query = query.where(_JOURNAL.c.sequence < until)
        found = [_entry(row) for row in session.execute(query)]
        yield found
        if len(found) < PAGE:
            return
        after = found[-1].sequence


def general_entries(
    session: Session,
    trip_id: int,
    kinds: Collection[str],
    *conditions: ColumnElement[bool],
    before: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """A trip's rows of some kinds that are about nobody in particular, newest first; with `before` those
    before a sequence.
    """
    query = (
        select(*_READ, _JOURNAL.c.actor_id)
        .where(_JOURNAL.c.trip_id == trip_id, IS_GENERAL, _JOURNAL.c.kind.in_(kinds), *conditions)
        .order_by(_JOURNAL.c.sequence.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(_JOURNAL.c.sequence < before)
    return [replace(_entry(row), actor_id=row.actor_id) for row in session.execute(query)]


def _entry(row: Any) -> Entry:
    return Entry(row.trip_id, row.sequence, row.at, row.kind, json.loads(row.payload))


def _row(
    event: DomainEvent, at: datetime, sequence: int, actor_id: int | None, recorded_at: datetime
) -> dict[str, Any]:
    return {
        "trip_id": event.trip_id,
        "sequence": sequence,
        "at": at,
        "recorded_at": recorded_at,
        "actor_id": actor_id,
        "kind": event.kind,
        "subject": event.subject,
        "payload": json.dumps(event.payload(), sort_keys=True, separators=(",", ":")),
    }


def _lock(session: Session, trip_id: int) -> None:
    # Without it, a reader by sequence could pass a number whose transaction commits a moment later.
    if dialect_of(session) == "postgresql":
        session.execute(_LOCK, {"space": 7311, "trip": trip_id})


def _head(session: Session, trip_id: int) -> tuple[int, str]:
    known = _known_heads(session)
    if trip_id not in known:
        row = session.execute(_LAST, {"trip_id": trip_id}).first()
        known[trip_id] = (row.sequence, row.hmac) if row else (0, "")
    return known[trip_id]


def _known_heads(session: Session) -> dict[int, tuple[int, str]]:
    """What the session's transaction has read: on SQLite nobody else's commit can show in it. PostgreSQL has no
    such promise before the lock.
    """
    if dialect_of(session) == "postgresql":
        return {}
    return cast(dict[int, tuple[int, str]], session.info.setdefault("journal_heads", {}))


def _number_audiences(session: Session, recorded: Iterable[Recorded]) -> None:
    counts = Counter(audience for item in recorded for audience in item.audiences)
    if not counts:
        return
    heads = _advance_heads(session, counts)
    given = {audience: heads[audience] - count for audience, count in counts.items()}
    entries = []
    for item in recorded:
        for audience in item.audiences:
            given[audience] += 1
            item.audiences[audience] = given[audience]
            entries.append(
                {
                    "audience": audience,
                    "sequence": given[audience],
                    "trip_id": item.event.trip_id,
                    "journal_sequence": item.sequence,
                }
            )
    session.execute(_ENTER, entries)


def _advance_heads(session: Session, counts: Counter[str]) -> dict[str, int]:
    # In order of name: two transactions of different trips can then never wait for each other in a circle.
    values = [{"audience": audience, "sequence": counts[audience]} for audience in sorted(counts)]
    return {row.audience: row.sequence for row in session.execute(_ADVANCE[dialect_of(session)], values)}


def trips_with_entries(session: Session) -> list[int]:
    """The ids of all trips that have a journal."""
    table = table_of(JournalRow)
    return list(session.execute(select(func.distinct(table.c.trip_id)).order_by(table.c.trip_id)).scalars())
