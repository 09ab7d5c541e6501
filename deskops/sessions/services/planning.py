"""Officials' hours laid from a schedule, changed, cancelled and announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from deskops.accounts.actor import Actor
from deskops.core.dates import local_day
from deskops.core.errors import InvalidInput, NotFound, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.models import Desk
from deskops.directives.queries.authorities import officials_of
from deskops.sessions import rules
from deskops.sessions.errors import (
    CancelReasonNeeded,
    NoDays,
    NoOfficial,
    NothingToAnnounce,
    NowhereToBe,
    SessionMoved,
    TooManyDays,
    UnknownDesk,
)
from deskops.sessions.events import SessionCancelled, SessionChanged, SessionsAnnounced, SessionsLaid
from deskops.sessions.models import OfficialSession, SessionAttendee, SessionSeries
from deskops.staff.services.desk_shifts import span_of

_PLAIN = ("desk_id", "line", "channel", "where_text", "phone")


@dataclass(frozen=True)
class Deputy:
    """Somebody who comes along."""

    name: str
    position: str = ""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Where and when people reach an official. `opens` and `closes` are minutes from midnight; `phone` is the mobile on
    which the official is reminded.
    """

    desk_id: int | None = None
    line: str = ""
    channel: str = rules.BOTH
    where_text: str = ""
    opens: int
    closes: int
    deputies: tuple[Deputy, ...] = ()
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """On which days; `to_day` and `weekdays` count where the pattern needs them."""

    official_id: int
    pattern: str
    from_day: date
    to_day: date
    weekdays: tuple[str, ...] = ()


def lay(uow: UnitOfWork, actor: Actor, trip_id: int, schedule: Schedule, hours: Hours) -> list[int]:
    """Plan an official's hours: the sessions' ids, in order of time. Days that are over are left out.

    Raises NoOfficial, NowhereToBe, UnknownDesk, InvalidInput, NoDays, TooManyDays.
    """
    actor.require("session.plan", trip_id)
    if schedule.official_id not in officials_of(uow.session, trip_id):
        raise NoOfficial(field="official_id")
    _check_hours(uow, trip_id, hours)
    days = _days_ahead(uow, schedule)
    series = None if schedule.pattern == rules.ONCE else _series(uow, trip_id, schedule, hours)
    rows = [_session(trip_id, schedule.official_id, series, day, hours) for day in days]
    uow.session.add_all(rows)
    uow.session.flush()
    for row in rows:
        _add_deputies(uow, row.id, hours.deputies)
    ids = [row.id for row in rows]
    uow.record(
        SessionsLaid(
            trip_id=trip_id,
            official_id=schedule.official_id,
            series_id=None if series is None else series.id,
            session_ids=tuple(ids),
        )
    )
    return ids


def change(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    session_id: int,
    hours: Hours,
    *,
    version: int,
    day: date | None = None,
    rest: bool = False,
) -> list[int]:
    """Other hours for one session, or for it and all that follow of its series; `day` moves one. What was announced stays
    announced, and the notice says the new hours. Returns whose hours are others now.

    Raises NotFound, StaleVersion, SessionMoved, and as `lay`.
    """
    actor.require("session.plan", trip_id)
    first = _planned(uow, trip_id, session_id, version)
    _check_hours(uow, trip_id, hours)
    changed = []
    for row in [first, *(_following(uow, first) if rest else [])]:
        moved_to = day if day is not None and row is first else local_day(row.starts_at)
        if _put(uow, row, moved_to, hours):
            changed.append(row.id)
    if rest and first.series_id is not None:
        series = uow.session.get_one(SessionSeries, first.series_id)
        _put_series(series, hours)
    return changed


def cancel(
    uow: UnitOfWork, actor: Actor, trip_id: int, session_id: int, *, reason: str, rest: bool = False
) -> list[int]:
    """One session isn't held, or it and all that follow of its series. Returns which.

    Raises NotFound, CancelReasonNeeded, SessionMoved.
    """
    actor.require("session.plan", trip_id)
    if not reason:
        raise CancelReasonNeeded(field="reason")
    first = _planned(uow, trip_id, session_id)
    rows = [first, *(_following(uow, first) if rest else [])]
    for row in rows:
        row.state, row.reason = rules.CANCELLED, reason
        row.version += 1
        uow.record(SessionCancelled(trip_id=trip_id, session_id=row.id, official_id=row.official_id))
    if rest and first.series_id is not None:
        uow.session.get_one(SessionSeries, first.series_id).ended_at = uow.now
    return [row.id for row in rows]


def announce(uow: UnitOfWork, actor: Actor, trip_id: int) -> list[int]:
    """Put all that is planned ahead into the public notice. Returns which. Raises NothingToAnnounce."""
    actor.require("session.plan", trip_id)
    ahead = (OfficialSession.state == rules.PLANNED, OfficialSession.ends_at > uow.now)
    query = select(OfficialSession).where(OfficialSession.trip_id == trip_id, *ahead)
    rows = list(uow.session.scalars(query.order_by(OfficialSession.id).with_for_update()))
    if not rows:
        raise NothingToAnnounce()
    for row in rows:
        row.state, row.announced_at = rules.ANNOUNCED, uow.now
        row.version += 1
    uow.record(SessionsAnnounced(trip_id=trip_id, session_ids=tuple(row.id for row in rows)))
    return [row.id for row in rows]


def locked_session(uow: UnitOfWork, trip_id: int, session_id: int) -> OfficialSession:
    """A session of the trip, its row locked until the commit. Raises NotFound."""
    mine = (OfficialSession.id == session_id, OfficialSession.trip_id == trip_id)
    row = uow.session.scalar(select(OfficialSession).where(*mine).with_for_update())
    if row is None:
        raise NotFound()
    return row


def _planned(uow: UnitOfWork, trip_id: int, session_id: int, version: int | None = None) -> OfficialSession:
    row = locked_session(uow, trip_id, session_id)
    if row.state not in rules.EXPECTED:
        raise SessionMoved(details={"state": row.state})
    if version is not None and row.version != version:
        raise StaleVersion(details={"yours": version, "current": row.version})
    return row


def _following(uow: UnitOfWork, first: OfficialSession) -> Sequence[OfficialSession]:
    """What is still to come of the same series after a session."""
    if first.series_id is None:
        return []
    later = (
        OfficialSession.series_id == first.series_id,
        OfficialSession.starts_at > first.starts_at,
        OfficialSession.state.in_(rules.EXPECTED),
    )
    query = select(OfficialSession).where(*later).order_by(OfficialSession.starts_at)
    return uow.session.scalars(query.with_for_update()).all()


def _check_hours(uow: UnitOfWork, trip_id: int, hours: Hours) -> None:
    if hours.closes <= hours.opens:
        raise InvalidInput({"closes": gettext("The end comes after the begin, on the same day.")})
    if hours.desk_id is None and not hours.line and not hours.where_text:
        raise NowhereToBe(field="desk_id")
    if hours.desk_id is not None:
        desk = uow.session.get(Desk, hours.desk_id)
        if desk is None or desk.trip_id != trip_id or desk.retired_at is not None:
            raise UnknownDesk(field="desk_id")


def _days_ahead(uow: UnitOfWork, schedule: Schedule) -> list[date]:
    if (schedule.to_day - schedule.from_day).days >= rules.MOST_DAYS:
        raise TooManyDays(field="to_day", most=rules.MOST_DAYS)
    today = local_day(uow.now)
    wanted = rules.days_of(schedule.pattern, schedule.from_day, schedule.to_day, schedule.weekdays)
    days = [day for day in wanted if day >= today]
    if not days:
        raise NoDays(field="weekdays" if schedule.pattern == rules.WEEKLY else "from_day")
    return days


def _series(uow: UnitOfWork, trip_id: int, schedule: Schedule, hours: Hours) -> SessionSeries:
    row = SessionSeries(
        trip_id=trip_id,
        official_id=schedule.official_id,
        pattern=schedule.pattern,
        weekdays=",".join(schedule.weekdays) if schedule.pattern == rules.WEEKLY else "",
        from_day=schedule.from_day,
        to_day=schedule.to_day,
    )
    _put_series(row, hours)
    uow.session.add(row)
    uow.session.flush()
    return row


def _put_series(row: SessionSeries, hours: Hours) -> None:
    for name in (*_PLAIN, "opens", "closes"):
        setattr(row, name, getattr(hours, name))
    row.deputies = [asdict(deputy) for deputy in hours.deputies]


def _session(
    trip_id: int, official_id: int, series: SessionSeries | None, day: date, hours: Hours
) -> OfficialSession:
    starts_at, ends_at = span_of(day, (hours.opens, hours.closes))
    return OfficialSession(
        trip_id=trip_id,
        series_id=None if series is None else series.id,
        official_id=official_id,
        starts_at=starts_at,
        ends_at=ends_at,
        state=rules.PLANNED,
        **{name: getattr(hours, name) for name in _PLAIN},
    )


def _put(uow: UnitOfWork, row: OfficialSession, day: date, hours: Hours) -> bool:
    """Write what is to be; whether anything was different."""
    starts_at, ends_at = span_of(day, (hours.opens, hours.closes))
    wanted: dict[str, Any] = {name: getattr(hours, name) for name in _PLAIN}
    wanted |= {"starts_at": starts_at, "ends_at": ends_at}
    fields = [name for name, value in wanted.items() if getattr(row, name) != value]
    if starts_at != row.starts_at:
        # Of another time they have to be reminded again.
        row.reminded_at = None
    for name in fields:
        setattr(row, name, wanted[name])
    if _put_deputies(uow, row.id, hours.deputies):
        fields.append("deputies")
    if fields:
        row.version += 1
        uow.record(
            SessionChanged(
                trip_id=row.trip_id,
                session_id=row.id,
                official_id=row.official_id,
                fields=tuple(fields),
            )
        )
    return bool(fields)


def _put_deputies(uow: UnitOfWork, session_id: int, wanted: tuple[Deputy, ...]) -> bool:
    mine = SessionAttendee.session_id == session_id
    there = list(uow.session.scalars(select(SessionAttendee).where(mine).order_by(SessionAttendee.id)))
    if [(row.name, row.position) for row in there] == [(one.name, one.position) for one in wanted]:
        return False
    uow.session.execute(delete(SessionAttendee).where(mine))
    _add_deputies(uow, session_id, wanted)
    return True


def _add_deputies(uow: UnitOfWork, session_id: int, deputies: tuple[Deputy, ...]) -> None:
    uow.session.add_all(SessionAttendee(session_id=session_id, **asdict(deputy)) for deputy in deputies)
