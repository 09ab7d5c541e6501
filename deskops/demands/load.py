"""The balancing state of each trip, kept in memory.

It is a cache. What it says is offered to the database, which decides; a miss means that the journal has news.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session

from deskops.core.journal import Recorded
from deskops.demands.trip_load import TripLoad
from deskops.desks.queries.catalogue import forget_wiped


class LoadCache:
    """The loads of the trips that this process has looked at."""

    def __init__(self) -> None:
        self._loads: dict[int, TripLoad] = {}
        self._lock = threading.RLock()

    def current(self, session: Session, trip_id: int) -> TripLoad:
        """The trip's load, true up to what the session can see. Raises NotFound, also for a trip that was wiped."""
        # Whoever waits for a connection to the database must not keep all others waiting for the lock.
        session.connection()
        with self._lock:
            known = self._loads.get(trip_id)
            if known is not None:
                known.catch_up(session)
            if known is None or known.outdated:
                known = self._read(session, trip_id)
            return known

    def _read(self, session: Session, trip_id: int) -> TripLoad:
        replaced = self._loads.get(trip_id)
        forget_wiped(session, self._loads, trip_id)
        made = TripLoad(session, trip_id, None if replaced is None else replaced.rates)
        self._loads[trip_id] = made
        # It may hold what this transaction wrote and now takes back.
        event.listen(session, "after_rollback", lambda _session: self.forget(trip_id), once=True)
        return made

    @contextmanager
    def held(self, session: Session, trip_id: int) -> Iterator[TripLoad]:
        """The same, and nobody else folds or decides during the block, which must not wait for anything."""
        session.connection()
        with self._lock:
            yield self.current(session, trip_id)

    def fold(self, recorded: list[Recorded]) -> None:
        """After a commit of this process."""
        with self._lock:
            for item in recorded:
                known = self._loads.get(item.event.trip_id)
                if known is not None:
                    known.fold(item.sequence, item.event.kind, item.event.payload())

    def forget(self, trip_id: int) -> None:
        """Drop a trip's load; the next look builds it from the database."""
        with self._lock:
            self._loads.pop(trip_id, None)

    def clear(self) -> None:
        """Forget everything; the next look builds it from the database."""
        with self._lock:
            self._loads.clear()


CACHE = LoadCache()
