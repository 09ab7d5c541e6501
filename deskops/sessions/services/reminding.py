"""Officials reminded of their hours by the worker, once and some hours before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import User
from deskops.core import jobs, messages
from deskops.core.dates import clock_time, date_text
from deskops.core.i18n import LANGUAGES, PERSIAN, gettext, using_language
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.desks.queries import catalogue
from deskops.sessions import rules
from deskops.sessions.events import SessionReminded
from deskops.sessions.models import OfficialSession
from deskops.sessions.queries.schedule import SessionLine, session_line, where_of

SMS = "sms"
BATCH = 50


@jobs.handler("sessions.remind", every=timedelta(minutes=5))
def remind(_payload: dict[str, Any]) -> None:
    """All whose session begins within REMIND_BEFORE; who has no number is left to the coordinators."""
    while _remind_some():
        pass


def _remind_some() -> bool:
    """Whether there was somebody."""
    with unit_of_work(SYSTEM) as uow:
        due = (
            OfficialSession.state.in_(rules.EXPECTED),
            OfficialSession.reminded_at.is_(None),
            OfficialSession.phone != "",
            OfficialSession.starts_at > uow.now,
            OfficialSession.starts_at <= uow.now + rules.REMIND_BEFORE,
        )
        query = select(OfficialSession).where(*due).order_by(OfficialSession.id).limit(BATCH)
        rows = uow.session.scalars(query.with_for_update(skip_locked=True)).all()
        for row in rows:
            _remind(uow, row)
    return bool(rows)


def _remind(uow: UnitOfWork, row: OfficialSession) -> None:
    row.reminded_at = uow.now
    line = session_line(uow.session, row.trip_id, row.id)
    messages.queue(
        uow.session,
        trip_id=row.trip_id,
        channel=SMS,
        address=row.phone,
        text=_text(uow, row, line),
        # A session that was moved is another reminder.
        once_key=f"session:{row.id}:{int(row.starts_at.timestamp())}",
        now=uow.now,
    )
    uow.record(SessionReminded(trip_id=row.trip_id, session_id=row.id, official_id=row.official_id))


def _text(uow: UnitOfWork, row: OfficialSession, line: SessionLine) -> str:
    names = catalogue(uow.session, row.trip_id)
    language = uow.session.scalar(select(User.language).where(User.id == row.official_id))
    with using_language(language if language in LANGUAGES else PERSIAN):
        return gettext(
            "%(trip)s: you answer people on %(day)s, %(begins)s to %(ends)s. %(where)s",
            trip=names.trip.short,
            day=date_text(row.starts_at),
            begins=clock_time(row.starts_at),
            ends=clock_time(row.ends_at),
            where=where_of(line, names) or row.line,
        )
