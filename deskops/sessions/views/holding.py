"""An official comes and goes, and others see who is there."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.views.changing import refused_on
from deskops.sessions.forms import ComeForm, PresenceForm
from deskops.sessions.services import holding
from deskops.sessions.views.blueprint import blueprint
from deskops.sessions.views.schedule import session_refused


@blueprint.post("/sessions/<int:session_id>/come")
@access("session.hold")
@refused_on(session_refused)
def come(trip_id: int, session_id: int) -> ResponseReturnValue:
    """I am here: then the counter that was opened."""
    actor, form = current_actor(), ComeForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"place_id": holding.come(uow, actor, trip_id, session_id, form.attendee_ids)}

    place_id = perform(actor, form.model_dump(), work).data["place_id"]
    if place_id is None:
        flash(gettext("You are here. Your orders count for this session from now on."), "ok")
        return redirect(url_for("sessions.session", trip_id=trip_id, session_id=session_id), 303)
    flash(gettext("Your counter is open. People are called to you from now on."), "ok")
    return redirect(url_for("demands.console", trip_id=trip_id, place_id=place_id), 303)


@blueprint.post("/sessions/<int:session_id>/leave")
@access("session.hold")
@refused_on(session_refused)
def leave(trip_id: int, session_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        holding.leave(uow, actor, trip_id, session_id)
        return {}

    perform(actor, {}, work)
    flash(gettext("The session is over, and your counter closed."), "ok")
    return redirect(url_for("sessions.session", trip_id=trip_id, session_id=session_id), 303)


@blueprint.post("/sessions/<int:session_id>/presence")
@access("session.note")
@refused_on(session_refused)
def note_presence(trip_id: int, session_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), PresenceForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        holding.note_presence(uow, actor, trip_id, session_id, form.attendee_id, came=form.came)
        return {}

    perform(actor, form.model_dump(), work)
    flash(gettext("Noted."), "ok")
    return redirect(url_for("sessions.session", trip_id=trip_id, session_id=session_id), 303)
