"""Templates of orders: an official's own and the trip's, made, changed, put in order and retired."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import Forbidden, NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.money import typed_tomans
from deskops.core.web import errors_of, perform
from deskops.desks.queries import catalogue
from deskops.directives import rules
from deskops.directives.forms import TemplateActForm, TemplateForm
from deskops.directives.models import DirectiveTemplate
from deskops.directives.queries.templates import template_of, templates_for
from deskops.directives.services import templates as services
from deskops.directives.views import words
from deskops.directives.views.blueprint import blueprint

_TEMPLATE = "/directives/templates/<int:template_id>"


@blueprint.get("/directives/templates")
@access("directive.templates")
def templates(trip_id: int) -> ResponseReturnValue:
    """Both lists; the usual templates stand in the trip's until somebody takes them over."""
    actor = current_actor()
    own_id = actor.user_id if actor.may("directive.sign", trip_id) else None
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        lines = templates_for(session, names, own_id, retired=True)
    return render_template(
        "directives/templates.html",
        trip_id=trip_id,
        trip=names.trip,
        names=names,
        own=[line for line in lines if line.user_id is not None],
        of_trip=[line for line in lines if line.user_id is None],
        are_usual=all(line.id is None for line in lines if line.user_id is None),
        may_own=own_id is not None,
        may_trip=actor.may("trip.setup", trip_id),
        words=words,
    )


@blueprint.get("/directives/templates/new")
@access("directive.templates")
def new_template(trip_id: int) -> ResponseReturnValue:
    kind = request.args.get("kind", rules.REFER)
    return _form_page(trip_id, {"kind": kind if kind in rules.KINDS else rules.REFER})


@blueprint.post("/directives/templates")
@access("directive.templates")
def add_template(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = TemplateForm.of_request()
        perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {"id": services.add_template(uow, actor, trip_id, form.template(), own=form.own)},
        )
    except (NotFound, Forbidden):
        raise
    except Refusal as refusal:
        return make_response(_form_page(trip_id, _typed(), errors_of(refusal, "title")), refusal.status)
    flash(gettext("The template is saved."), "ok")
    return redirect(url_for("directives.templates", trip_id=trip_id), 303)


@blueprint.get(_TEMPLATE)
@access("directive.templates")
def template(trip_id: int, template_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        values = _values(template_of(session, trip_id, template_id))
    return _form_page(trip_id, values, template_id=template_id)


@blueprint.post(_TEMPLATE)
@access("directive.templates")
def change_template(trip_id: int, template_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = TemplateForm.of_request()
        perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {
                "version": services.change_template(
                    uow, actor, trip_id, template_id, form.template(), form.version
                )
            },
        )
    except (NotFound, Forbidden):
        raise
    except Refusal as refusal:
        page = _form_page(trip_id, _typed(), errors_of(refusal, "title"), template_id)
        return make_response(page, refusal.status)
    flash(gettext("The template is saved. Orders that were given by it stay as they are."), "ok")
    return redirect(url_for("directives.templates", trip_id=trip_id), 303)


@blueprint.post(f"{_TEMPLATE}/act")
@access("directive.templates")
def act_on_template(trip_id: int, template_id: int) -> ResponseReturnValue:
    """Up, down, retired, or offered again."""
    actor, form = current_actor(), TemplateActForm.of_request()

    def work(uow: Any) -> dict[str, Any]:
        services.act_on_template(uow, actor, trip_id, template_id, form.act)
        return {}

    perform(actor, form.model_dump(), work)
    return redirect(url_for("directives.templates", trip_id=trip_id, _anchor=f"template-{template_id}"), 303)


@blueprint.post("/directives/templates/usual")
@access("trip.setup")
def take_over_usual(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    perform(actor, {}, lambda uow: {"count": services.take_over_usual(uow, actor, trip_id)})
    flash(gettext("The usual templates belong to the trip now, and can be changed."), "ok")
    return redirect(url_for("directives.templates", trip_id=trip_id), 303)


def _form_page(
    trip_id: int,
    values: dict[str, Any],
    errors: dict[str, str] | None = None,
    template_id: int | None = None,
) -> str:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
    return render_template(
        "directives/template.html",
        trip_id=trip_id,
        trip=names.trip,
        names=names,
        values=values,
        template_id=template_id,
        errors=errors or {},
        own=actor.may("directive.sign", trip_id),
        rule=rules.KINDS.get(values["kind"], rules.KINDS[rules.REFER]),
        words=words,
    )


def _typed() -> dict[str, Any]:
    lists = {
        name: set(map(int, filter(str.isdigit, request.form.getlist(name))))
        for name in ("agency_ids", "copy_ids")
    }
    return {"kind": rules.REFER} | request.form.to_dict() | lists


def _values(row: DirectiveTemplate) -> dict[str, Any]:
    lists = {"agency_ids": set(row.agency_ids), "copy_ids": set(row.copy_ids)}
    amount = "" if row.amount is None else typed_tomans(row.amount)
    plain = {name: getattr(row, name) for name in ("kind", "title", "text", "version", "user_id")}
    return plain | lists | {"days": row.days or "", "tomans": amount}
