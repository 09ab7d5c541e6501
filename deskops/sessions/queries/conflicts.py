"""What speaks against sessions as they are planned. Nothing of it forbids one: coordinators know more than we do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.dates import day_bounds
from deskops.desks.models import DeskHours, Trip
from deskops.desks.queries import Catalogue
from deskops.desks.queries.agencies import calendars_of
from deskops.desks.rules import works_on
from deskops.sessions import rules
from deskops.sessions.models import Meeting, OfficialSession
from deskops.sessions.queries.schedule import SessionLine
from deskops.sessions.rules import Conflict, Span

SESSIONS, MEETINGS = table_of(OfficialSession), table_of(Meeting)
HOURS, TRIPS = table_of(DeskHours), table_of(Trip)
_ALIVE = (*rules.EXPECTED, rules.UNDER_WAY)


def conflicts_of(
    session: Session, names: Catalogue, lines: Sequence[SessionLine]
) -> dict[int, list[Conflict]]:
    """By session, of those that are still to come or under way."""
    alive = [line for line in lines if line.state in _ALIVE]
    if not alive:
        return {}
    found = {line.id: list[Conflict]() for line in alive}
    collided = rules.collisions(_spans(session, names.trip.id, alive))
    for line in alive:
        found[line.id] += collided.get(line.id, [])
    _add_hours(session, alive, found)
    _add_days_off(session, names, alive, found)
    return {session_id: conflicts for session_id, conflicts in found.items() if conflicts}


def _spans(session: Session, trip_id: int, lines: Sequence[SessionLine]) -> list[Span]:
    """The trip's own, and wherever else its officials are at that time: other trips' sessions, and meetings."""
    first = min(line.starts_at for line in lines)
    last = max(line.ends_at for line in lines)
    people = {line.official.id for line in lines}
    spans = _other_spans(session, trip_id, people, first, last)
    known = {line.id for line in lines}
    return [*(line.span() for line in lines), *(one for one in spans if one.id not in known)]


def _other_spans(
    session: Session, trip_id: int, people: set[int], first: datetime, last: datetime
) -> list[Span]:
    mine = or_(SESSIONS.c.trip_id == trip_id, SESSIONS.c.official_id.in_(people))
    at_once = (SESSIONS.c.starts_at < last, SESSIONS.c.ends_at > first, SESSIONS.c.state.in_(_ALIVE))
    columns = (SESSIONS.c.id, SESSIONS.c.trip_id, SESSIONS.c.official_id, SESSIONS.c.desk_id)
    rows = session.execute(select(*columns, SESSIONS.c.starts_at, SESSIONS.c.ends_at).where(mine, *at_once))
    held = [
        Span(
            row.id if row.trip_id == trip_id else None,
            row.official_id,
            row.desk_id,
            row.starts_at,
            row.ends_at,
        )
        for row in rows
    ]
    received = select(MEETINGS.c.official_id, MEETINGS.c.starts_at, MEETINGS.c.ends_at).where(
        MEETINGS.c.official_id.in_(people),
        MEETINGS.c.starts_at < last,
        MEETINGS.c.ends_at > first,
        MEETINGS.c.state.in_(_ALIVE),
    )
    met = [Span(None, row.official_id, None, row.starts_at, row.ends_at) for row in session.execute(received)]
    return [*held, *met]


def _add_hours(session: Session, lines: Sequence[SessionLine], found: dict[int, list[Conflict]]) -> None:
    """A desk that has opening hours at all is closed on days without."""
    desks = {line.desk_id for line in lines if line.desk_id is not None}
    rows = session.execute(select(HOURS).where(HOURS.c.desk_id.in_(desks))).all()
    open_at: dict[tuple[int | None, date], tuple[int, int]] = {
        (row.desk_id, row.day): (row.opens, row.closes) for row in rows
    }
    with_hours = {row.desk_id for row in rows}
    for line in lines:
        if line.desk_id in with_hours and not _is_open(open_at.get((line.desk_id, line.day)), line):
            found[line.id].append(Conflict(rules.OUTSIDE_HOURS))


def _is_open(hours: tuple[int, int] | None, line: SessionLine) -> bool:
    if hours is None:
        return False
    midnight = day_bounds(line.day)[0]
    opens, closes = (midnight + timedelta(minutes=minutes) for minutes in hours)
    return opens <= line.starts_at and line.ends_at <= closes


def _add_days_off(
    session: Session, names: Catalogue, lines: Sequence[SessionLine], found: dict[int, list[Conflict]]
) -> None:
    days_off = session.scalar(select(TRIPS.c.days_off).where(TRIPS.c.id == names.trip.id)) or ""
    chains = {
        agency_id: calendars_of(session, agency_id, days_off)
        for agency_id in {_agency_of(names, line) for line in lines}
    }
    for line in lines:
        if not works_on(chains[_agency_of(names, line)], line.day):
            found[line.id].append(Conflict(rules.DAY_OFF))


def _agency_of(names: Catalogue, line: SessionLine) -> int | None:
    """Whose calendar counts: that of the desk's agency, else of the official's."""
    desk = names.desks.get(line.desk_id or 0)
    return line.official.agency_id if desk is None or desk.agency_id is None else desk.agency_id
