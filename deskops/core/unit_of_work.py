"""One use case, one transaction, one commit: nothing else in deskops commits."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from deskops.core import clock, journal, runtime
from deskops.core.events import DomainEvent
from deskops.core.journal import Recorded

log = logging.getLogger(__name__)


class HasUserId(Protocol):
    """Whoever acts; the journal keeps the id."""

    @property
    def user_id(self) -> int | None:
        """None for the system and for the public."""


class UnitOfWork:
    """A write transaction: services change `session` and `record` what happened."""

    def __init__(self, session: Session, actor: HasUserId, now: datetime) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.events: list[tuple[DomainEvent, datetime]] = []
        self.recorded: list[Recorded] = []

    def record(self, event: DomainEvent, at: datetime | None = None) -> None:
        """Add a fact to the journal of this transaction. `at` is its own time where it isn't now."""
        self.events.append((event, at or self.now))
        for subscriber in runtime.current().in_transaction:
            subscriber(self, event)


@contextmanager
def unit_of_work(actor: HasUserId) -> Iterator[UnitOfWork]:
    """Commit at the end of the block with the journal rows of what was recorded; roll back on any exception.

    Raises DatabaseBusy, DatabaseUnavailable or WriteConflict where the store doesn't take it: nothing was saved then.
    """
    current = runtime.current()
    with current.database.writing() as session:
        uow = UnitOfWork(session, actor, clock.now())
        try:
            yield uow
            _write_journal(uow)
            session.commit()
        except BaseException:
            session.rollback()
            raise
    _tell(uow.recorded)


def _write_journal(uow: UnitOfWork) -> None:
    if not uow.events:
        return
    current = runtime.current()
    uow.session.flush()
    uow.recorded = journal.write(
        uow.session,
        uow.events,
        actor_id=uow.actor.user_id,
        recorded_at=uow.now,
        audiences_of=current.audiences_of,
        key=current.settings.journal_key.encode(),
    )


def _tell(recorded: list[Recorded]) -> None:
    """The change is saved whatever a subscriber does: a failure is logged, and the journal lets it be caught
    up.
    """
    if not recorded:
        return
    for subscriber in runtime.current().after_commit:
        try:
            subscriber(recorded)
        except Exception:
            log.exception("a subscriber failed after the commit")
