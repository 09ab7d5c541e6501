"""Badges, rosters and hours: choose, wait while they are made, print or take the file along."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import Refusal
from deskops.core.i18n import gettext
from deskops.core.print_pages import file_of, sheets_of, sheets_page
from deskops.core.web import errors_of, perform, wants_fragment
from deskops.desks.queries import Catalogue, catalogue
from deskops.staff.forms.printing import PrintForm
from deskops.staff.queries.printing import print_line, prints_of
from deskops.staff.rules.printing import HOURS
from deskops.staff.services import printing
from deskops.staff.services.papers import STYLES
from deskops.staff.views import print_words
from deskops.staff.views.blueprint import blueprint


@blueprint.get("/staff/print")
@access("roster.view")
def print_choices(trip_id: int) -> ResponseReturnValue:
    """What can be printed, and what was; a link may bring a choice along."""
    return _page(trip_id, request.args)


@blueprint.post("/staff/print")
@access("roster.view")
def ask_print(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = PrintForm.of_request()
        answer = perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {"id": printing.ask_print(uow, actor, trip_id, form.order()).id},
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        # What is wrong with both days is said at the first.
        errors = {name or "first": words for name, words in errors_of(refusal, "kind").items()}
        return _page(trip_id, request.form, errors), refusal.status
    return redirect(url_for("staff.print_run", trip_id=trip_id, print_id=answer.data["id"]), 303)


@blueprint.get("/staff/print/<int:print_id>")
@access("roster.view")
def print_run(trip_id: int, print_id: int) -> ResponseReturnValue:
    """How far it is; the page asks for this part again while it is being made."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        line = print_line(printing.print_of(session, current_actor(), trip_id, print_id))
    template = "staff/_print_run.html" if wants_fragment() else "staff/print_run.html"
    return render_template(template, trip=names.trip, run=line, words=print_words)


@blueprint.post("/staff/print/<int:print_id>/cancel")
@access("roster.view")
def cancel_print(trip_id: int, print_id: int) -> ResponseReturnValue:
    actor = current_actor()
    perform(actor, {}, lambda uow: {"id": printing.cancel_print(uow, actor, trip_id, print_id).id})
    flash(gettext("It isn't made any further."), "ok")
    return redirect(url_for("staff.print_choices", trip_id=trip_id), 303)


@blueprint.get("/staff/print/<int:print_id>/pages")
@access("roster.view")
def print_pages(trip_id: int, print_id: int) -> ResponseReturnValue:
    """To be printed from the browser. The sheets were laid out by the worker; here they are only put into a page."""
    with runtime.current().database.reading() as session:
        trip = catalogue(session, trip_id).trip
        run = printing.print_of(session, current_actor(), trip_id, print_id)
        return sheets_page(
            sheets_of(run),
            title=print_words.KINDS[run.kind],
            trip=trip,
            styles=STYLES[run.kind],
            language=run.params["lang"],
            back=url_for("staff.print_run", trip_id=trip_id, print_id=print_id),
        )


@blueprint.get("/staff/print/<int:print_id>/file")
@access("roster.view")
def print_file(trip_id: int, print_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        code = catalogue(session, trip_id).trip.code
        run = printing.print_of(session, current_actor(), trip_id, print_id)
        return file_of(run, f"{code}-{run.kind.replace('_', '-')}-{run.id}")


def _page(trip_id: int, typed: Any, errors: dict[str, str] | None = None) -> str:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        found = prints_of(session, actor, trip_id)
    kinds = [kind for kind, action in printing.ACTIONS.items() if actor.may(action, trip_id)]
    return render_template(
        "staff/print.html",
        trip=names.trip,
        kinds=[(kind, print_words.KINDS[kind]) for kind in kinds],
        kind=typed.get("kind") or kinds[0],
        has_hours=HOURS in kinds,
        typed=typed,
        chosen=set(typed.getlist("desks")),
        desks=_own_desks(names),
        agencies=[(agency.id, agency.short) for agency in names.offered_agencies()],
        runs=found,
        words=print_words,
        errors=errors or {},
    )


def _own_desks(names: Catalogue) -> list[Any]:
    own = current_actor().desk_ids("roster.view", names.trip.id)
    return [desk for desk in names.working_desks() if own is None or desk.id in own]
