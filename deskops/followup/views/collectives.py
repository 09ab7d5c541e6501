"""Matters that many people share: the list of them, and a new one for demands that were ticked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.web import errors_of, perform
from deskops.desks.queries import Catalogue, catalogue
from deskops.followup import rules
from deskops.followup.forms import CollectiveForm
from deskops.followup.queries.collectives import collective_page, shared_facts
from deskops.followup.services import collectives as services
from deskops.followup.views.blueprint import blueprint


@blueprint.get("/collectives")
@access("collective.view")
def collectives(trip_id: int) -> ResponseReturnValue:
    state = request.args.get("state", "")
    before = request.args.get("before", type=int)
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        page = collective_page(session, trip_id, state if state in rules.COLLECTIVE_STATES else None, before)
        return render_template(
            "followup/collectives.html",
            trip_id=trip_id,
            trip=names.trip,
            names=names,
            page=page,
            state=state,
            may_tie=current_actor().may("collective.tie", trip_id),
        )


@blueprint.get("/collectives/new")
@access("collective.tie")
def new_collective(trip_id: int) -> ResponseReturnValue:
    """`demand_id` in the address, as often as demands were ticked: they are tied to a new one, or to one that is there."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        chosen = request.args.getlist("demand_id", type=int)[: rules.MOST_TIED_AT_ONCE]
        typed = {key: value or "" for key, value in shared_facts(session, trip_id, chosen).items()}
        return _new_page(session, names, chosen, typed)


@blueprint.post("/collectives")
@access("collective.tie")
def make_collective(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = CollectiveForm.of_request()
        answer = perform(
            actor,
            form.model_dump(),
            lambda uow: services.make_and_tie(uow, actor, trip_id, form.subject(), form.demand_ids),
            status=201,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _again(trip_id, refusal)
    _tell_tied(answer.data)
    return redirect(url_for("directives.collective", trip_id=trip_id, collective_id=answer.data["id"]), 303)


def _tell_tied(data: dict[str, Any]) -> None:
    flash(gettext("The collective demand is made."), "ok")
    if data["left_out"]:
        flash(
            gettext("Some were left out: they are merged, withdrawn or invalid, or tied to another matter."),
            "warn",
        )


def _again(trip_id: int, refusal: Refusal) -> ResponseReturnValue:
    chosen = request.form.getlist("demand_ids", type=int)
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        page = _new_page(session, names, chosen, request.form.to_dict(), errors_of(refusal, "title"))
    return make_response(page, refusal.status)


def _new_page(
    session: Session,
    names: Catalogue,
    chosen: Collection[int],
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
) -> str:
    there = collective_page(session, names.trip.id, rules.COLLECTIVE_OPEN).lines if chosen else []
    return render_template(
        "followup/new_collective.html",
        trip_id=names.trip.id,
        trip=names.trip,
        names=names,
        chosen=chosen,
        there=there,
        typed=typed,
        errors=errors or {},
    )
