"""Reads of the wall: what each desk does now, and who waits for no desk.

Figures come from the load in memory and from queries bounded by an index, so that a million served demands
cost nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from deskops.balancing.load import Load
from deskops.balancing.projection import Outlook, desk_estimates, range_of
from deskops.balancing.state import PHONE, Waiting
from deskops.core import clock, journal
from deskops.core.database import table_of
from deskops.demands import rules
from deskops.demands.load import CACHE
from deskops.demands.models import Ticket
from deskops.demands.outlook import foretold, remaining
from deskops.demands.queries.tickets import TicketLine, unassigned_tickets
from deskops.demands.trip_load import TripLoad
from deskops.desks.models import Desk, Place
from deskops.desks.queries.catalogue import Change, last_change

DESKS, PLACES, TICKETS = table_of(Desk), table_of(Place), table_of(Ticket)
OUTLOOK_SECONDS = 20.0
RATE_WINDOW = timedelta(minutes=60)


@dataclass(frozen=True)
class DeskFigures:
    """A desk on the wall. Nothing in it tells of a person.

    `oldest_since` is ISO 8601 in UTC; `estimate` whole minutes, low and high, until who came last is served.
    `open`, `busy`, `ready` and `paused` count counters, `places` all of them; `help` those whose operator
    asked for the desk head; `rate` is how many were served within the last hour.
    """

    desk_id: int
    state: str
    waiting: int
    waiting_calls: int
    oldest_since: str | None
    estimate: tuple[int, int] | None
    places: int
    open: int
    busy: int
    ready: int
    paused: int
    help: int
    rate: int

    def as_json(self) -> dict[str, Any]:
        """As pushed and as the API gives it."""
        return asdict(self)


@dataclass(frozen=True)
class Wall:
    """All desks of a trip that aren't retired. `sequence` is the coordination audience's: what comes after leads on from
    here; `setup` moves whenever the set-up changes.
    """

    trip_id: int
    sequence: int
    setup: Change
    desks: list[DeskFigures]
    unassigned: list[TicketLine]

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "trip_id": self.trip_id,
            "sequence": self.sequence,
            "setup": list(self.setup),
            "desks": [desk.as_json() for desk in self.desks],
            "unassigned": [_line_json(line) for line in self.unassigned],
        }


@dataclass(frozen=True)
class _Outlook:
    """What is too dear to work out at each push: projected minutes and services of the last hour, by desk."""

    at: datetime
    seen: Outlook
    minutes: dict[int, float]
    served: dict[int, int]


# Held by the load itself, so that a load built anew never meets an outlook of the old one.
_outlooks: WeakKeyDictionary[TripLoad, _Outlook] = WeakKeyDictionary()


def coordination(trip_id: int) -> str:
    """The audience that hears of everything in a trip."""
    return f"trip:{trip_id}:coordination"


def site_board(site_id: int) -> str:
    """The audience that is told of the calls at a site."""
    return f"site:{site_id}:board"


def desk_figures(session: Session, trip_id: int, desk_ids: Iterable[int] | None = None) -> list[DeskFigures]:
    """The figures of some desks of a trip, or of all, by number. Ids of another trip are left out.

    Raises NotFound for an unknown trip.
    """
    rows = _desk_rows(session, trip_id, None if desk_ids is None else sorted(set(desk_ids)))
    with foretold(session, trip_id) as (trip, seen):
        # Asks the database once in so many seconds, as holding the load itself does each time.
        outlook = _outlook(session, trip, seen)
        return [_figures(trip.load, outlook, row) for row in rows]


def wall_snapshot(session: Session, trip_id: int) -> Wall:
    """Every desk and the coordinators' list, as of one point of the audience's sequence. Raises NotFound."""
    sequence = journal.audience_head(session, coordination(trip_id))
    setup = last_change(session, trip_id)
    desks = desk_figures(session, trip_id)
    return Wall(trip_id, sequence, setup, desks, unassigned_tickets(session, trip_id))


def _line_json(line: TicketLine) -> dict[str, Any]:
    facts = {
        "ticket_id": line.id,
        "number": line.number,
        "topic_id": line.topic_id,
        "location": line.location,
    }
    return facts | {"urgent": line.urgent, "registered_at": line.registered_at.isoformat()}


def takers(session: Session, trip_id: int, lines: list[TicketLine]) -> dict[int, list[int]]:
    """For each ticket the ids of the open desks that may take it: where the person is first, then the others.

    A desk without an open counter is among them: the coordinator may know that one is about to open.
    """
    with CACHE.held(session, trip_id) as trip:
        return {line.id: _takers(trip.load, line) for line in lines}


def topics_done(session: Session, trip_id: int, lines: list[TicketLine]) -> dict[int, list[int]]:
    """By place, the topics that an open counter serves there, for those whose own topic nobody does."""
    with CACHE.held(session, trip_id) as trip:
        return {
            place: [
                topic_id
                for topic_id in sorted(trip.topics)
                if any(desk.open_counters for desk in trip.load.serving(place, topic_id))
            ]
            for place in {line.location for line in lines}
        }


def _takers(load: Load, line: TicketLine) -> list[int]:
    here = [desk.desk.id for desk in load.serving(line.location, line.topic_id) if desk.desk.open]
    away = [pair.desk.desk.id for pair in load.away(line.location, line.topic_id) if pair.desk.desk.open]
    return here + away


def _desk_rows(session: Session, trip_id: int, desk_ids: list[int] | None) -> list[Row[Any]]:
    """Desk, state and counts of its places, by number."""
    asked = PLACES.c.help_asked_at.is_not(None)
    query = (
        select(
            DESKS.c.id,
            DESKS.c.state,
            func.count(PLACES.c.id).label("places"),
            func.count(PLACES.c.id).filter(PLACES.c.state == "paused").label("paused"),
            func.count(PLACES.c.id).filter(asked).label("help"),
        )
        .select_from(DESKS.outerjoin(PLACES, PLACES.c.desk_id == DESKS.c.id))
        .where(DESKS.c.trip_id == trip_id)
        .group_by(DESKS.c.id, DESKS.c.state, DESKS.c.number)
        .order_by(DESKS.c.number)
    )
    wanted = DESKS.c.retired_at.is_(None) if desk_ids is None else DESKS.c.id.in_(desk_ids)
    query = query.where(wanted)
    return list(session.execute(query).all())


def _figures(load: Load, outlook: _Outlook, row: Row[Any]) -> DeskFigures:
    known = load.desks.get(row.id)
    queue = [] if known is None else load.provisional(row.id)
    counters = [] if known is None else [counter for counter in known.counters.values() if counter.open]
    return DeskFigures(
        desk_id=row.id,
        state=row.state,
        waiting=len(queue),
        waiting_calls=sum(waiting.place == PHONE for waiting in queue),
        oldest_since=_iso(queue[0].registered_at) if queue else None,
        estimate=_estimate(load, outlook, row.id),
        places=row.places,
        open=len(counters),
        busy=sum(counter.busy for counter in counters),
        ready=sum(counter.free for counter in counters),
        paused=row.paused,
        help=row.help,
        rate=outlook.served.get(row.id, 0),
    )


def _estimate(load: Load, outlook: _Outlook, desk_id: int) -> tuple[int, int] | None:
    desk = load.desks.get(desk_id)
    if desk is None or not desk.open_counters:
        return None
    minutes = outlook.minutes.get(desk_id)
    if minutes is None:  # opened since the projection was made
        minutes = desk.expected_wait(load.means, load.overall_mean)
    low, high = range_of(load, desk_id, minutes)
    return low, high


def _outlook(session: Session, trip: TripLoad, seen: Outlook) -> _Outlook:
    now = clock.now()
    known = _outlooks.get(trip)
    is_fresh = known is not None and 0 <= (now - known.at).total_seconds() < OUTLOOK_SECONDS
    if known is None or not is_fresh:
        served = _served(session, trip.trip_id, now - RATE_WINDOW)
        known = _outlooks[trip] = _Outlook(now, seen, _minutes(trip, seen, now), served)
    elif known.seen is not seen:
        # Made anew while people come, far oftener than it is worth counting who was served.
        known = _outlooks[trip] = replace(known, seen=seen, minutes=_minutes(trip, seen, now))
    return known


def _minutes(trip: TripLoad, seen: Outlook, now: datetime) -> dict[int, float]:
    waits = {person.ticket_id: _left(trip, seen, person, now) for person in trip.load.all_waiting()}
    return desk_estimates(trip.load, waits)


def _left(trip: TripLoad, seen: Outlook, person: Waiting, now: datetime) -> float:
    minutes = remaining(trip, seen, person, now)
    desk = trip.load.desks.get(person.desk_id or 0)
    if minutes is not None or desk is None or not desk.open_counters:
        return minutes or 0.0
    # Who walks, or won't be served before the desk closes, stands in no projection.
    return desk.expected_wait(trip.load.means, trip.load.overall_mean)


def _served(session: Session, trip_id: int, since: datetime) -> dict[int, int]:
    query = (
        select(TICKETS.c.desk_id, func.count())
        .where(TICKETS.c.trip_id == trip_id, TICKETS.c.done_at > since, TICKETS.c.status == rules.DONE)
        .group_by(TICKETS.c.desk_id)
    )
    return {desk_id: served for desk_id, served in session.execute(query) if desk_id is not None}


def _iso(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat()
