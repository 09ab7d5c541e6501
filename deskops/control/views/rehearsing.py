"""The rehearsal of a trip: begin, look, change its pace, end it. And the mark that all its pages carry."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor, forget_recognised
from deskops.control import services
from deskops.control.forms import RehearsalForm
from deskops.control.queries.rehearsals import rehearsal_of, running_rehearsal
from deskops.control.views.blueprint import blueprint
from deskops.core import runtime
from deskops.core.errors import DatabaseUnavailable, NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import Work, errors_of, perform, wants_fragment
from deskops.desks.queries import catalogue

# As many as come on a busy day of a province.
USUAL_PACE = 600


@blueprint.get("/rehearsal")
@access("rehearsal.run")
def rehearsal(trip_id: int) -> ResponseReturnValue:
    """The page; its figures alone for it to renew them."""
    if wants_fragment():
        return _figures(trip_id)
    return _page(trip_id)


@blueprint.post("/rehearsal")
@access("rehearsal.run")
def start_rehearsal(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    return _done(
        trip_id,
        gettext("The rehearsal runs. Everybody with a role in the trip has it there too."),
        lambda wanted: lambda uow: {"id": services.start_rehearsal(uow, actor, trip_id, **wanted)},
    )


@blueprint.post("/rehearsal/pace")
@access("rehearsal.run")
def change_rehearsal(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(wanted: dict[str, Any]) -> Work:
        def change(uow: UnitOfWork) -> dict[str, Any]:
            services.change_rehearsal(uow, actor, trip_id, **wanted)
            return wanted

        return change

    return _done(trip_id, gettext("The rehearsal goes on like this."), work)


@blueprint.post("/rehearsal/end")
@access("rehearsal.run")
def end_rehearsal(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        perform(actor, {}, lambda uow: {"id": services.end_rehearsal(uow, actor, trip_id)})
    except Refusal as refusal:
        return _refused(trip_id, refusal)
    forget_recognised()
    flash(gettext("The rehearsal is over, and all of it is wiped."), "ok")
    return redirect(url_for("control.rehearsal", trip_id=trip_id), 303)


def rehearsal_here() -> bool:
    """Whether the page that is being shown is a rehearsal's, and its reader may know."""
    trip_id = (request.view_args or {}).get("trip_id")
    if trip_id is None or not current_actor().in_trip(trip_id):
        return False
    try:
        with runtime.current().database.reading() as session:
            return catalogue(session, trip_id).trip.rehearsal_of is not None
    except (NotFound, DatabaseUnavailable):
        # The page that says so has to be shown all the same.
        return False


def rehearsal_offered() -> str | None:
    """Where the rehearsal of the trip begins whose page is being shown, for whoever has a role in it."""
    trip_id = (request.view_args or {}).get("trip_id")
    reached = current_actor().trip_ids()
    if trip_id is None or (reached is not None and len(reached) < 2):
        return None
    try:
        with runtime.current().database.reading() as session:
            copy_id = running_rehearsal(session, trip_id)
    except DatabaseUnavailable:
        return None
    if copy_id is None or not current_actor().in_trip(copy_id):
        return None
    return url_for("desks.trip_home", trip_id=copy_id)


def _done(trip_id: int, said: str, work: Any) -> ResponseReturnValue:
    try:
        wanted = RehearsalForm.of_request().model_dump()
        perform(current_actor(), wanted, work(wanted))
    except Refusal as refusal:
        return _refused(trip_id, refusal)
    forget_recognised()
    flash(said, "ok")
    return redirect(url_for("control.rehearsal", trip_id=trip_id), 303)


def _refused(trip_id: int, refusal: Refusal) -> ResponseReturnValue:
    if refusal.status not in (409, 422):
        raise refusal
    return _page(trip_id, errors_of(refusal, "pace")), refusal.status


def _figures(trip_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        running = rehearsal_of(session, trip_id)
    if running is None:
        # Somebody ended it: the page says something else now.
        return "", 200, {"HX-Refresh": "true"}
    return render_template("control/_rehearsal.html", trip_id=trip_id, running=running)


def _page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        running = rehearsal_of(session, trip_id)
    return render_template(
        "control/rehearsal.html",
        trip=names.trip,
        trip_id=trip_id,
        running=running,
        pace=request.form.get("pace") or (running.pace if running else USUAL_PACE),
        errors=errors or {},
    )
