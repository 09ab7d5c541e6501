"""When officials answer people, as it is planned and as it came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.dates import day_bounds, digits, local_day
from deskops.core.errors import NotFound
from deskops.desks.queries import Catalogue
from deskops.sessions import rules
from deskops.sessions.models import OfficialSession, SessionAttendee
from deskops.sessions.queries.officials import Official, official_of, officials

SESSIONS, ATTENDEES = table_of(OfficialSession), table_of(SessionAttendee)
# So many are listed at once; whoever looks for more narrows the days.
MOST = 400


@dataclass(frozen=True)
class AttendeeLine:
    """A deputy, and whether they came."""

    id: int
    name: str
    position: str
    came_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SessionLine:
    """One session; `phone` is left out of what programs and the public are told."""

    id: int
    series_id: int | None
    official: Official
    desk_id: int | None
    place_id: int | None
    line: str
    channel: str
    where_text: str
    starts_at: datetime
    ends_at: datetime
    state: str
    phone: str
    reason: str
    announced_at: datetime | None
    reminded_at: datetime | None
    came_at: datetime | None
    left_at: datetime | None
    version: int
    attendees: tuple[AttendeeLine, ...]

    @property
    def day(self) -> date:
        """The local day that it begins on."""
        return local_day(self.starts_at)

    def is_missed(self, now: datetime) -> bool:
        """Whether nobody has come although it has begun."""
        return rules.is_missed(self.state, self.starts_at, now)

    def span(self) -> rules.Span:
        """As the rules take it."""
        return rules.Span(self.id, self.official.id, self.desk_id, self.starts_at, self.ends_at)

    def as_json(self) -> dict[str, Any]:
        """Instants in ISO 8601."""
        facts = asdict(self)
        del facts["phone"], facts["official"]
        facts["attendees"] = [_iso(one) for one in facts["attendees"]]
        return {"official_id": self.official.id, "official": self.official.name, **_iso(facts)}


def sessions_between(
    session: Session,
    trip_id: int,
    first: date,
    last: date,
    *,
    official_id: int | None = None,
    states: Collection[str] = rules.SESSION_STATES,
) -> list[SessionLine]:
    """From one local day to another, both counted in, in order of time; of one official or all."""
    begins, ends = day_bounds(first)[0], day_bounds(last)[1]
    conditions = [SESSIONS.c.starts_at >= begins, SESSIONS.c.starts_at < ends, SESSIONS.c.state.in_(states)]
    if official_id is not None:
        conditions.append(SESSIONS.c.official_id == official_id)
    return _lines(session, trip_id, *conditions)


def sessions_ahead(
    session: Session, trip_id: int, now: datetime, states: Collection[str]
) -> list[SessionLine]:
    """What isn't over yet, in order of time."""
    return _lines(session, trip_id, SESSIONS.c.ends_at > now, SESSIONS.c.state.in_(states))


def session_line(session: Session, trip_id: int, session_id: int) -> SessionLine:
    """Raises NotFound."""
    found = _lines(session, trip_id, SESSIONS.c.id == session_id)
    if not found:
        raise NotFound()
    return found[0]


def under_way(session: Session, trip_id: int, user_id: int, now: datetime) -> int | None:
    """The session that an official holds now; the newest, where one forgot to leave another."""
    held = (
        SESSIONS.c.trip_id == trip_id,
        SESSIONS.c.official_id == user_id,
        SESSIONS.c.state == rules.UNDER_WAY,
        SESSIONS.c.starts_at <= now + rules.EARLY,
    )
    query = select(SESSIONS.c.id).where(*held).order_by(SESSIONS.c.starts_at.desc()).limit(1)
    return session.scalar(query)


def rest_of(session: Session, line: SessionLine) -> int:
    """How many sessions of its series follow one and can still be changed."""
    if line.series_id is None:
        return 0
    later = (
        SESSIONS.c.series_id == line.series_id,
        SESSIONS.c.starts_at > line.starts_at,
        SESSIONS.c.state.in_(rules.EXPECTED),
    )
    return len(session.scalars(select(SESSIONS.c.id).where(*later)).all())


def by_day(lines: Sequence[SessionLine]) -> dict[date, list[SessionLine]]:
    """The same lines under their days."""
    found: dict[date, list[SessionLine]] = defaultdict(list)
    for line in lines:
        found[line.day].append(line)
    return dict(found)


def where_of(line: SessionLine, names: Catalogue) -> str:
    """Where people reach the official, in the current language: desk and site, or what was typed."""
    desk = names.desks.get(line.desk_id or 0)
    at = "" if desk is None else f"{desk.name} ({names.sites[desk.site_id].name})"
    return digits(" · ".join(part for part in (at, line.where_text) if part))


def _lines(session: Session, trip_id: int, *conditions: ColumnElement[bool]) -> list[SessionLine]:
    query = select(SESSIONS).where(SESSIONS.c.trip_id == trip_id, *conditions)
    rows = session.execute(query.order_by(SESSIONS.c.starts_at, SESSIONS.c.id).limit(MOST)).all()
    attendees = _attendees(session, [row.id for row in rows])
    known = officials(session, trip_id) if rows else {}
    return [_line(session, row, attendees.get(row.id, ()), known) for row in rows]


def _line(
    session: Session, row: Any, attendees: Sequence[AttendeeLine], known: dict[int, Official]
) -> SessionLine:
    facts = row._asdict()
    official = official_of(known, facts.pop("official_id"), session)
    del facts["trip_id"]
    return SessionLine(official=official, attendees=tuple(attendees), **facts)


def _attendees(session: Session, session_ids: Sequence[int]) -> dict[int, list[AttendeeLine]]:
    found: dict[int, list[AttendeeLine]] = defaultdict(list)
    query = select(ATTENDEES).where(ATTENDEES.c.session_id.in_(session_ids)).order_by(ATTENDEES.c.id)
    for row in session.execute(query):
        found[row.session_id].append(AttendeeLine(row.id, row.name, row.position, row.came_at))
    return found


def _iso(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()
    }
