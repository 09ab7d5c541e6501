"""The page on which coordinators say what balancing may do by itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.control.forms import AutopilotForm, BringBackForm
from deskops.control.queries.autopilot import autopilot_board
from deskops.control.views import act_words
from deskops.control.views.blueprint import blueprint
from deskops.core import runtime
from deskops.core.errors import InvalidInput, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.web import perform
from deskops.demands.services.autopilot import restore, set_autopilot
from deskops.desks.queries import catalogue


@blueprint.get("/balance/autopilot")
@access("balance.decide")
def autopilot(trip_id: int) -> ResponseReturnValue:
    return _page(trip_id)


@blueprint.post("/balance/autopilot")
@access("balance.decide")
def change_autopilot(trip_id: int) -> ResponseReturnValue:
    """Set all of it; where somebody else did meanwhile, theirs is shown beside what was typed."""
    actor = current_actor()
    try:
        form = AutopilotForm.of_request()
        wanted = form.autopilot()
        perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {
                "version": set_autopilot(uow, actor, trip_id, wanted, version=form.version).number,
            },
        )
    except InvalidInput as refusal:
        return _page(trip_id, request.form.to_dict(), refusal.errors), refusal.status
    except StaleVersion as refusal:
        return _page(trip_id, request.form.to_dict(), {"": refusal.text()}), refusal.status
    flash(gettext("The autopilot is set. It holds from the next step on."), "ok")
    return redirect(url_for("control.autopilot", trip_id=trip_id), 303)


@blueprint.post("/balance/autopilot/again")
@access("balance.decide")
def restore_autopilot(trip_id: int) -> ResponseReturnValue:
    """Set again what an earlier version said."""
    actor, form = current_actor(), BringBackForm.of_request()
    try:
        perform(
            actor,
            form.model_dump(),
            lambda uow: {
                "version": restore(uow, actor, trip_id, form.earlier, version=form.version).number,
            },
        )
        flash(gettext("The earlier settings hold again."), "ok")
    except StaleVersion as refusal:
        flash(refusal.text(), "bad")
    return redirect(url_for("control.autopilot", trip_id=trip_id), 303)


def _page(trip_id: int, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        board = autopilot_board(session, trip_id)
    shown: dict[str, Any] = asdict(board.now.autopilot) | (typed or {})
    return render_template(
        "control/autopilot.html",
        trip=names.trip,
        board=board,
        shown=shown,
        errors=errors or {},
        words=act_words,
    )
