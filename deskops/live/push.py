"""The only place that emits. A push is a hint of what changed, with its number; the journal is the truth."""

from __future__ import annotations

import logging
import threading
import time
import zlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from deskops.control.queries import coordination
from deskops.core import journal, runtime
from deskops.core.journal import Entry, Recorded
from deskops.live import queries
from deskops.live.audiences import Audience, desks_of, digest, parse
from deskops.live.coalescing import Coalescer

log = logging.getLogger(__name__)

# Between two looks at a trip while something is going on there.
PAUSE_SECONDS = 0.05
# All consoles of a trip at once would stop the process for some 40 ms; in parts it can answer in between.
DIGEST_PARTS = 8
_DIGEST_FIELDS = ("state", "waiting", "open")


@dataclass
class _Feed:
    """What the coordinators of a trip are still to be told by this process."""

    trip_id: int
    coalescer: Coalescer
    running: bool = False
    woken: bool = False
    setup_changed: bool = False
    said: bool = False
    digest: dict[int, dict[str, Any]] = field(default_factory=dict)


class Push:
    """One per process. With no server attached, as in the worker and on the command line, it is silent."""

    def __init__(self) -> None:
        self._socketio: Any = None
        self._several = False
        self._lock = threading.Lock()
        self._feeds: dict[int, _Feed] = {}
        self._known: dict[str, int] = {}

    def attach(self, socketio: Any, *, several: bool) -> None:
        """Emit through this server from now on. `several`: other processes have sockets of their own."""
        with self._lock:
            self._socketio, self._several = socketio, several
            self._feeds, self._known = {}, {}

    def publish(self, recorded: list[Recorded]) -> None:
        """After the commit. Narrow audiences are told here; a trip's wide ones in a task of their own."""
        if self._socketio is None:
            return
        for name, entries in _by_audience(recorded).items():
            audience = parse(name)
            if audience is None:
                raise ValueError(f"{name} is no audience")
            self._known[name] = max(self._known.get(name, 0), entries[-1].sequence)
            if audience.is_coalesced:
                self._wake(audience.id, entries[0].sequence)
            elif self._is_heard(name):
                after = entries[0].sequence - 1
                self._emit("changes", queries.changes(audience, entries, after), name)

    def tell_heads(self, heads: dict[str, int], *, every: bool) -> None:
        """Say to this process's sockets how far their audiences are: all, or those another process told.

        Whoever missed something then asks for it, which also helps while Redis is down.
        """
        for name, head in heads.items():
            if every or head > self._known.get(name, 0):
                self._emit("heads", {"heads": {name: head}}, name, ignore_queue=True)
                self._socketio.sleep(0)
            self._known[name] = max(head, self._known.get(name, 0))

    def tell_presence(self, trip_id: int, desks: dict[int, int]) -> None:
        """How many sockets each desk has, to the coordinators."""
        self._emit("presence", {"trip": trip_id, "desks": desks}, coordination(trip_id))

    def _wake(self, trip_id: int, sequence: int) -> None:
        """Have the trip's wide audiences told, unless that is under way or nobody listens."""
        with self._lock:
            if not self._is_heard(coordination(trip_id), *digest_rooms(trip_id)):
                self._feeds.pop(trip_id, None)
                return
            feed = self._feeds.setdefault(trip_id, _Feed(trip_id, Coalescer(sequence - 1)))
            feed.woken = True
            if feed.running:
                return
            feed.running = True
            # What came in between was committed, and told, by other processes.
            feed.coalescer.skip_to(sequence - 1)
        self._socketio.start_background_task(self._run, feed)

    def _run(self, feed: _Feed) -> None:
        """Tell until all is told. If it fails, clients see that a number is missing, and ask."""
        try:
            while self._goes_on(feed):
                self._tell(feed)
                self._socketio.sleep(PAUSE_SECONDS)
        except Exception:
            log.exception("trip %s could not be told of changes", feed.trip_id)
            with self._lock:
                self._feeds.pop(feed.trip_id, None)

    def _goes_on(self, feed: _Feed) -> bool:
        with self._lock:
            feed.running = feed.woken or feed.coalescer.is_waiting
            feed.woken = False
            return feed.running

    def _tell(self, feed: _Feed) -> None:
        with runtime.current().database.reading() as session:
            _catch_up(session, feed)
            batch = feed.coalescer.take(time.monotonic())
            if batch.is_empty:
                return
            news = queries.wall_news(session, feed.trip_id, batch.desk_ids, setup_changed=feed.setup_changed)
        said, feed.setup_changed, feed.said = feed.said, False, False
        room = coordination(feed.trip_id)
        told = {"audience": room, "from": batch.start, "to": batch.end, "broadcasts": said, **news}
        self._emit("figures", told, room)
        self._tell_consoles(feed, news["desks"], said)

    def _tell_consoles(self, feed: _Feed, figures: list[dict[str, Any]], said: bool) -> None:
        """`digest {trip, desks: [{id, state, waiting, open}], broadcasts}` of the desks of which that is new."""
        changed = []
        for desk in figures:
            short = {name: desk[name] for name in _DIGEST_FIELDS}
            if feed.digest.get(desk["desk_id"]) != short:
                feed.digest[desk["desk_id"]] = short
                changed.append({"id": desk["desk_id"], **short})
        if not changed and not said:
            return
        for room in digest_rooms(feed.trip_id):
            self._emit("digest", {"trip": feed.trip_id, "desks": changed, "broadcasts": said}, room)
            self._socketio.sleep(0)

    def _is_heard(self, *rooms: str) -> bool:
        here = self._socketio.server.manager.rooms.get("/", {})
        return self._several or any(room in here for room in rooms)

    def _emit(self, event: str, message: dict[str, Any], room: str, **options: Any) -> None:
        self._socketio.server.emit(event, message, to=room, **options)


def digest_rooms(trip_id: int) -> list[str]:
    """The parts into which a trip's consoles are divided."""
    return [f"{digest(trip_id)}#{part}" for part in range(DIGEST_PARTS)]


def room_of(audience: Audience, sid: str) -> str:
    """The room in which a socket hears an audience."""
    if not audience.is_digest:
        return audience.name
    return digest_rooms(audience.id)[zlib.crc32(sid.encode()) % DIGEST_PARTS]


def _by_audience(recorded: list[Recorded]) -> dict[str, list[Entry]]:
    """One transaction's events as each audience's consecutive entries."""
    told: dict[str, list[Entry]] = {}
    for item in recorded:
        payload = item.event.payload()
        for name, sequence in item.audiences.items():
            entry = Entry(item.event.trip_id, sequence, item.at, item.event.kind, payload)
            told.setdefault(name, []).append(entry)
    return told


def _catch_up(session: Session, feed: _Feed) -> None:
    """Note what was written since, by this process or another."""
    entries = journal.audience_entries(session, coordination(feed.trip_id), feed.coalescer.seen)
    for entry in entries:
        feed.coalescer.note(entry.sequence, desks_of(entry.payload))
    feed.setup_changed = feed.setup_changed or queries.changes_setup(entries)
    feed.said = feed.said or queries.says_something(entries)
    # A page is as much as can be told at once; the rest comes with the next look.
    feed.woken = feed.woken or len(entries) == journal.PAGE


PUSH = Push()
publish = PUSH.publish
