"""Lists and figures of the set-up pages, read fresh: states change by the minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.desks.models import Desk, DeskHours, Place, Trip
from deskops.desks.queries.catalogue import TripLabel, in_order
from deskops.desks.queries.needs import needs_of_desks
from deskops.desks.queries.people import name_of
from deskops.desks.rules import Need

TRIPS, DESKS, HOURS, PLACES = table_of(Trip), table_of(Desk), table_of(DeskHours), table_of(Place)


@dataclass(frozen=True)
class TripLine:
    """A trip in the list, with how many desks it has and how many are open."""

    trip: TripLabel
    desks: int
    open_desks: int


@dataclass(frozen=True)
class TripFigures:
    """What stands and works now; `desks` and `places` count by state."""

    desks: Counter[str]
    places: Counter[str]


@dataclass(frozen=True)
class DeskLine:
    """A desk's state and its counters by state. `hours` is the day's opening and closing, minutes from
    midnight, or None.
    """

    id: int
    state: str
    state_reason: str
    state_at: datetime
    version: int
    places: Counter[str]
    hours: tuple[int, int] | None
    need: Need | None


@dataclass(frozen=True)
class PlaceLine:
    """A counter or phone seat."""

    id: int
    desk_id: int
    number: int
    kind: str
    external_id: str | None
    state: str
    reason: str
    ready: bool
    user_id: int | None
    version: int


@dataclass(frozen=True)
class DeskDetail:
    """All of a desk that isn't in the catalogue. `week` lists (day, opening, closing), minutes from
    midnight. `head` and `official` are the names of who is pointed to.
    """

    line: DeskLine
    week: list[tuple[date, int, int]]
    seats: list[PlaceLine]
    head_user_id: int | None
    official_user_id: int | None
    head: str
    official: str


def trip_lines(session: Session, reachable: Collection[int] | None) -> list[TripLine]:
    """The trips that somebody reaches (None: all), the newest first."""
    columns = [TRIPS.c[field.name] for field in fields(TripLabel)]
    query = select(*columns).order_by(TRIPS.c.starts_on.desc(), TRIPS.c.id.desc())
    if reachable is not None:
        query = query.where(TRIPS.c.id.in_(reachable))
    counted = select(DESKS.c.trip_id, DESKS.c.state, func.count().label("count"))
    counts: dict[int, Counter[str]] = {}
    for row in session.execute(counted.group_by(DESKS.c.trip_id, DESKS.c.state)):
        counts.setdefault(row.trip_id, Counter())[row.state] += row[2]
    trips = [TripLabel(**row._asdict()) for row in session.execute(query)]
    none: Counter[str] = Counter()
    return [
        TripLine(trip, counts.get(trip.id, none).total(), counts.get(trip.id, none)["open"]) for trip in trips
    ]


def figures_of(lines: Iterable[DeskLine]) -> TripFigures:
    """The sums of a desk list."""
    desks: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for line in lines:
        desks[line.state] += 1
        places.update(line.places)
    return TripFigures(desks, places)


def desk_lines(session: Session, trip_id: int, day: date) -> list[DeskLine]:
    """The trip's desks in their order, but for retired ones, with the opening hours of one day."""
    return _desk_lines(session, day, DESKS.c.trip_id == trip_id, DESKS.c.retired_at.is_(None))


def desk_detail(session: Session, trip_id: int, desk_id: int, day: date) -> DeskDetail:
    """One desk of the trip. Raises NotFound."""
    lines = _desk_lines(session, day, DESKS.c.trip_id == trip_id, DESKS.c.id == desk_id)
    if not lines:
        raise NotFound()
    week = select(HOURS.c.day, HOURS.c.opens, HOURS.c.closes).where(HOURS.c.desk_id == desk_id)
    days = [(row.day, row.opens, row.closes) for row in session.execute(week.order_by(HOURS.c.day))]
    pointed = select(DESKS.c.head_user_id, DESKS.c.official_user_id).where(DESKS.c.id == desk_id)
    users = session.execute(pointed).one()
    people = [name_of(session, user_id) for user_id in users]
    return DeskDetail(lines[0], days, _places(session, PLACES.c.desk_id == desk_id), *users, *people)


def places_of_trip(session: Session, trip_id: int) -> list[PlaceLine]:
    """Every counter and seat of the trip, by desk and number."""
    return _places(session, PLACES.c.trip_id == trip_id)


def _places(session: Session, condition: Any) -> list[PlaceLine]:
    columns = [PLACES.c[field.name] for field in fields(PlaceLine)]
    query = select(*columns).where(condition).order_by(PLACES.c.desk_id, PLACES.c.number)
    return [PlaceLine(**row._asdict()) for row in session.execute(query)]


def _desk_lines(session: Session, day: date, *conditions: Any) -> list[DeskLine]:
    columns = [DESKS.c[name] for name in ("id", "state", "state_reason", "state_at", "version")]
    rows = session.execute(select(*columns).where(*conditions).order_by(*in_order(DESKS))).all()
    ids = [row.id for row in rows]
    seats = select(PLACES.c.desk_id, PLACES.c.state, func.count()).where(PLACES.c.desk_id.in_(ids))
    places: dict[int, Counter[str]] = {desk_id: Counter() for desk_id in ids}
    for desk_id, state, count in session.execute(seats.group_by(PLACES.c.desk_id, PLACES.c.state)):
        places[desk_id][state] = count
    today = select(HOURS.c.desk_id, HOURS.c.opens, HOURS.c.closes).where(HOURS.c.day == day)
    hours = {row.desk_id: (row.opens, row.closes) for row in session.execute(today)}
    needs = needs_of_desks(session, ids)
    return [
        DeskLine(**row._asdict(), places=places[row.id], hours=hours.get(row.id), need=needs.get(row.id))
        for row in rows
    ]
