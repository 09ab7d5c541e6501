"""JSON API of templates and of who prepares orders for whom."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.forms import Form
from deskops.core.money import RIALS_PER_TOMAN
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import Work, perform
from deskops.desks.queries import catalogue
from deskops.directives.api.blueprint import api
from deskops.directives.forms import AssistantForm, TemplateActForm, TemplateForm
from deskops.directives.queries.assistants import assistants_of_trip
from deskops.directives.queries.authorities import officials_of
from deskops.directives.queries.templates import TemplateLine, templates_for
from deskops.directives.services import assistants as naming
from deskops.directives.services import templates as services

_TEMPLATE = "/directives/templates/<int:template_id>"
_ASSISTANT = "/directives/assistants/<int:official_id>/<int:user_id>"


@api.get("/directives/templates")
@access("directive.templates")
def templates(trip_id: int) -> ResponseReturnValue:
    """`{templates}`: one's own, then the trip's; one without an `id` is among the usual ones."""
    actor = current_actor()
    own_id = actor.user_id if actor.may("directive.sign", trip_id) else None
    with runtime.current().database.reading() as session:
        lines = templates_for(session, catalogue(session, trip_id), own_id, retired=True)
    return jsonify({"templates": [_json(line) for line in lines]})


@api.post("/directives/templates")
@access("directive.templates")
def add_template(trip_id: int) -> ResponseReturnValue:
    """`own`: the official's; else the trip's. Answers `{id}`."""
    actor, form = current_actor(), TemplateForm.of_request()
    return _answered(
        form,
        lambda uow: {"id": services.add_template(uow, actor, trip_id, form.template(), own=form.own)},
        201,
    )


@api.put(_TEMPLATE)
@access("directive.templates")
def change_template(trip_id: int, template_id: int) -> ResponseReturnValue:
    """All of it, with the `version` that was read."""
    actor, form = current_actor(), TemplateForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        version = services.change_template(uow, actor, trip_id, template_id, form.template(), form.version)
        return {"version": version}

    return _answered(form, work)


@api.post(f"{_TEMPLATE}/act")
@access("directive.templates")
def act_on_template(trip_id: int, template_id: int) -> ResponseReturnValue:
    """`act`: up, down, retire or restore."""
    actor, form = current_actor(), TemplateActForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        services.act_on_template(uow, actor, trip_id, template_id, form.act)
        return {"id": template_id}

    return _answered(form, work)


@api.get("/directives/assistants")
@access("directive.templates")
def assistants(trip_id: int) -> ResponseReturnValue:
    """`{officials}`, each with `assistants`; an official sees their own."""
    actor = current_actor()
    with runtime.current().database.reading() as session:
        officials, known = officials_of(session, trip_id), assistants_of_trip(session, trip_id)
    shown = officials if actor.may("trip.setup", trip_id) else {actor.user_id} & officials.keys()
    lines = [
        {
            "id": one,
            "name": officials[one],
            "assistants": [{"id": each, "name": name} for each, name in known[one]],
        }
        for one in officials
        if one in shown
    ]
    return jsonify({"officials": lines})


@api.post("/directives/assistants")
@access("directive.templates")
def name_assistant(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), AssistantForm.of_request()
    return _answered(
        form,
        lambda uow: {"new": naming.name_assistant(uow, actor, trip_id, form.official_id, form.user_id)},
        201,
    )


@api.delete(_ASSISTANT)
@access("directive.templates")
def remove_assistant(trip_id: int, official_id: int, user_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        naming.remove_assistant(uow, actor, trip_id, official_id, user_id)
        return {}

    return jsonify(perform(actor, {}, work).data)


def _json(line: TemplateLine) -> dict[str, Any]:
    same = ("id", "key", "kind", "title", "text", "days", "agency_ids", "copy_ids", "version")
    amount = None if line.amount is None else line.amount / RIALS_PER_TOMAN
    return {name: getattr(line, name) for name in same} | {
        "tomans": amount,
        "own": line.user_id is not None,
        "retired": line.is_retired,
    }


def _answered(form: Form, work: Work, status: int = 200) -> ResponseReturnValue:
    answer = perform(current_actor(), form.model_dump(mode="json"), work, status=status)
    return jsonify(answer.data), answer.status
