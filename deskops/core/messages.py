"""Messages to people: a row in the transaction of the change, sent by the worker. Back ends here: console and
file.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Index, Integer, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from deskops.core import clock, jobs, runtime
from deskops.core.config import ConfigurationError
from deskops.core.database import Base, UtcDateTime, table_of
from deskops.core.unit_of_work import unit_of_work
from deskops.core.upsert import dialect_of, prepared_upserts

log = logging.getLogger(__name__)
BATCH = 100
MAX_ATTEMPTS = 6
LEASE = timedelta(seconds=60)
Backend = Callable[[dict[str, Any]], None]
Muted = Callable[[Session, int], bool]


class Message(Base):
    """One message to one address. `state`: queued, sent, failed."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_due", "state", "next_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    trip_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    once_key: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)


# Made once: putting a statement together costs as much as running it.
_QUEUE = prepared_upserts(
    table_of(Message), lambda added: added.on_conflict_do_nothing(index_elements=["once_key"])
)


def _nobody(_session: Session, _trip_id: int) -> bool:
    return False


_muted: Muted = _nobody


def provide(muted: Muted) -> None:
    """Say which trips send nothing to anybody: a room above knows what a trip is."""
    global _muted
    _muted = muted


class Letter(NamedTuple):
    """A message that is to go into the outbox; of a trip or of none."""

    trip_id: int | None
    channel: str
    address: str
    text: str
    once_key: str


def queue(
    session: Session,
    *,
    trip_id: int | None,
    channel: str,
    address: str,
    text: str,
    once_key: str,
    now: datetime,
) -> None:
    """Put a message into the outbox; a second one under the same key is dropped, and all of a trip that sends nothing."""
    queue_all(session, [Letter(trip_id, channel, address, text, once_key)], now)


def queue_all(session: Session, letters: Iterable[Letter], now: datetime) -> None:
    """The same with many at once."""
    found = list(letters)
    trips = {letter.trip_id for letter in found if letter.trip_id is not None}
    silent = {trip_id for trip_id in trips if _muted(session, trip_id)}
    due = {"state": "queued", "attempts": 0, "next_at": now}
    rows = [letter._asdict() | due for letter in found if letter.trip_id not in silent]
    if rows:
        session.execute(_QUEUE[dialect_of(session)], rows)


def console_backend(message: dict[str, Any]) -> None:
    """Print to standard output."""
    sys.stdout.write(f"[{message['channel']}] {message['address']}: {message['text']}\n")
    sys.stdout.flush()


def file_backend(message: dict[str, Any]) -> None:
    """Append one JSON line to messages.jsonl in the data directory."""
    path = Path(runtime.current().settings.data_dir) / "messages.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(message, ensure_ascii=False) + "\n")


BACKENDS: dict[str, Backend] = {"console": console_backend, "file": file_backend}


def backend(name: str) -> Backend:
    """The back end of a name. Raises ConfigurationError for one that doesn't exist."""
    try:
        return BACKENDS[name]
    except KeyError:
        raise ConfigurationError(
            f"DESKOPS_MESSAGES is {name!r}; it can be one of {', '.join(BACKENDS)}."
        ) from None


@jobs.handler("messages.send", every=timedelta(seconds=2))
def send_due(_payload: dict[str, Any]) -> None:
    """Send what is queued, each under a lease of its own; a failure is tried again later and then shown."""
    send = backend(runtime.current().settings.messages_backend)
    for message in _lease():
        if clock.now() >= message["next_at"]:
            # The lease ran out over slow ones before it: another worker may be sending this one.
            break
        try:
            send({key: message[key] for key in ("id", "channel", "address", "text", "once_key")})
        except Exception as error:
            log.warning("message %s was not sent: %r", message["id"], error)
            _settle(message, error)
        else:
            _settle(message, None)


def _lease() -> list[dict[str, Any]]:
    table = table_of(Message)
    with unit_of_work(jobs.WORKER) as uow:
        due = (
            select(table.c.id)
            .where(table.c.state == "queued", table.c.next_at <= uow.now)
            .order_by(table.c.next_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(table)
            .where(table.c.id.in_(due))
            .values(next_at=uow.now + LEASE, attempts=table.c.attempts + 1)
            .returning(table)
        )
        return [dict(row) for row in uow.session.execute(statement).mappings()]


def _settle(message: dict[str, Any], error: Exception | None) -> None:
    table = table_of(Message)
    with unit_of_work(jobs.WORKER) as uow:
        values: dict[str, Any]
        if error is None:
            values = {"state": "sent", "sent_at": uow.now, "error": None}
        else:
            pause = timedelta(seconds=15 * 2 ** message["attempts"])
            state = "failed" if message["attempts"] >= MAX_ATTEMPTS else "queued"
            values = {"state": state, "error": repr(error)[:500], "next_at": uow.now + pause}
        uow.session.execute(update(table).where(table.c.id == message["id"]).values(values))
