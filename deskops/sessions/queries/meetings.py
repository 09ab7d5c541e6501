"""Meetings face to face: who is received when, and who asked for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.demands.models import Demand, Person
from deskops.demands.rules import CLOSED, INVALID
from deskops.directives.models import DirectiveDemand
from deskops.sessions import rules
from deskops.sessions.models import Appointment, Meeting, MeetingAgency
from deskops.sessions.queries.officials import Official, official_of, officials
from deskops.sessions.rules import Wish

MEETINGS, PANEL, APPOINTMENTS = table_of(Meeting), table_of(MeetingAgency), table_of(Appointment)
DEMANDS, PERSONS, ABOUT = table_of(Demand), table_of(Person), table_of(DirectiveDemand)
_OVER_FOR = (CLOSED, INVALID, "merged", "withdrawn")
MOST = 200


@dataclass(frozen=True)
class AppointmentLine:
    """One slot with the person in it. What is about the person is for staff only."""

    id: int
    demand_id: int
    starts_at: datetime
    state: str
    token: str
    invited_at: datetime | None
    checked_in_at: datetime | None
    ended_at: datetime | None
    minutes: str
    code: str
    topic_id: int
    name: str
    phone: str | None

    @property
    def acts(self) -> tuple[str, ...]:
        """What can be done with it."""
        return rules.acts_on(self.state)


@dataclass(frozen=True)
class PanelLine:
    """An agency on the panel, and who came for it."""

    agency_id: int
    name: str
    came_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class MeetingLine:
    """A meeting. `appointed` counts those who have a slot."""

    id: int
    official: Official
    title: str
    site_id: int | None
    where_text: str
    starts_at: datetime
    ends_at: datetime
    slot_minutes: int
    state: str
    reason: str
    version: int
    appointed: int

    @property
    def slots(self) -> int:
        """How many people can be received."""
        return len(rules.slots(self.starts_at, self.ends_at, self.slot_minutes))

    def as_json(self) -> dict[str, Any]:
        """Instants in ISO 8601."""
        facts = asdict(self)
        del facts["official"]
        told = {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()
        }
        return {**told, "official_id": self.official.id, "official": self.official.name, "slots": self.slots}


def meetings_of(session: Session, trip_id: int) -> list[MeetingLine]:
    """The trip's meetings, the latest first."""
    return _meetings(session, trip_id)


def meeting_line(session: Session, trip_id: int, meeting_id: int) -> MeetingLine:
    """Raises NotFound."""
    found = _meetings(session, trip_id, MEETINGS.c.id == meeting_id)
    if not found:
        raise NotFound()
    return found[0]


def appointments_of(session: Session, meeting_id: int) -> list[AppointmentLine]:
    """In order of their slots, those who were taken off the list last."""
    query = _appointments().where(APPOINTMENTS.c.meeting_id == meeting_id)
    off = APPOINTMENTS.c.state == rules.CANCELLED
    return [_appointment(row) for row in session.execute(query.order_by(off, APPOINTMENTS.c.starts_at))]


def panel_of(session: Session, meeting_id: int) -> list[PanelLine]:
    """The agencies that sit beside the official."""
    query = select(PANEL).where(PANEL.c.meeting_id == meeting_id).order_by(PANEL.c.agency_id)
    return [PanelLine(row.agency_id, row.name, row.came_at) for row in session.execute(query)]


def invitation(session: Session, token: str) -> tuple[int, MeetingLine, AppointmentLine]:
    """Trip, meeting and appointment of the QR code with this token. Raises NotFound."""
    row = session.execute(
        select(APPOINTMENTS.c.trip_id, APPOINTMENTS.c.meeting_id).where(APPOINTMENTS.c.token == token)
    ).first()
    if row is None:
        raise NotFound()
    line = session.execute(_appointments().where(APPOINTMENTS.c.token == token)).one()
    return row.trip_id, meeting_line(session, row.trip_id, row.meeting_id), _appointment(line)


def wishes_of(session: Session, trip_id: int) -> list[Wish]:
    """Demands that ask for a meeting, and neither have one ahead nor had one."""
    has_one = select(APPOINTMENTS.c.id).where(
        APPOINTMENTS.c.demand_id == DEMANDS.c.id, APPOINTMENTS.c.state != rules.CANCELLED
    )
    query = select(DEMANDS.c.id, DEMANDS.c.topic_id, DEMANDS.c.meeting_asked_at).where(
        DEMANDS.c.trip_id == trip_id,
        DEMANDS.c.meeting_asked_at.is_not(None),
        DEMANDS.c.state.not_in(_OVER_FOR),
        ~has_one.exists(),
    )
    return [Wish(row.id, row.topic_id, row.meeting_asked_at) for row in session.execute(query)]


def appointment_during(session: Session, trip_id: int, user_id: int, directive_id: int) -> int | None:
    """In which appointment an official orders something: whose demand is before them, and the order is about."""
    before = (
        APPOINTMENTS.c.trip_id == trip_id,
        APPOINTMENTS.c.state == rules.WITH_OFFICIAL,
        MEETINGS.c.official_id == user_id,
        ABOUT.c.directive_id == directive_id,
    )
    query = (
        select(APPOINTMENTS.c.id)
        .join(MEETINGS, MEETINGS.c.id == APPOINTMENTS.c.meeting_id)
        .join(ABOUT, ABOUT.c.demand_id == APPOINTMENTS.c.demand_id)
        .where(*before)
    )
    return session.scalar(query.limit(1))


def _meetings(session: Session, trip_id: int, *conditions: ColumnElement[bool]) -> list[MeetingLine]:
    appointed = (
        select(func.count())
        .where(APPOINTMENTS.c.meeting_id == MEETINGS.c.id, APPOINTMENTS.c.state != rules.CANCELLED)
        .scalar_subquery()
    )
    query = select(MEETINGS, appointed.label("appointed")).where(MEETINGS.c.trip_id == trip_id, *conditions)
    rows = session.execute(query.order_by(MEETINGS.c.starts_at.desc(), MEETINGS.c.id).limit(MOST)).all()
    known = officials(session, trip_id) if rows else {}
    return [_meeting(session, row, known) for row in rows]


def _meeting(session: Session, row: Any, known: dict[int, Official]) -> MeetingLine:
    wanted = MeetingLine.__dataclass_fields__.keys() - {"official"}
    facts = {name: value for name, value in row._asdict().items() if name in wanted}
    return MeetingLine(official=official_of(known, row.official_id, session), **facts)


def _appointments() -> Any:
    own = AppointmentLine.__dataclass_fields__.keys() - {"code", "topic_id", "name", "phone"}
    columns = [column for column in APPOINTMENTS.c if column.name in own]
    return (
        select(*columns, DEMANDS.c.code, DEMANDS.c.topic_id, PERSONS.c.name, PERSONS.c.phone)
        .join(DEMANDS, DEMANDS.c.id == APPOINTMENTS.c.demand_id)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
    )


def _appointment(row: Any) -> AppointmentLine:
    return AppointmentLine(**row._asdict())
