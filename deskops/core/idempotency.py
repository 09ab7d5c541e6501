"""Every mutating request carries a key; the same key with the same body gets the first answer again, and
changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, Integer, String, Text, bindparam, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from deskops.core.database import Base, UtcDateTime, table_of
from deskops.core.errors import KeyReused

# A device that was offline over a night still gets its first answer again; nobody retries after a week.
KEEP_ANSWERS = timedelta(days=7)


class IdempotencyRow(Base):
    """An answer that was given, under (actor, route, key)."""

    __tablename__ = "idempotency"
    __table_args__ = (Index("ix_idempotency_created_at", "created_at"),)

    actor: Mapped[str] = mapped_column(String(40), primary_key=True)
    route: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    response: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


_ROWS = table_of(IdempotencyRow)
# Statements of the hot paths are made once: putting one together costs as much as running it.
_FIND = select(_ROWS.c.body_hash, _ROWS.c.status, _ROWS.c.response).where(
    _ROWS.c.actor == bindparam("actor"), _ROWS.c.route == bindparam("route"), _ROWS.c.key == bindparam("key")
)
_KEEP = insert(_ROWS)


@dataclass(frozen=True)
class Request:
    """What identifies a mutating request. `body` is JSON-able."""

    actor: str
    route: str
    key: str
    body: Any

    def body_hash(self) -> str:
        """SHA-256 of the body in canonical JSON."""
        canonical = json.dumps(self.body, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """Status and JSON-able data; `replayed` where it was given before."""

    status: int
    data: dict[str, Any]
    replayed: bool = False


def find(session: Session, request: Request) -> Answer | None:
    """The answer given before under this key. Raises KeyReused where the body differs."""
    row = session.execute(_FIND, {"actor": request.actor, "route": request.route, "key": request.key}).first()
    if row is None:
        return None
    if row.body_hash != request.body_hash():
        raise KeyReused()
    return Answer(row.status, json.loads(row.response), replayed=True)


def given(session: Session, actor: str, route: str, key: str) -> Answer | None:
    """What became of a request, for whoever never saw its answer: with what body doesn't matter."""
    row = session.execute(_FIND, {"actor": actor, "route": route, "key": key}).first()
    return None if row is None else Answer(row.status, json.loads(row.response), replayed=True)


def keep(session: Session, request: Request, answer: Answer, now: datetime) -> None:
    """Write the answer in the transaction of the change itself."""
    row = {
        "actor": request.actor,
        "route": request.route,
        "key": request.key,
        "body_hash": request.body_hash(),
        "status": answer.status,
        "response": json.dumps(answer.data, separators=(",", ":")),
        "created_at": now,
    }
    session.execute(_KEEP, row)
