"""What a process with sockets does every few seconds: presence, heads, cutting off whose session ended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from deskops.accounts.access import recognise
from deskops.accounts.queries import living_sessions
from deskops.core import clock, runtime
from deskops.live import queries
from deskops.live.presence import People, Seat, count_by_desk
from deskops.live.push import PUSH

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
SWEEP_EVERY, HEARTBEAT_EVERY, REFRESH_EVERY = 2, 10, 20  # beats
# A socket that doesn't read is given up with so many messages waiting for it.
LONGEST_QUEUE = 500


class Upkeep:
    """Starts with the first socket, ends with the process or when another application takes over."""

    def __init__(self, socketio: Any, people: People) -> None:
        self._socketio = socketio
        self._people = people
        self._runtime = runtime.current()
        self._started = False

    def start(self) -> None:
        """Begin, once."""
        if not self._started:
            self._started = True
            self._socketio.start_background_task(self._run)

    def _run(self) -> None:
        beat = 0
        while runtime.current() is self._runtime:
            self.do(beat)
            beat += 1
            self._socketio.sleep(BEAT_SECONDS)

    def do(self, beat: int) -> None:
        """One second's work; what fails, as while the database is away, is logged and comes round again."""
        self._try(self.flush)
        if beat % SWEEP_EVERY == 0:
            self._try(self.sweep)
            self._try(self.drop_stalled)
            self._try(lambda: self.compare_heads(every=beat % HEARTBEAT_EVERY == 0))
        if beat % REFRESH_EVERY == 0:
            self._try(self._people.refresh)

    def flush(self) -> None:
        """Write presence, and tell the coordinators of the trips concerned."""
        trips = self._people.flush()
        if not trips:
            return
        with self._runtime.database.reading() as session:
            counts = {
                trip_id: count_by_desk(person["desk_id"] for person in queries.connected(session, trip_id))
                for trip_id in trips
            }
        for trip_id, desks in counts.items():
            PUSH.tell_presence(trip_id, desks)

    def sweep(self) -> None:
        """Cut off whose session or token is no longer good, or whose roles are other ones."""
        seats = self._people.seats()
        sessions = {seat.actor.credential for seat in seats if seat.actor.via == "session"}
        with self._runtime.database.reading() as session:
            living = living_sessions(session, sessions, clock.now())
        for seat in seats:
            if not _is_good(seat, living):
                self.cut(seat.sid)

    def cut(self, sid: str) -> None:
        """Tell a client not to come back, and close its connection."""
        server = self._socketio.server
        engine_sid = server.manager.eio_sid_from_sid(sid, "/")
        self._people.leave(sid)
        server.disconnect(sid, ignore_queue=True)
        connection = server.eio.sockets.get(engine_sid)
        if connection is not None:
            connection.close(wait=False)

    def drop_stalled(self) -> None:
        """Close connections that don't take what they are sent, before it fills the memory."""
        for connection in list(self._socketio.server.eio.sockets.values()):
            if connection.queue.qsize() > LONGEST_QUEUE:
                connection.close(wait=False, abort=True)

    def compare_heads(self, *, every: bool) -> None:
        """Look for what other processes wrote: a lost message of theirs is noticed by this."""
        names = self._people.audiences()
        if not names:
            return
        with self._runtime.database.reading() as session:
            heads = queries.heads(session, names)
        PUSH.tell_heads(heads, every=every)

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            log.exception("upkeep of sockets failed")


def _is_good(seat: Seat, living: set[str]) -> bool:
    if seat.actor.via == "session":
        return seat.actor.credential in living
    now = recognise(seat.actor.via, seat.actor.credential)
    return now is not None and now.grants == seat.actor.grants
