"""Reads of the readiness board: facts from the set-up, the roster, presence and marks, judged by the rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from deskops.accounts.models import User
from deskops.control import rules
from deskops.control.models import GoDecision, ReadinessMark
from deskops.core import clock
from deskops.core.database import table_of
from deskops.core.dates import day_bounds, local_day
from deskops.core.errors import NotFound
from deskops.desks.models import Desk, DeskHours, DeskTopic, Place, Site, Topic, Trip
from deskops.desks.queries.needs import needs_of_trip
from deskops.desks.queries.signs import signs_printed
from deskops.desks.rules import LIVE, OFFICE, SERVING_STATES
from deskops.staff.queries import Laid, duties_by_desk, laid_by_desk

DESKS, PLACES, HOURS, TOPICS = table_of(Desk), table_of(Place), table_of(DeskHours), table_of(Topic)
SKILLS, SITES, USERS = table_of(DeskTopic), table_of(Site), table_of(User)
MARKS, DECISIONS = table_of(ReadinessMark), table_of(GoDecision)

# Who looks at the desks of a trip now is the live room's matter, which stands above: it hands in how to ask.
Presence = Callable[[Session, int], frozenset[int]]
_presence: Presence = lambda _session, _trip_id: frozenset()  # noqa: E731


def provide(presence: Presence) -> None:
    """Called once, as the runtime is made: `presence` gives the desks of a trip that have a screen signed in."""
    global _presence
    _presence = presence


@dataclass(frozen=True)
class Mark:
    """Who marked a check of a desk, and when; `by` is a name."""

    good: bool
    at: datetime
    by: str | None


@dataclass(frozen=True)
class Decision:
    """The newest go or no-go. `faults` is how many there were then."""

    go: bool
    faults: int
    reason: str
    at: datetime
    by: str | None


@dataclass(frozen=True)
class DeskReadiness:
    """A desk on the board. `marks` are by check."""

    desk_id: int
    site_id: int
    number: int
    checks: list[rules.Check]
    facts: rules.DeskFacts
    marks: Mapping[str, Mark]
    decision: Decision | None

    @property
    def state(self) -> str:
        """The worst of its checks."""
        return rules.readiness(check.state for check in self.checks)

    @property
    def faults(self) -> int:
        """How many checks are missing."""
        return sum(check.state == rules.MISSING for check in self.checks)

    @property
    def unknown(self) -> int:
        """How many nobody knows yet, or are less than is meant."""
        return sum(check.state in (rules.UNKNOWN, rules.LOW) for check in self.checks)


@dataclass(frozen=True)
class Readiness:
    """The whole board, the desks with most faults first. `day` is the first one on which they open."""

    day: date
    desks: list[DeskReadiness]
    decision: Decision | None

    @property
    def state(self) -> str:
        """The worst of all desks."""
        return rules.readiness(desk.state for desk in self.desks)

    @property
    def faults(self) -> int:
        """All faults of all desks."""
        return sum(desk.faults for desk in self.desks)

    @property
    def counts(self) -> Counter[str]:
        """Desks by state."""
        return Counter(desk.state for desk in self.desks)

    def at(self, site_id: int) -> list[DeskReadiness]:
        """The desks of a site."""
        return [desk for desk in self.desks if desk.site_id == site_id]


def readiness_board(session: Session, trip_id: int) -> Readiness:
    """Every desk of the trip that isn't retired, checked now. Raises NotFound."""
    trip = session.get(Trip, trip_id)
    if trip is None:
        raise NotFound()
    now = clock.now()
    day = max(trip.starts_on, local_day(now)) if trip.kind == OFFICE else trip.starts_on
    marks = _marks(session, trip_id)
    facts = _Facts(session, trip, day, now).of_all(marks)
    begun, decisions = rules.begun(facts.values()), _decisions(session, trip_id)
    desks = [
        DeskReadiness(
            row.id, row.site_id, row.number, rules.checks_of(facts[row.id], begun), facts[row.id],
            marks.get(row.id, {}), decisions.get(row.id),
        )
        for row in _desks(session, trip_id)
    ]  # fmt: skip
    desks.sort(key=lambda desk: (-desk.faults, -desk.unknown, desk.number))
    return Readiness(day, desks, decisions.get(None))


def _desks(session: Session, trip_id: int) -> list[Row[Any]]:
    query = (
        select(DESKS, SITES.c.kind.label("site_kind"))
        .join(SITES, SITES.c.id == DESKS.c.site_id)
        .where(DESKS.c.trip_id == trip_id, DESKS.c.retired_at.is_(None))
        .order_by(DESKS.c.number)
    )
    return list(session.execute(query).all())


class _Facts:
    """What the database says of the desks of a trip on a day, in one look each."""

    def __init__(self, session: Session, trip: Trip, day: date, now: datetime) -> None:
        begins, ends = day_bounds(day)
        self.midnight, self.now, self.is_live = begins, now, trip.phase == LIVE
        self.rows = _desks(session, trip.id)
        of_trip = PLACES.c.trip_id == trip.id
        at_work = func.sum(case((PLACES.c.state != "closed", 1), else_=0))
        seats = select(PLACES.c.desk_id, func.count().label("seats"), at_work.label("at_work")).where(of_trip)
        self.places = {row.desk_id: row for row in session.execute(seats.group_by(PLACES.c.desk_id))}
        self.hours = _hours(session, trip.id, day)
        today = local_day(now)
        self.today = self.hours if today == day else _hours(session, trip.id, today)
        self.today_midnight = day_bounds(today)[0]
        self.duties = duties_by_desk(session, trip.id, begins, ends)
        self.laid = laid_by_desk(session, trip.id, begins, ends)
        self.needs = needs_of_trip(session, trip.id)
        offered = (TOPICS.c.trip_id == trip.id, TOPICS.c.retired_at.is_(None), TOPICS.c.assignable.is_(True))
        skilled = select(SKILLS.c.desk_id).join(TOPICS, TOPICS.c.id == SKILLS.c.topic_id).where(*offered)
        self.skilled = set(session.scalars(skilled))
        self.printed = signs_printed(session, trip.id)
        self.connected = _presence(session, trip.id)

    def of_all(self, marks: Mapping[int, Mapping[str, Mark]]) -> dict[int, rules.DeskFacts]:
        """By desk."""
        return {row.id: self._of(row, marks.get(row.id, {})) for row in self.rows}

    def _of(self, row: Row[Any], marks: Mapping[str, Mark]) -> rules.DeskFacts:
        printed = {rules.SIGN: True} if row.id in self.printed else {}
        seats, opening = self.places.get(row.id), self._opening(row.id)
        return rules.DeskFacts(
            desk_id=row.id,
            places=seats.seats if seats else 0,
            need=self.needs.get(row.id),
            cover=rules.cover_of(self.duties.get(row.id, []), *opening) if opening else None,
            at_work=seats.at_work if seats else 0,
            has_official=row.official_user_id is not None,
            takes_calls=row.calls,
            has_line=bool(row.line),
            has_hours=row.id in self.hours,
            has_topic=row.id in self.skilled,
            has_agency=row.agency_id is not None,
            is_general=row.is_headquarters or row.site_kind == "hall",
            is_open=row.state in SERVING_STATES,
            is_due=self._is_due(row.id),
            is_connected=row.id in self.connected,
            marks=printed | {name: mark.good for name, mark in marks.items()},
            hours=opening,
            laid=[self._manned(row.id, one) for one in self.laid.get(row.id, ())],
        )

    def _opening(self, desk_id: int) -> tuple[datetime, datetime] | None:
        hours = self.hours.get(desk_id)
        if hours is None:
            return None
        return self.midnight + timedelta(minutes=hours[0]), self.midnight + timedelta(minutes=hours[1])

    def _manned(self, desk_id: int, laid: Laid) -> rules.Manned:
        in_it = [duty for duty in self.duties.get(desk_id, ()) if duty.laid_id == laid.id]
        cover = rules.cover_of(in_it, laid.begins, laid.ends)
        runs = laid.begins <= self.now < laid.ends
        return rules.Manned(laid.begins, laid.ends, laid.need, cover, runs=runs)

    def _is_due(self, desk_id: int) -> bool:
        """Whether people may come to it now."""
        opens, closes = self.today.get(desk_id, (0, 0))
        minutes = (self.now - self.today_midnight) / timedelta(minutes=1)
        return self.is_live and opens <= minutes < closes


def _hours(session: Session, trip_id: int, day: date) -> dict[int, tuple[int, int]]:
    query = (
        select(HOURS.c.desk_id, HOURS.c.opens, HOURS.c.closes)
        .join(DESKS, DESKS.c.id == HOURS.c.desk_id)
        .where(DESKS.c.trip_id == trip_id, HOURS.c.day == day)
    )
    return {row.desk_id: (row.opens, row.closes) for row in session.execute(query)}


def _marks(session: Session, trip_id: int) -> dict[int, dict[str, Mark]]:
    query = (
        select(MARKS.c.desk_id, MARKS.c.name, MARKS.c.good, MARKS.c.at, USERS.c.name.label("by"))
        .outerjoin(USERS, USERS.c.id == MARKS.c.user_id)
        .where(MARKS.c.trip_id == trip_id)
    )
    marks: dict[int, dict[str, Mark]] = defaultdict(dict)
    for row in session.execute(query):
        marks[row.desk_id][row.name] = Mark(row.good, row.at, row.by)
    return marks


def _decisions(session: Session, trip_id: int) -> dict[int | None, Decision]:
    newest = (
        select(func.max(DECISIONS.c.id)).where(DECISIONS.c.trip_id == trip_id).group_by(DECISIONS.c.desk_id)
    )
    columns = (DECISIONS.c[name] for name in ("desk_id", "go", "faults", "reason", "at"))
    query = (
        select(*columns, USERS.c.name.label("by"))
        .outerjoin(USERS, USERS.c.id == DECISIONS.c.user_id)
        .where(DECISIONS.c.id.in_(newest))
    )
    return {
        row.desk_id: Decision(row.go, row.faults, row.reason, row.at, row.by)
        for row in session.execute(query)
    }
