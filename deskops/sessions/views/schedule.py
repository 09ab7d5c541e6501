"""The schedule of officials, and one session with what came of it."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import Refusal
from deskops.core.web import errors_of
from deskops.demands.services.tickets import may_at
from deskops.desks.queries import catalogue
from deskops.sessions import rules
from deskops.sessions.forms import ScheduleQuery
from deskops.sessions.queries.conflicts import conflicts_of
from deskops.sessions.queries.officials import officials
from deskops.sessions.queries.results import funnel_of
from deskops.sessions.queries.schedule import by_day, rest_of, session_line, sessions_between
from deskops.sessions.views import words
from deskops.sessions.views.blueprint import blueprint

SHOWN = timedelta(days=13)


@blueprint.get("/sessions")
@access("session.view")
def schedule(trip_id: int) -> ResponseReturnValue:
    """Two weeks from a day on, of one official or all."""
    query, now = ScheduleQuery.of_query(), clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        first = query.day or max(local_day(now), names.trip.starts_on)
        last = query.until or first + SHOWN
        lines = sessions_between(session, trip_id, first, last, official_id=query.official)
        return render_template(
            "sessions/schedule.html",
            trip=names.trip,
            trip_id=trip_id,
            names=names,
            days=by_day(lines),
            conflicts=conflicts_of(session, names, lines),
            officials=officials(session, trip_id),
            chosen=query.official,
            first=first,
            last=last,
            step=(last - first) + timedelta(days=1),
            now=now,
            own_id=current_actor().user_id,
            words=words,
        )


@blueprint.get("/sessions/<int:session_id>")
@access("session.view")
def session(trip_id: int, session_id: int) -> ResponseReturnValue:
    return _session_page(trip_id, session_id)


@blueprint.get("/wall/sessions")
@access("wall.view")
def wall_sessions(trip_id: int) -> ResponseReturnValue:
    """Whom people wait for in vain, and who answers now: a part of the wall."""
    now = clock.now()
    today = local_day(now)
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        # One that began before midnight may go on.
        lines = sessions_between(session, trip_id, today - timedelta(days=1), today)
    missed = [line for line in lines if line.is_missed(now) and now < line.ends_at]
    here = [line for line in lines if line.state == rules.UNDER_WAY]
    return render_template(
        "sessions/_wall.html", trip_id=trip_id, names=names, missed=missed, here=here, words=words
    )


def session_refused(refusal: Refusal, trip_id: int, session_id: int) -> str:
    """The session as it stands, and why an act on it was refused."""
    return _session_page(trip_id, session_id, refusal)


def _session_page(trip_id: int, session_id: int, refusal: Refusal | None = None) -> str:
    actor, now = current_actor(), clock.now()
    with runtime.current().database.reading() as opened:
        names = catalogue(opened, trip_id)
        line = session_line(opened, trip_id, session_id)
        is_own = line.official.id == actor.user_id and actor.may("session.hold", trip_id)
        return render_template(
            "sessions/session.html",
            trip=names.trip,
            trip_id=trip_id,
            names=names,
            line=line,
            missed=line.is_missed(now),
            conflicts=conflicts_of(opened, names, [line]).get(line.id, []),
            funnel=funnel_of(opened, trip_id, line),
            rest=rest_of(opened, line),
            may_plan=actor.may("session.plan", trip_id) and line.state in rules.EXPECTED,
            may_note=may_at(actor, "session.note", trip_id, line.desk_id) and line.state != rules.CANCELLED,
            may_come=is_own
            and line.state != rules.UNDER_WAY
            and rules.may_come(line.state, line.starts_at, line.ends_at, now),
            is_held=is_own and line.state == rules.UNDER_WAY,
            errors={} if refusal is None else errors_of(refusal, "act"),
            words=words,
        )
