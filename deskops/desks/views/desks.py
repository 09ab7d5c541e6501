"""The list of a trip's desks and the page of one: states, counters, topics."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.accounts.actor import Actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.i18n import gettext, ngettext
from deskops.core.web import perform
from deskops.desks import queries, rules
from deskops.desks.forms import AllDesksForm, DeskForm, StateForm, speeds_of_request
from deskops.desks.queries import Catalogue, DeskDetail, DeskLine
from deskops.desks.services import edit_desk, set_desk_state, set_desk_states
from deskops.desks.views.blueprint import blueprint


@blueprint.get("/<int:trip_id>/desks")
@access("trip.view")
def desk_list(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        lines = queries.desk_lines(session, trip_id, local_day(clock.now()))
    return render_template(
        "desks/desks.html",
        trip=names.trip,
        names=names,
        lines=lines,
        figures=queries.figures_of(lines),
        may_set_up=actor.may("trip.setup", trip_id),
        changeable=_changeable(actor, trip_id, lines),
        next_states=rules.next_desk_states,
        errors={},
    )


@blueprint.post("/<int:trip_id>/desks")
@access("trip.setup")
def change_all(trip_id: int) -> ResponseReturnValue:
    """Open or close every desk that can be."""
    form = AllDesksForm.of_request()
    actor = current_actor()
    answer = perform(
        actor, form.model_dump(), lambda uow: {"count": set_desk_states(uow, actor, trip_id, form.state)}
    )
    count = answer.data["count"]
    if form.state == rules.OPEN:
        flash(ngettext("%(num)s desk was opened.", "%(num)s desks were opened.", count), "ok")
    else:
        flash(ngettext("%(num)s desk was closed.", "%(num)s desks were closed.", count), "ok")
    return redirect(url_for("desks.desk_list", trip_id=trip_id), 303)


@blueprint.post("/<int:trip_id>/desks/<int:desk_id>/state")
@access("desk.state")
def change_state(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """From the list the row comes back; from the desk's page, or without a script, the page."""
    actor = current_actor()
    try:
        form = StateForm.of_request()
        facts = form.model_dump()

        def work(uow: Any) -> dict[str, Any]:
            return {"state": set_desk_state(uow, actor, trip_id, desk_id, **facts).state}

        perform(actor, facts, work)
    except NotFound:
        raise
    except InvalidInput as error:
        return _state_refused(trip_id, desk_id, error.errors), 422
    except Refusal as refusal:
        errors = {refusal.field or "state": refusal.text()}
        return _state_refused(trip_id, desk_id, errors), refusal.status
    return _state_changed(trip_id, desk_id)


@blueprint.get("/<int:trip_id>/desks/<int:desk_id>")
@access("trip.view")
def desk(trip_id: int, desk_id: int) -> ResponseReturnValue:
    return _desk_page(trip_id, desk_id)


@blueprint.post("/<int:trip_id>/desks/<int:desk_id>")
@access("trip.setup")
def change_desk(trip_id: int, desk_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = DeskForm.of_request()
        speeds = speeds_of_request()
        body = form.model_dump(mode="json") | {"speeds": speeds}

        def work(uow: Any) -> dict[str, Any]:
            return {"version": edit_desk(uow, actor, trip_id, desk_id, form.version, form.edit(speeds))}

        perform(actor, body, work)
    except NotFound:
        raise
    except InvalidInput as error:
        return _desk_page(trip_id, desk_id, error.errors), 422
    except Refusal as refusal:
        return _desk_page(trip_id, desk_id, {refusal.field or "name_fa": refusal.text()}), refusal.status
    flash(gettext("The desk was changed."), "ok")
    return redirect(url_for("desks.desk", trip_id=trip_id, desk_id=desk_id), 303)


def _wants_row() -> bool:
    return request.headers.get("HX-Request") == "true"


def _state_changed(trip_id: int, desk_id: int) -> Response:
    message = gettext("The desk's state was changed.")
    if not _wants_row():
        flash(message, "ok")
        return make_response(redirect(url_for("desks.desk", trip_id=trip_id, desk_id=desk_id), 303))
    response = make_response(_row(trip_id, desk_id, {}))
    response.headers["HX-Trigger"] = json.dumps({"toast": {"text": message}})
    return response


def _state_refused(trip_id: int, desk_id: int, errors: dict[str, str]) -> str:
    return _row(trip_id, desk_id, errors) if _wants_row() else _desk_page(trip_id, desk_id, errors)


def _row(trip_id: int, desk_id: int, errors: dict[str, str]) -> str:
    names, detail = _read(trip_id, desk_id)
    actor = current_actor()
    return render_template(
        "desks/row.html",
        trip=names.trip,
        names=names,
        line=detail.line,
        changeable=_changeable(actor, trip_id, [detail.line]),
        next_states=rules.next_desk_states,
        errors=errors,
    )


def _desk_page(trip_id: int, desk_id: int, errors: dict[str, str] | None = None) -> str:
    names, detail = _read(trip_id, desk_id)
    actor = current_actor()
    shown = names.desks[desk_id]
    typed = request.form if "name_fa" in request.form else None
    return render_template(
        "desks/desk.html",
        trip=names.trip,
        names=names,
        desk=shown,
        detail=detail,
        typed=typed,
        factors=_factors(names, shown.speeds) if typed is None else typed,
        next_states=rules.next_desk_states,
        may_set_up=actor.may("trip.setup", trip_id),
        changeable=_changeable(actor, trip_id, [detail.line]),
        may_print=actor.may("sign.print", trip_id),
        errors=errors or {},
    )


def _read(trip_id: int, desk_id: int) -> tuple[Catalogue, DeskDetail]:
    with runtime.current().database.reading() as session:
        detail = queries.desk_detail(session, trip_id, desk_id, local_day(clock.now()))
        return queries.catalogue(session, trip_id), detail


def _changeable(actor: Actor, trip_id: int, lines: list[DeskLine]) -> frozenset[int]:
    """The desks whose state the actor may change."""
    reachable = actor.desk_ids("desk.state", trip_id)
    ids = frozenset(line.id for line in lines)
    if not actor.may("desk.state", trip_id):
        return frozenset()
    return ids if reachable is None else ids & reachable


def _factors(names: Catalogue, speeds: Any) -> dict[str, str]:
    """The fields of the topics as they stand: `factor-<topic id>` to text."""
    return {
        f"factor-{topic.id}": f"{speeds[topic.id]:g}"
        for topic in names.assignable_topics()
        if topic.id in speeds
    }
