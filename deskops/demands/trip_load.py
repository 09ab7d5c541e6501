"""One trip's load: built from the database, folded forward from the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.balancing.errors import UnknownDeskError
from deskops.balancing.learning import Correction, LiveRates
from deskops.balancing.load import Load
from deskops.balancing.projection import Outlook
from deskops.balancing.state import Counter, Topic
from deskops.core import clock, journal
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.events import DomainEvent
from deskops.demands.arriving import live_rates
from deskops.demands.autopilot import autopilot_of
from deskops.demands.events import BonusesChanged, DemandRegistered, PrioritiesSet, WaitsLearned
from deskops.demands.learned import learned_times, share_of
from deskops.demands.load_rows import (
    TICKET_FIELDS,
    counter_facts,
    counter_of,
    desk_of,
    state_facts,
    waiting_of,
    waiting_of_facts,
)
from deskops.demands.models import IS_ACTIVE, Learning, Ticket
from deskops.demands.priorities import Priorities, priorities_of
from deskops.demands.rules import AT_PLACE, WAITING
from deskops.demands.steering import AutopilotChanged
from deskops.desks.models import Desk as DeskRow
from deskops.desks.models import DeskTopic, Place, Site, SiteWalk, Trip
from deskops.desks.models import Topic as TopicRow

# Kinds that change what is set up: cheaper to read anew than to fold, and rare.
_SETUP_KINDS = frozenset({"trip.created", "trip.setup_changed", "trip.phase_changed", AutopilotChanged.kind})
# What `ahead` couldn't take back.
_NOT_AHEAD = _SETUP_KINDS | {PrioritiesSet.kind, BonusesChanged.kind}


class TripLoad:
    """One trip's load, and the journal's sequence up to which it is true."""

    def __init__(self, session: Session, trip_id: int, rates: LiveRates | None = None) -> None:
        """`rates`: those of the load that this one replaces, which need not be read again."""
        # The sequence first: what commits between the two reads is folded in again, which changes nothing.
        self.sequence = journal.head(session, trip_id)
        trip = session.get(Trip, trip_id)
        if trip is None:
            raise NotFound()
        self.trip_id = trip_id
        self.phase = trip.phase
        self.timezone = ZoneInfo(trip.timezone)
        self.autopilot = autopilot_of(session, trip_id).autopilot
        self.load = Load(self.autopilot.policy())
        # What `demands.outlook` keeps here; None as soon as something makes it wrong. Who came since, by (place, topic).
        self.outlook: Outlook | None = None
        self.came: dict[tuple[int, int], list[int]] = {}
        # How many come, lately.
        self.rates = rates or live_rates(session, trip_id, self.timezone, clock.now())
        # By how much people wait longer than projected, as a factor.
        self.correction = 1.0
        self.outdated = False
        offered = select(Site.id).where(Site.trip_id == trip_id, Site.retired_at.is_(None))
        self.sites = frozenset(session.scalars(offered))
        self.topics: frozenset[int] = frozenset()
        self._read_setup(session)
        self.priorities = Priorities()
        self._set_priorities(priorities_of(session, trip_id)[1])
        self._read_queue(session)

    def fold(self, sequence: int, kind: str, payload: dict[str, Any]) -> None:
        """Take in one journal row if it is the next; others were folded before or come by catching up."""
        if self.outdated or sequence != self.sequence + 1:
            return
        self.sequence = sequence
        try:
            self._fold(kind, payload)
            if kind == DemandRegistered.kind:
                kind_of = (payload["location"], payload["topic_id"])
                self.came.setdefault(kind_of, []).append(payload["ticket_id"])
                self.rates.arrived(kind_of, payload["registered_at"])
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
        elif kind == WaitsLearned.kind:
            self._fold_learned(payload)
        elif kind == PrioritiesSet.kind:
            self._set_priorities(Priorities.of_json(payload["minutes"]))
        elif kind == BonusesChanged.kind:
            self._fold_bonuses(payload)
        elif kind in _SETUP_KINDS:
            self.outdated = True

    @contextmanager
    def ahead(self, events: Iterable[DomainEvent]) -> Iterator[Load]:
        """The load with what isn't committed yet, for the length of the block; set-up and priorities apart."""
        news = [one for one in events if one.trip_id == self.trip_id and one.kind not in _NOT_AHEAD]
        told = [(one.kind, one.payload()) for one in news]
        tickets, places, desks = (_named(told, *names) for names in _AHEAD)
        counters = {place_id: self.load.counters.get(place_id) for place_id in places}
        known = [self.load.desks[desk_id].desk for desk_id in desks & self.load.desks.keys()]
        with self.load.without(tickets):
            try:
                for kind, payload in told:
                    self._fold(kind, payload)
                yield self.load
            finally:
                for ticket_id in tickets:
                    self.load.remove_waiting(ticket_id)
                for desk in known:
                    self.load.put_desk(desk)
                for place_id, counter in counters.items():
                    self._put_back(place_id, counter)

    def catch_up(self, session: Session) -> None:
        """Fold what other processes wrote since."""
        while not self.outdated and (head := journal.head(session, self.trip_id)) != self.sequence:
            if head < self.sequence:
                # Wiped, journal and all; or the session looks at an older moment than this load knows.
                self.outdated = head == 0
                return
            for entry in journal.trip_entries(session, self.trip_id, self.sequence):
                self.fold(entry.sequence, entry.kind, entry.payload)

    def _read_setup(self, session: Session) -> None:
        topics = session.scalars(
            select(TopicRow).where(TopicRow.trip_id == self.trip_id, TopicRow.assignable.is_(True))
        )
        known = topics.all()
        for topic in known:
            self.load.put_topic(Topic(topic.id, topic.mean_minutes))
        self._read_learned(session, {topic.id: topic.mean_minutes for topic in known})
        # What new demands can be about. Under a retired topic somebody may still wait.
        self.topics = frozenset(topic.id for topic in known if topic.retired_at is None)
        desks = session.scalars(select(DeskRow).where(DeskRow.trip_id == self.trip_id)).all()
        skills: dict[int, list[DeskTopic]] = {}
        rows = session.scalars(select(DeskTopic).join(DeskRow).where(DeskRow.trip_id == self.trip_id))
        for skill in rows:
            skills.setdefault(skill.desk_id, []).append(skill)
        for desk in desks:
            self.load.put_desk(desk_of(desk, skills.get(desk.id, [])))
        walks = (
            select(SiteWalk).join(Site, Site.id == SiteWalk.from_site_id).where(Site.trip_id == self.trip_id)
        )
        for walk in session.scalars(walks):
            self.load.put_walk(walk.from_site_id, walk.to_site_id, walk.minutes)

    def _read_learned(self, session: Session, believed: dict[int, float]) -> None:
        for row in learned_times(session, self.trip_id, believed):
            self.load.learn(row.topic_id, row.mean_minutes, share_of(row.served))
        known = session.get(Learning, self.trip_id)
        self.correction = 1.0 if known is None else Correction(known.correction).factor

    def _read_queue(self, session: Session) -> None:
        ticket = table_of(Ticket)
        columns = select(*(ticket.c[name] for name in TICKET_FIELDS))
        active = columns.where(ticket.c.trip_id == self.trip_id, IS_ACTIVE)
        at_places: dict[int, Any] = {}
        for row in session.execute(active):
            if row.status == WAITING:
                self.load.put_waiting(waiting_of(row))
            elif row.status in AT_PLACE:
                at_places[row.place_id] = row
        for place in session.scalars(select(Place).where(Place.trip_id == self.trip_id)):
            self.load.put_counter(counter_of(place, at_places.get(place.id)))

    def _fold_ticket(self, payload: dict[str, Any]) -> None:
        status, ticket_id = payload["status"], payload["ticket_id"]
        if payload["from_place_id"] is not None:
            self._set_counter(payload["from_place_id"], busy=False, serving_topic_id=None, serving_since=None)
        if status == WAITING:
            self.load.put_waiting(waiting_of_facts(payload))
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
        facts = counter_facts(payload["state"], payload["ready"], payload["languages"])
        if known is None:
            self.load.put_counter(Counter(payload["place_id"], payload["desk_id"], **facts))
            self.outlook = None
        else:
            if known.open != facts["open"]:
                self.outlook = None
            self._set_counter(known.id, **facts)

    def _fold_desk(self, payload: dict[str, Any]) -> None:
        known = self.load.desks.get(payload["desk_id"])
        if known is None:
            self.outdated = True
        else:
            facts = state_facts(payload["state"]) | {"keeps": payload.get("keeps", False)}
            self.load.put_desk(replace(known.desk, **facts))
            self.outlook = None

    def _fold_learned(self, payload: dict[str, Any]) -> None:
        for topic_id, mean, share in payload["times"]:
            self.load.learn(topic_id, mean, share)
        self.correction = payload["correction"]

    def _set_priorities(self, priorities: Priorities) -> None:
        self.priorities = priorities
        priorities.put_on(self.load)
        self.outlook = None

    def _fold_bonuses(self, payload: dict[str, Any]) -> None:
        for ticket_id, minutes in payload["bonuses"]:
            self.load.give_bonus(ticket_id, minutes)
        self.outlook = None

    def _put_back(self, counter_id: int, counter: Counter | None) -> None:
        if counter is None:
            self.load.remove_counter(counter_id)
        else:
            self.load.put_counter(counter)

    def _set_counter(self, counter_id: int, **facts: Any) -> None:
        known = self.load.counters.get(counter_id)
        if known is not None:
            self.load.put_counter(replace(known, **facts))


# What an event can change, by the fields that name it: a ticket, counters, a desk.
_AHEAD = (("ticket_id",), ("place_id", "from_place_id"), ("desk_id",))


def _named(told: Iterable[tuple[str, dict[str, Any]]], *fields: str) -> set[int]:
    """The ids that these fields of some payloads hold."""
    ids = {payload.get(name) for _, payload in told for name in fields}
    return {found for found in ids if found is not None}
