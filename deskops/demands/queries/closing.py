"""Reads for the end of the day: who still waits, by desk, and what can become of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.balancing.state import PHONE
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.demands import rules
from deskops.demands.load import CACHE
from deskops.demands.models import IS_ACTIVE, Demand, Person, Ticket
from deskops.desks.models import DeskHours
from deskops.desks.queries import Catalogue, DeskLabel, DeskLine, desk_lines
from deskops.desks.services.plan import over_by

TICKETS, DEMANDS, PERSONS = table_of(Ticket), table_of(Demand), table_of(Person)
HOURS = table_of(DeskHours)
IDLE = ("planned", "closed")
SOON = timedelta(hours=1)


@dataclass(frozen=True)
class StillWaiting:
    """Somebody whose turn hasn't come. `takers` are the other open desks that can take them where they are."""

    id: int
    number: int
    status: str
    topic_id: int
    desk_id: int | None
    registered_at: datetime
    on_phone: bool
    has_phone: bool
    takers: list[int]


@dataclass(frozen=True)
class DeskAtEnd:
    """A desk that is still at work, or that people wait for; None stands for those who wait for no desk."""

    desk: DeskLabel | None
    line: DeskLine | None
    served: int
    people: list[StillWaiting]


@dataclass(frozen=True)
class EndOfDay:
    """The page. `idle` counts the desks that can be opened; `invited` those who come on another day; `ending` are the desks
    whose hours are over, or will be within SOON.
    """

    desks: list[DeskAtEnd]
    ending: set[int]
    idle: int
    invited: int
    next_day: date


def end_of_day(session: Session, names: Catalogue, now: datetime, site_id: int | None = None) -> EndOfDay:
    """Every desk that isn't closed, of the trip or of one site, with who waits for it."""
    today = local_day(now)
    lines = {line.id: line for line in desk_lines(session, names.trip.id, today)}
    here = [desk for desk in names.working_desks() if site_id in (None, desk.site_id)]
    waiting = _waiting(session, names.trip.id)
    served = _served(session, names.trip.id)
    groups = [
        DeskAtEnd(desk, lines[desk.id], served.get(desk.id, 0), waiting.get(desk.id, []))
        for desk in here
        if desk.id in lines and (lines[desk.id].state not in IDLE or desk.id in waiting)
    ]
    if None in waiting:
        groups.append(DeskAtEnd(None, None, 0, waiting[None]))
    idle = sum(lines[desk.id].state in IDLE for desk in here if desk.id in lines)
    ending = over_by(session, names.trip.id, [desk.id for desk in here], now + SOON)
    return EndOfDay(groups, ending, idle, _invited(session, names.trip.id), _next_day(session, names, today))


def opening_days(session: Session, names: Catalogue) -> list[date]:
    """The days of the trip on which a desk has hours, past ones too; none where all desks are opened by hand."""
    desks = [desk.id for desk in names.working_desks()]
    query = select(HOURS.c.day).where(HOURS.c.desk_id.in_(desks)).distinct().order_by(HOURS.c.day)
    last = names.trip.ends_on
    return list(session.scalars(query if last is None else query.where(HOURS.c.day <= last)))


def _waiting(session: Session, trip_id: int) -> dict[int | None, list[StillWaiting]]:
    columns = [TICKETS.c[name] for name in ("id", "number", "status", "topic_id", "desk_id", "location")]
    query = (
        select(*columns, TICKETS.c.registered_at, PERSONS.c.phone.is_not(None).label("has_phone"))
        .join(DEMANDS, DEMANDS.c.id == TICKETS.c.demand_id)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
        .where(TICKETS.c.trip_id == trip_id, IS_ACTIVE, TICKETS.c.status.in_(rules.OPEN_TO_CHOICE))
        .order_by(TICKETS.c.registered_at, TICKETS.c.id)
    )
    found: dict[int | None, list[StillWaiting]] = {}
    rows = session.execute(query).all()
    with CACHE.held(session, trip_id) as trip:
        for row in rows:
            able = trip.load.serving(row.location, row.topic_id)
            takers = [one.desk.id for one in able if one.open_counters and one.desk.id != row.desk_id]
            found.setdefault(row.desk_id, []).append(_still_waiting(row, takers))
    return found


def _still_waiting(row: Any, takers: Collection[int]) -> StillWaiting:
    return StillWaiting(
        id=row.id,
        number=row.number,
        status=row.status,
        topic_id=row.topic_id,
        desk_id=row.desk_id,
        registered_at=row.registered_at,
        on_phone=row.location == PHONE,
        has_phone=bool(row.has_phone),
        takers=list(takers),
    )


def _served(session: Session, trip_id: int) -> dict[int, int]:
    """How many sit at a desk's counters."""
    at_places = (TICKETS.c.trip_id == trip_id, IS_ACTIVE, TICKETS.c.status.in_(rules.AT_PLACE))
    counted = select(TICKETS.c.desk_id, func.count()).where(*at_places).group_by(TICKETS.c.desk_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def _invited(session: Session, trip_id: int) -> int:
    invited = (TICKETS.c.trip_id == trip_id, IS_ACTIVE, TICKETS.c.status == rules.INVITED)
    return session.execute(select(func.count()).where(*invited)).scalar_one()


def _next_day(session: Session, names: Catalogue, today: date) -> date:
    """The next day on which a desk has hours, else tomorrow."""
    days = opening_days(session, names)
    return next((day for day in days if day > today), today + timedelta(days=1))
