"""The balancing state of each trip, kept in memory: built from the database, folded forward from the journal.

It is a cache. What it says is offered to the database, which decides; a miss means that the journal has news.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from deskops.balancing.errors import UnknownDeskError
from deskops.balancing.load import Load
from deskops.balancing.state import Counter, Desk, Topic, Waiting, Walk
from deskops.core import journal
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.journal import Recorded
from deskops.demands.models import IS_ACTIVE, Ticket
from deskops.demands.rules import AT_PLACE, WAITING
from deskops.desks.models import Desk as DeskRow
from deskops.desks.models import DeskTopic, Place, Site, SiteWalk, Trip
from deskops.desks.models import Topic as TopicRow
from deskops.desks.rules import CLOSING, SERVING_STATES

# Kinds that change what is set up: cheaper to read anew than to fold, and rare.
_SETUP_KINDS = frozenset({"trip.created", "trip.setup_changed", "trip.phase_changed"})


class TripLoad:
    """One trip's load, and the journal's sequence up to which it is true."""

    def __init__(self, session: Session, trip_id: int) -> None:
        # The sequence first: what commits between the two reads is folded in again, which changes nothing.
        self.sequence = journal.head(session, trip_id)
        trip = session.get(Trip, trip_id)
        if trip is None:
            raise NotFound()
        self.trip_id = trip_id
        self.phase = trip.phase
        self.timezone = ZoneInfo(trip.timezone)
        self.load = Load()
        self.outdated = False
        self.sites = frozenset(session.scalars(select(Site.id).where(Site.trip_id == trip_id)))
        self.topics: frozenset[int] = frozenset()
        self._read_setup(session)
        self._read_queue(session)

    def fold(self, sequence: int, kind: str, payload: dict[str, Any]) -> None:
        """Take in one journal row if it is the next; others were folded before or come by catching up."""
        if self.outdated or sequence != self.sequence + 1:
            return
        self.sequence = sequence
        try:
            self._fold(kind, payload)
        except UnknownDeskError:
            # Set up meanwhile, and this row came before the word of it.
            self.outdated = True

    def _fold(self, kind: str, payload: dict[str, Any]) -> None:
        if "ticket_id" in payload:
            self._fold_ticket(payload)
        elif "place_id" in payload:
            self._fold_place(payload)
        elif kind == "desk.state_changed":
            self._fold_desk(payload)
        elif kind in _SETUP_KINDS:
            self.outdated = True

    def catch_up(self, session: Session) -> None:
        """Fold what other processes wrote since."""
        while not self.outdated and journal.head(session, self.trip_id) > self.sequence:
            for entry in journal.trip_entries(session, self.trip_id, self.sequence):
                self.fold(entry.sequence, entry.kind, entry.payload)

    def _read_setup(self, session: Session) -> None:
        topics = session.scalars(
            select(TopicRow).where(TopicRow.trip_id == self.trip_id, TopicRow.assignable.is_(True))
        )
        known = topics.all()
        for topic in known:
            self.load.put_topic(Topic(topic.id, topic.mean_minutes))
        # What new demands can be about. Under a retired topic somebody may still wait.
        self.topics = frozenset(topic.id for topic in known if topic.retired_at is None)
        desks = session.scalars(select(DeskRow).where(DeskRow.trip_id == self.trip_id)).all()
        skills: dict[int, list[DeskTopic]] = {}
        rows = session.scalars(select(DeskTopic).join(DeskRow).where(DeskRow.trip_id == self.trip_id))
        for skill in rows:
            skills.setdefault(skill.desk_id, []).append(skill)
        for desk in desks:
            self.load.put_desk(_desk(desk, skills.get(desk.id, [])))
        walks = (
            select(SiteWalk).join(Site, Site.id == SiteWalk.from_site_id).where(Site.trip_id == self.trip_id)
        )
        for walk in session.scalars(walks):
            self.load.put_walk(walk.from_site_id, walk.to_site_id, walk.minutes)

    def _read_queue(self, session: Session) -> None:
        ticket = table_of(Ticket)
        columns = select(*(ticket.c[name] for name in _TICKET_FIELDS))
        active = columns.where(ticket.c.trip_id == self.trip_id, IS_ACTIVE)
        at_places: dict[int, Any] = {}
        for row in session.execute(active):
            if row.status == WAITING:
                self.load.put_waiting(_waiting_of_row(row))
            elif row.status in AT_PLACE:
                at_places[row.place_id] = row
        for place in session.scalars(select(Place).where(Place.trip_id == self.trip_id)):
            self.load.put_counter(_counter_of_row(place, at_places.get(place.id)))

    def _fold_ticket(self, payload: dict[str, Any]) -> None:
        status, ticket_id = payload["status"], payload["ticket_id"]
        if payload["from_place_id"] is not None:
            self._set_counter(payload["from_place_id"], busy=False, serving_topic_id=None, serving_since=None)
        if status == WAITING:
            self.load.put_waiting(_waiting(payload))
            return
        self.load.remove_waiting(ticket_id)
        # On hold, missed or done it keeps the counter's id, while another may be served there.
        if status in AT_PLACE:
            topic_id, since = payload["topic_id"], payload["changed_at"]
            self._set_counter(
                payload["place_id"], busy=True, ready=False, serving_topic_id=topic_id, serving_since=since
            )

    def _fold_place(self, payload: dict[str, Any]) -> None:
        known = self.load.counters.get(payload["place_id"])
        facts = _counter_facts(payload["state"], payload["ready"], payload["languages"])
        if known is None:
            self.load.put_counter(Counter(payload["place_id"], payload["desk_id"], **facts))
        else:
            self._set_counter(known.id, **facts)

    def _fold_desk(self, payload: dict[str, Any]) -> None:
        known = self.load.desks.get(payload["desk_id"])
        if known is None:
            self.outdated = True
        else:
            facts = state_facts(payload["state"]) | {"keeps": payload.get("keeps", False)}
            self.load.put_desk(replace(known.desk, **facts))

    def _set_counter(self, counter_id: int, **facts: Any) -> None:
        known = self.load.counters.get(counter_id)
        if known is not None:
            self.load.put_counter(replace(known, **facts))


_TICKET_FIELDS = (
    "id",
    "status",
    "location",
    "topic_id",
    "registered_at",
    "urgent",
    "language",
    "desk_id",
    "only_desk_id",
    "place_id",
    "bonus_minutes",
    "walk",
    "changed_at",
)


def _desk(row: DeskRow, skills: list[DeskTopic]) -> Desk:
    return Desk(
        id=row.id,
        site_id=row.site_id,
        speed={skill.topic_id: skill.factor for skill in skills},
        own_topics=frozenset(skill.topic_id for skill in skills if skill.own),
        walk_ins=row.walk_ins,
        calls=row.calls,
        is_headquarters=row.is_headquarters,
        **state_facts(row.state),
        keeps=row.keeps_queue,
    )


def state_facts(state: str) -> dict[str, Any]:
    """What a desk's state says to balancing."""
    return {"open": state in SERVING_STATES, "closing": state == CLOSING}


def _counter_facts(state: str, ready: bool, languages: str) -> dict[str, Any]:
    return {"open": state == "open", "ready": ready, "languages": frozenset(languages.split(","))}


def _counter_of_row(place: Place, ticket: Any) -> Counter:
    return Counter(
        place.id,
        place.desk_id,
        busy=ticket is not None,
        serving_topic_id=None if ticket is None else ticket.topic_id,
        serving_since=None if ticket is None else ticket.changed_at.timestamp(),
        **_counter_facts(place.state, place.ready, place.languages),
    )


def _waiting(facts: dict[str, Any]) -> Waiting:
    return Waiting(
        ticket_id=facts["ticket_id"],
        place=facts["location"],
        topic_id=facts["topic_id"],
        registered_at=facts["registered_at"],
        urgent=facts["urgent"],
        language=facts["language"],
        desk_id=facts["desk_id"],
        only_desk_id=facts["only_desk_id"],
        bonus_minutes=facts["bonus_minutes"],
        walk=Walk(facts["walk"]),
    )


def _waiting_of_row(row: Any) -> Waiting:
    return _waiting(row._asdict() | {"ticket_id": row.id, "registered_at": row.registered_at.timestamp()})


class LoadCache:
    """The loads of the trips that this process has looked at."""

    def __init__(self) -> None:
        self._loads: dict[int, TripLoad] = {}
        self._lock = threading.RLock()

    def current(self, session: Session, trip_id: int) -> TripLoad:
        """The trip's load, true up to what the session can see. Raises NotFound."""
        with self._lock:
            known = self._loads.get(trip_id)
            if known is not None:
                known.catch_up(session)
            if known is None or known.outdated:
                known = self._loads[trip_id] = TripLoad(session, trip_id)
                # It may hold what this transaction wrote and now takes back.
                event.listen(session, "after_rollback", lambda _session: self.forget(trip_id), once=True)
            return known

    @contextmanager
    def held(self, session: Session, trip_id: int) -> Iterator[TripLoad]:
        """The same, and nobody else folds or decides during the block, which must not wait for anything."""
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
