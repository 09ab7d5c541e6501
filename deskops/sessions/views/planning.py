"""Laying officials' hours, changing and cancelling them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day, to_local
from deskops.core.i18n import gettext, ngettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.desks.queries import catalogue
from deskops.desks.views.changing import refused_on
from deskops.directives.queries.authorities import officials_of
from deskops.sessions import rules
from deskops.sessions.forms import CancelSessionForm, ChangeSessionForm, LaySessionsForm
from deskops.sessions.queries.schedule import rest_of, session_line
from deskops.sessions.services import planning
from deskops.sessions.views import words
from deskops.sessions.views.blueprint import blueprint
from deskops.sessions.views.schedule import session_refused


@blueprint.get("/sessions/new")
@access("session.plan")
def new_sessions(trip_id: int) -> ResponseReturnValue:
    return _lay_page(trip_id)


@blueprint.post("/sessions")
@access("session.plan")
@refused_on(lambda refusal, trip_id: _lay_page(trip_id, errors_of(refusal, "official_id")))
def lay_sessions(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), LaySessionsForm.of_request()
    schedule, hours = form.schedule(), form.hours()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"ids": planning.lay(uow, actor, trip_id, schedule, hours)}

    ids = perform(actor, form.model_dump(mode="json"), work, status=201).data["ids"]
    flash(ngettext("%(num)s session was planned.", "%(num)s sessions were planned.", len(ids)), "ok")
    if len(ids) == 1:
        return redirect(url_for("sessions.session", trip_id=trip_id, session_id=ids[0]), 303)
    day = schedule.from_day.isoformat()
    return redirect(
        url_for("sessions.schedule", trip_id=trip_id, day=day, official=schedule.official_id), 303
    )


@blueprint.get("/sessions/<int:session_id>/edit")
@access("session.plan")
def edit_session(trip_id: int, session_id: int) -> ResponseReturnValue:
    return _edit_page(trip_id, session_id)


@blueprint.post("/sessions/<int:session_id>/edit")
@access("session.plan")
@refused_on(lambda refusal, trip_id, session_id: _edit_page(trip_id, session_id, errors_of(refusal, "opens")))
def change_session(trip_id: int, session_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ChangeSessionForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        changed = planning.change(
            uow,
            actor,
            trip_id,
            session_id,
            form.hours(),
            version=form.version,
            day=form.day,
            rest=form.rest,
        )
        return {"ids": changed}

    ids = perform(actor, form.model_dump(mode="json"), work).data["ids"]
    if ids:
        flash(ngettext("%(num)s session was changed.", "%(num)s sessions were changed.", len(ids)), "ok")
    else:
        flash(gettext("Nothing was different; all stays as it was."), "ok")
    return redirect(url_for("sessions.session", trip_id=trip_id, session_id=session_id), 303)


@blueprint.post("/sessions/<int:session_id>/cancel")
@access("session.plan")
@refused_on(session_refused)
def cancel_session(trip_id: int, session_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), CancelSessionForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        gone = planning.cancel(uow, actor, trip_id, session_id, reason=form.reason, rest=form.rest)
        return {"ids": gone}

    ids = perform(actor, form.model_dump(), work).data["ids"]
    flash(ngettext("%(num)s session was cancelled.", "%(num)s sessions were cancelled.", len(ids)), "ok")
    return redirect(url_for("sessions.session", trip_id=trip_id, session_id=session_id), 303)


def _lay_page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    typed = request.form.to_dict()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        known = officials_of(session, trip_id)
    first = max(local_day(clock.now()), names.trip.starts_on)
    return render_template(
        "sessions/lay.html",
        trip=names.trip,
        trip_id=trip_id,
        names=names,
        officials=known,
        typed=typed,
        weekdays=request.form.getlist("weekdays"),
        first_day=first,
        errors=errors or {},
        rules=rules,
        words=words,
    )


def _edit_page(trip_id: int, session_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        line = session_line(session, trip_id, session_id)
        rest = rest_of(session, line)
    stands = {
        "desk_id": line.desk_id or "",
        "line": line.line,
        "channel": line.channel,
        "where_text": line.where_text,
        "opens": f"{to_local(line.starts_at):%H:%M}",
        "closes": f"{to_local(line.ends_at):%H:%M}",
        "deputies": words.deputies(line),
        "phone": line.phone,
    }
    return render_template(
        "sessions/edit.html",
        trip=names.trip,
        trip_id=trip_id,
        names=names,
        line=line,
        rest=rest,
        typed=request.form.to_dict() or stands,
        errors=errors or {},
        words=words,
    )
