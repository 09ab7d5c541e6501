"""The list of trips, and a trip's own page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import InvalidInput
from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.core.web import perform
from deskops.desks import queries, rules
from deskops.desks.forms import PhaseForm
from deskops.desks.services import set_phase
from deskops.desks.views.blueprint import blueprint

PHASE_NAMES = {
    rules.PREPARATION: _l("preparation"),
    rules.LIVE: _l("live"),
    rules.FOLLOW_UP: _l("follow-up"),
    rules.CLOSED_PHASE: _l("over"),
}
# (action, endpoint, label, what it is for, icon)
DOORS = (
    (
        "wall.view",
        "control.wall",
        _l("Wall"),
        _l("All desks at a glance: where it burns, what to do."),
        "layout-grid",
    ),
    (
        "readiness.view",
        "control.readiness",
        _l("Readiness"),
        _l("What each desk still lacks; go or no-go; contact sheet."),
        "clipboard-check",
    ),
    (
        "rehearsal.run",
        "control.rehearsal",
        _l("Rehearsal"),
        _l("The whole trip with invented people, in a copy that is wiped afterwards."),
        "play",
    ),
    (
        "place.choose",
        "demands.places",
        _l("My counter"),
        _l("Sit down, call the next person, serve."),
        "headset",
    ),
    ("demand.register", "demands.intake", _l("Register"), _l("A walk-in or a call, in one form."), "plus"),
    (
        "demand.search",
        "demands.demand_list",
        _l("Demands"),
        _l("Find a demand by code, name or phone."),
        "search",
    ),
    (
        "board.view",
        "public.boards",
        _l("Hall boards"),
        _l("The screen that calls people, one for each site."),
        "tv",
    ),
    (
        "trip.view",
        "desks.desk_list",
        _l("Desks"),
        _l("States, counters, hours and signs of the desks."),
        "building-2",
    ),
    (
        "sign.print",
        "demands.print_choices",
        _l("Print"),
        _l("Signs, table cards, instructions and paper forms, in one press."),
        "printer",
    ),
    (
        "paper.enter",
        "demands.paper",
        _l("Paper forms"),
        _l("Type in what was taken down while the power was gone."),
        "keyboard",
    ),
    (
        "trip.setup",
        "desks.files",
        _l("Files"),
        _l("The set-up as one file, lists as workbooks, out and in."),
        "clipboard-list",
    ),
    (
        "trip.setup",
        "desks.topics",
        _l("Topics"),
        _l("What demands are about: synonyms, order, papers, who answers."),
        "clipboard-list",
    ),
    (
        "trip.setup",
        "desks.changes",
        _l("Changes of the set-up"),
        _l("Who changed what and when, each with an undo."),
        "history",
    ),
)


@blueprint.get("")
@access("trip.list")
def trips() -> ResponseReturnValue:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        lines = queries.trip_lines(session, actor.trip_ids())
    may_create = actor.may("trip.create")
    return render_template("desks/trips.html", lines=lines, phases=PHASE_NAMES, may_create=may_create)


@blueprint.get("/<int:trip_id>/")
@access("trip.view")
def trip_home(trip_id: int) -> ResponseReturnValue:
    return _home_page(trip_id)


@blueprint.post("/<int:trip_id>/phase")
@access("trip.setup")
def change_phase(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = PhaseForm.of_request()

        def work(uow: Any) -> dict[str, Any]:
            set_phase(uow, actor, trip_id, form.phase)
            return {"phase": form.phase}

        perform(actor, form.model_dump(), work)
    except InvalidInput as error:
        return _home_page(trip_id, error.errors), 422
    flash(gettext("The trip's phase was changed."), "ok")
    return redirect(url_for("desks.trip_home", trip_id=trip_id), 303)


def _home_page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        lines = queries.desk_lines(session, trip_id, local_day(clock.now()))
    doors = [
        {"href": url_for(endpoint, trip_id=trip_id), "label": label, "text": text, "icon": icon}
        for action, endpoint, label, text, icon in DOORS
        if actor.may(action, trip_id)
    ]
    return render_template(
        "desks/trip.html",
        trip=names.trip,
        names=names,
        doors=doors,
        figures=queries.figures_of(lines),
        phases=PHASE_NAMES,
        may_set_up=actor.may("trip.setup", trip_id),
        sees_wall=actor.may("wall.view", trip_id),
        errors=errors or {},
    )
