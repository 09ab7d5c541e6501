"""Who is connected, at which desk and counter: in memory for this process, in a table for all."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import clock
from deskops.core.unit_of_work import unit_of_work
from deskops.live.services import refresh_connections, store_connections


@dataclass(frozen=True)
class Seat:
    """One open socket, whose it is, and what it looks at."""

    sid: str
    actor: Actor
    since: datetime
    trip_id: int | None = None
    desk_id: int | None = None
    place_id: int | None = None
    audiences: frozenset[str] = frozenset()


class People:
    """The sockets of this process. Changes are written in batches by `flush`."""

    def __init__(self) -> None:
        self.server = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Nobody is here: a new application has begun."""
        self._seats: dict[str, Seat] = {}
        self._changed: set[str] = set()
        self._gone: set[str] = set()
        self._trips: set[int] = set()

    def arrive(self, sid: str, actor: Actor) -> None:
        """A socket was opened."""
        with self._lock:
            self._seats[sid] = Seat(sid, actor, clock.now())
            self._changed.add(sid)

    def sit(self, sid: str, **facts: Any) -> None:
        """What a socket looks at now; fields of Seat."""
        with self._lock:
            seat = self._seats.get(sid)
            if seat is None:
                return
            self._seats[sid] = moved = replace(seat, **facts)
            self._changed.add(sid)
            self._trips |= {trip_id for trip_id in (seat.trip_id, moved.trip_id) if trip_id is not None}

    def leave(self, sid: str) -> None:
        """A socket was closed."""
        with self._lock:
            seat = self._seats.pop(sid, None)
            self._changed.discard(sid)
            if seat is None:
                return
            self._gone.add(sid)
            if seat.trip_id is not None:
                self._trips.add(seat.trip_id)

    def seat(self, sid: str) -> Seat | None:
        """What is known of a socket."""
        return self._seats.get(sid)

    def seats(self) -> list[Seat]:
        """All sockets of this process."""
        with self._lock:
            return list(self._seats.values())

    def audiences(self) -> set[str]:
        """Every audience that somebody here listens to."""
        return {name for seat in self.seats() for name in seat.audiences}

    def flush(self) -> set[int]:
        """Write what changed since the last time; returns the trips concerned. What fails is tried again."""
        with self._lock:
            changed, gone, trips = self._changed, self._gone, self._trips
            self._changed, self._gone, self._trips = set(), set(), set()
            rows = [_row(self._seats[sid], self.server) for sid in sorted(changed)]
        if not rows and not gone:
            return set()
        try:
            with unit_of_work(SYSTEM) as uow:
                store_connections(uow, rows, gone)
        except Exception:
            with self._lock:
                self._changed |= changed & self._seats.keys()
                self._gone |= gone
                self._trips |= trips
            raise
        return trips

    def refresh(self) -> None:
        """Say that this process and its sockets live."""
        with unit_of_work(SYSTEM) as uow:
            refresh_connections(uow, self.server)


def count_by_desk(desk_ids: Iterable[int | None]) -> dict[int, int]:
    """How many sockets each desk has."""
    return dict(Counter(desk_id for desk_id in desk_ids if desk_id is not None))


def _row(seat: Seat, server: str) -> dict[str, Any]:
    return {
        "sid": seat.sid,
        "server": server,
        "user_id": seat.actor.user_id,
        "trip_id": seat.trip_id,
        "desk_id": seat.desk_id,
        "place_id": seat.place_id,
        "since": seat.since,
        "seen_at": clock.now(),
    }
