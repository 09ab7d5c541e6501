"""Who prepares orders for an official, named by them or by a coordinator."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import InvalidInput
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.desks.queries import catalogue
from deskops.directives.errors import NotAnAssistant
from deskops.directives.forms import AssistantForm
from deskops.directives.queries.assistants import able_to_assist, assistants_of_trip
from deskops.directives.queries.authorities import officials_of
from deskops.directives.services import assistants as services
from deskops.directives.views.blueprint import blueprint


@blueprint.get("/directives/assistants")
@access("directive.templates")
def assistants(trip_id: int) -> ResponseReturnValue:
    return _page(trip_id)


@blueprint.post("/directives/assistants")
@access("directive.templates")
def name_assistant(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = AssistantForm.of_request()
        perform(
            actor,
            form.model_dump(),
            lambda uow: {"new": services.name_assistant(uow, actor, trip_id, form.official_id, form.user_id)},
        )
    except (InvalidInput, NotAnAssistant) as refusal:
        return make_response(_page(trip_id, errors_of(refusal, "user_id")), refusal.status)
    flash(gettext("They prepare orders for this official from now on."), "ok")
    return redirect(url_for("directives.assistants", trip_id=trip_id), 303)


@blueprint.post("/directives/assistants/<int:official_id>/<int:user_id>/remove")
@access("directive.templates")
def remove_assistant(trip_id: int, official_id: int, user_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        services.remove_assistant(uow, actor, trip_id, official_id, user_id)
        return {}

    perform(actor, {}, work)
    flash(gettext("They prepare nothing for this official any more."), "ok")
    return redirect(url_for("directives.assistants", trip_id=trip_id), 303)


def _page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        officials = officials_of(session, trip_id)
        known = assistants_of_trip(session, trip_id)
        able = able_to_assist(session, trip_id)
    if not actor.may("trip.setup", trip_id):
        officials = {one: name for one, name in officials.items() if one == actor.user_id}
    return render_template(
        "directives/assistants.html",
        trip_id=trip_id,
        trip=names.trip,
        officials=officials,
        assistants=known,
        able=able,
        errors=errors or {},
    )
