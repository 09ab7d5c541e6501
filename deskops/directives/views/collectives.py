"""One matter that many people share: its demands, the orders on it, and what agencies make of them."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext, ngettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.demands.views import words as demand_words
from deskops.desks.queries import catalogue
from deskops.directives.queries.authorities import officials_assisted
from deskops.directives.queries.orders import orders_on_collective
from deskops.directives.services import sharing
from deskops.directives.views import words
from deskops.directives.views.blueprint import blueprint
from deskops.followup import rules
from deskops.followup.forms import CollectiveForm, CollectiveStateForm, TieForm
from deskops.followup.queries.collectives import collective_of, demands_of
from deskops.followup.services import collectives as services

_COLLECTIVE = "/collectives/<int:collective_id>"


@blueprint.get(_COLLECTIVE)
@access("collective.view")
def collective(trip_id: int, collective_id: int) -> ResponseReturnValue:
    return _page(trip_id, collective_id)


@blueprint.post(_COLLECTIVE)
@access("collective.tie")
def change_collective(trip_id: int, collective_id: int) -> ResponseReturnValue:
    """Correct what it is about."""
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        version = services.change_collective(uow, actor, trip_id, collective_id, form.subject(), form.version)
        return {"version": version}

    try:
        form = CollectiveForm.of_request()
        perform(actor, form.model_dump(), work)
    except NotFound:
        raise
    except Refusal as refusal:
        page = _page(trip_id, collective_id, errors_of(refusal, "title"), request.form.to_dict())
        return make_response(page, refusal.status)
    flash(gettext("Saved."), "ok")
    return _back(trip_id, collective_id)


@blueprint.post(f"{_COLLECTIVE}/state")
@access("collective.tie")
def set_collective_state(trip_id: int, collective_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), CollectiveStateForm.of_request()
    perform(
        actor,
        form.model_dump(),
        lambda uow: {"version": services.set_state(uow, actor, trip_id, collective_id, form.state)},
    )
    return _back(trip_id, collective_id)


@blueprint.post(f"{_COLLECTIVE}/tie")
@access("collective.tie")
def tie_demands(trip_id: int, collective_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), TieForm.of_request()
    answer = perform(
        actor,
        form.model_dump(),
        lambda uow: sharing.tie(uow, actor, trip_id, collective_id, form.demand_ids).as_json(),
    )
    num = answer.data["tied"]
    flash(ngettext("%(num)s demand is tied.", "%(num)s demands are tied.", num), "ok" if num else "warn")
    if answer.data["left_out"]:
        flash(
            gettext("Some were left out: they are merged, withdrawn or invalid, or tied to another matter."),
            "warn",
        )
    return _back(trip_id, collective_id)


@blueprint.post(f"{_COLLECTIVE}/demands/<int:demand_id>/untie")
@access("collective.tie")
def untie_demand(trip_id: int, collective_id: int, demand_id: int) -> ResponseReturnValue:
    actor = current_actor()
    perform(actor, {}, lambda uow: {"id": sharing.untie(uow, actor, trip_id, collective_id, demand_id)})
    flash(gettext("It stands alone again."), "ok")
    return _back(trip_id, collective_id)


def _back(trip_id: int, collective_id: int) -> ResponseReturnValue:
    return redirect(url_for("directives.collective", trip_id=trip_id, collective_id=collective_id), 303)


def _page(
    trip_id: int,
    collective_id: int,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> str:
    actor, now = current_actor(), clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        shown = collective_of(session, trip_id, collective_id)
        may_order = actor.may("directive.sign", trip_id) or bool(
            officials_assisted(session, trip_id, actor.user_id or 0)
        )
        return render_template(
            "directives/collective.html",
            trip_id=trip_id,
            trip=names.trip,
            names=names,
            shown=shown,
            tied=demands_of(session, collective_id, request.args.get("before", type=int)),
            orders=orders_on_collective(session, trip_id, collective_id, now),
            may_tie=actor.may("collective.tie", trip_id),
            may_order=may_order and shown.state == rules.COLLECTIVE_OPEN and shown.demands > 0,
            errors=errors or {},
            typed={
                "title": shown.title,
                "topic_id": shown.topic_id,
                "county": shown.county,
                "note": shown.note,
            }
            | (typed or {}),
            words=words,
            demand_words=demand_words,
        )
