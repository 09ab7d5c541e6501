"""A day as it was, to be played again with another rule: who came when and for what, how long they were served, which
counters were open, and the waits that there really were. Nobody is named.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from deskops.balancing.simulation.engine import Passed
from deskops.balancing.simulation.policies import Play
from deskops.balancing.simulation.scenario import Person, Scenario
from deskops.balancing.state import PHONE, SECONDS_PER_MINUTE, Policy
from deskops.core import journal
from deskops.core.database import table_of
from deskops.core.dates import day_bounds, local_day
from deskops.core.errors import NotFound
from deskops.core.journal_rows import JournalRow
from deskops.demands import rules
from deskops.demands.errors import DayAhead, NothingRecorded
from deskops.demands.events import (
    DemandRegistered,
    TicketCalled,
    TicketDone,
    TicketHeld,
    TicketNotShown,
    TicketServing,
)
from deskops.demands.models import Offer, PaperForm, Ticket
from deskops.demands.queries.likeness import MINUTES_PER_HOUR, as_it_came
from deskops.demands.queries.recorded_staff import counters_of_day
from deskops.demands.queries.scenario import USUAL_NO_SHOWS, SetUp, setup_of
from deskops.demands.services.learning import service_minutes
from deskops.desks.models import Trip

TICKETS, OFFERS, PAPER, _JOURNAL = (
    table_of(Ticket),
    table_of(Offer),
    table_of(PaperForm),
    table_of(JournalRow),
)
OF_SERVICE = (TicketServing.kind, TicketHeld.kind, TicketDone.kind)
DIGITS = 4


@dataclass(frozen=True)
class Counts:
    """What was made of the day's demands. `played` people are in the trace; of these `mean_service` were never served, or
    nobody knows for how long, and have their topic's mean; `unserved` have no wait. Left out are `paper` (typed in later)
    and `other` (no live channel, a topic or a site that is no more). `desks` without a counter that day are left out.
    """

    played: int
    mean_service: int
    unserved: int
    paper: int
    other: int
    desks: int


@dataclass(frozen=True)
class Recorded:
    """`really` is the day as it was, in the form of a play."""

    scenario: Scenario
    people: list[Person]
    really: Play
    counts: Counts


def days_recorded(session: Session, trip_id: int, today: date) -> list[tuple[date, int]]:
    """The days that can be played, the latest first, and how many came on each. A turn that was begun anew on a later day
    counts for that one here.
    """
    query = (
        select(TICKETS.c.day, func.count())
        .where(TICKETS.c.trip_id == trip_id, TICKETS.c.day < today)
        .group_by(TICKETS.c.day)
        .order_by(TICKETS.c.day.desc())
    )
    return [(day, count) for day, count in session.execute(query)]


def today_of(session: Session, trip_id: int, now: datetime) -> date:
    """The trip's day. Raises NotFound."""
    trip = session.get(Trip, trip_id)
    if trip is None:
        raise NotFound()
    return local_day(now, ZoneInfo(trip.timezone))


def check_day(session: Session, trip_id: int, day: date, now: datetime) -> None:
    """Raises NotFound, DayAhead, NothingRecorded."""
    if day >= today_of(session, trip_id, now):
        raise DayAhead(field="day")
    came = select(TICKETS.c.id).where(TICKETS.c.trip_id == trip_id, TICKETS.c.day == day).limit(1)
    if session.execute(came).first() is None:
        raise NothingRecorded(field="day")


def recorded_day(session: Session, trip_id: int, day: date, now: datetime) -> Recorded:
    """A day before today. Raises NotFound, DayAhead, NothingRecorded, NothingToSimulate."""
    check_day(session, trip_id, day, now)
    begins, ends = day_bounds(day, ZoneInfo(session.get_one(Trip, trip_id).timezone))
    story = _Story(session, trip_id, begins, ends)
    counters = counters_of_day(session, trip_id, begins, ends, story.opening())
    setup = setup_of(session, trip_id, counters)
    return story.told(replace(setup, scenario=replace(setup.scenario, name=f"{setup.scenario.name} {day}")))


class _Story:
    """One day's turns, with what the journal says of their beginning and of their service."""

    def __init__(self, session: Session, trip_id: int, begins: datetime, ends: datetime) -> None:
        self._begins = begins.timestamp()
        of_day = (
            TICKETS.c.trip_id == trip_id,
            TICKETS.c.registered_at >= begins,
            TICKETS.c.registered_at < ends,
        )
        names = ("id", "demand_id", "channel", "status", "desk_id", "walked_from", "walk", "registered_at")
        columns = [
            TICKETS.c[name] for name in (*names, "serving_at", "called_at", "changed_at", "told_minutes")
        ]
        self._rows = session.execute(select(*columns).where(*of_day).order_by(TICKETS.c.registered_at)).all()
        if not self._rows:
            raise NothingRecorded(field="day")
        by_paper = select(PAPER.c.demand_id).where(PAPER.c.trip_id == trip_id, PAPER.c.demand_id.is_not(None))
        self._paper = set(session.scalars(by_paper))
        accepted = select(OFFERS.c.ticket_id, OFFERS.c.state).where(OFFERS.c.trip_id == trip_id)
        self._offers: dict[int, str] = {row.ticket_id: row.state for row in session.execute(accepted)}
        self._came, self._minutes, self._kept = _told(session, trip_id, begins)

    def opening(self) -> tuple[int, int]:
        """The whole hours in which people came."""
        minutes = [self._minute(row.registered_at) for row in self._rows]
        first = int(min(minutes)) // MINUTES_PER_HOUR * MINUTES_PER_HOUR
        return first, (int(max(minutes)) // MINUTES_PER_HOUR + 1) * MINUTES_PER_HOUR

    def told(self, setup: SetUp) -> Recorded:
        scenario = setup.scenario
        means = {topic.id: topic.mean_minutes for topic in scenario.topics}
        live = [row for row in self._rows if row.demand_id not in self._paper]
        rows = [row for row in live if self._is_playable(row, means, setup.sites)]
        speeds = {desk.id: desk.speed for desk in scenario.desks}
        people = [self._person(row, means, setup, speeds) for row in rows]
        really = self._really(rows)
        counts = Counts(
            played=len(people),
            mean_service=sum(self._service(row, speeds) is None for row in rows),
            unserved=len(rows) - len(really.passed),
            paper=len(self._rows) - len(live),
            other=len(live) - len(rows),
            desks=setup.left_out,
        )
        if not people:
            raise NothingRecorded(field="day")
        return Recorded(as_it_came(scenario, people, self._accepting()), people, really, counts)

    def _is_playable(self, row: Row[Any], means: Mapping[int, float], sites: Mapping[int, int]) -> bool:
        """A turn of a call or walk-in whose beginning is told, about a topic that there is, at a site that there is."""
        came = self._came.get(row.id)
        if came is None or row.channel not in rules.LIVE_CHANNELS or came["topic_id"] not in means:
            return False
        return row.channel == "call" or _stood(row, came) in sites

    def _person(
        self,
        row: Row[Any],
        means: Mapping[int, float],
        setup: SetUp,
        speeds: Mapping[int, Mapping[int, float]],
    ) -> Person:
        came = self._came[row.id]
        topic, is_call = came["topic_id"], row.channel == "call"
        no_show = row.status == rules.NO_SHOW
        minutes = self._service(row, speeds)
        left = row.status == rules.LEFT
        return Person(
            minute=self._minute(row.registered_at),
            topic=topic,
            is_call=is_call,
            site=None if is_call else setup.sites[_stood(row, came)],
            urgent=came["urgent"],
            service_minutes=round(means[topic] if minutes is None else minutes, DIGITS),
            no_show=no_show,
            walk_minutes=_way(setup.scenario, is_call),
            patience_minutes=self._minute(row.changed_at) - self._minute(row.registered_at) if left else None,
            language=came["language"],
        )

    def _service(self, row: Row[Any], speeds: Mapping[int, Mapping[int, float]]) -> float | None:
        """Minutes at own-topic speed; of who didn't come, for how long the counter waited for them."""
        if row.status == rules.NO_SHOW:
            return self._kept.get(row.id, USUAL_NO_SHOWS.minutes)
        minutes = self._minutes.get(row.id)
        if minutes is None or row.status != rules.DONE:
            return None
        return minutes / speeds.get(row.desk_id, {}).get(self._came[row.id]["topic_id"], 1.0)

    def _really(self, rows: Sequence[Row[Any]]) -> Play:
        """Who was called and didn't come counts as served when they were called, as in a play."""
        passed = {}
        for person, row in enumerate(rows):
            start = row.called_at if row.status == rules.NO_SHOW else row.serving_at or row.called_at
            if start is not None and row.status != rules.LEFT:
                passed[person] = Passed(self._minute(start), row.desk_id or 0, self._minutes.get(row.id, 0.0))
        told = {person: row.told_minutes for person, row in enumerate(rows) if row.told_minutes is not None}
        return Play(
            passed,
            walked={person for person, row in enumerate(rows) if row.walked_from is not None},
            accepted={p for p, row in enumerate(rows) if self._offers.get(row.id) == rules.ACCEPTED},
            gave_up={person for person, row in enumerate(rows) if row.status == rules.LEFT},
            estimates=told,
        )

    def _accepting(self) -> float | None:
        """Of those who were offered the phone and answered, how many accepted."""
        states = Counter(self._offers[row.id] for row in self._rows if row.id in self._offers)
        refused = states[rules.REFUSED]
        answered = states.total() - states[rules.OFFERED]
        return (answered - refused) / answered if answered else None

    def _minute(self, instant: datetime) -> float:
        return round((instant.timestamp() - self._begins) / SECONDS_PER_MINUTE, DIGITS)


def _told(
    session: Session, trip_id: int, begins: datetime
) -> tuple[dict[int, dict[str, Any]], dict[int, float], dict[int, float]]:
    """By turn how it began, its minutes of service, and for how long a counter waited for who didn't come."""
    kinds = (DemandRegistered.kind, TicketCalled.kind, TicketNotShown.kind, *OF_SERVICE)
    query = select(_JOURNAL.c.sequence, _JOURNAL.c.at, _JOURNAL.c.kind, _JOURNAL.c.payload).where(
        _JOURNAL.c.trip_id == trip_id, _JOURNAL.c.at >= begins, _JOURNAL.c.kind.in_(kinds)
    )
    came: dict[int, dict[str, Any]] = {}
    called: dict[int, float] = {}
    kept: dict[int, float] = {}
    served: list[journal.Entry] = []
    for row in session.execute(query.order_by(_JOURNAL.c.sequence)):
        facts = json.loads(row.payload)
        ticket_id = facts["ticket_id"]
        if row.kind == DemandRegistered.kind:
            came[ticket_id] = facts
        elif row.kind == TicketCalled.kind:
            called[ticket_id] = facts["changed_at"]
        elif row.kind == TicketNotShown.kind:
            kept[ticket_id] = max(0.0, facts["changed_at"] - called.get(ticket_id, facts["changed_at"]))
        else:
            served.append(journal.Entry(trip_id, row.sequence, row.at, row.kind, facts))
    return came, service_minutes(served), {one: spent / SECONDS_PER_MINUTE for one, spent in kept.items()}


def _stood(row: Row[Any], came: Mapping[str, Any]) -> int:
    """The site where somebody came: who was asked at once to walk waits at another."""
    return int(row.walked_from if came["walk"] != "none" and row.walked_from else came["location"] or PHONE)


def _way(scenario: Scenario, is_call: bool) -> float:
    """How long their way would be if they were asked: nobody knows, so the mean of the ways that there are."""
    if is_call or scenario.walk_minutes is None:
        return 0.0
    ways = (scenario.walk_pairs or {}).values()
    return sum(ways) / len(ways) if ways else Policy().walk_minutes
