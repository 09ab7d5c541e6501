"""Typing in what was taken down on paper: one form after the other, by keyboard."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import date_text, digits
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.web import perform
from deskops.demands import forms, queries
from deskops.demands.errors import FormTypedInAlready
from deskops.demands.services import paper as services
from deskops.demands.services.paper_checks import unused_form
from deskops.demands.views.room import blueprint, message_of

# What the next form usually shares with the one before.
KEPT = ("day", "channel", "site_id", "desk_id")
PREFIX = "paper-"


@blueprint.get("/trips/<int:trip_id>/paper")
@access("paper.enter")
def paper(trip_id: int) -> ResponseReturnValue:
    typed = {name: request.args[name] for name in KEPT if name in request.args}
    return _page(trip_id, typed, done=request.args.get("done", type=int))


@blueprint.post("/trips/<int:trip_id>/paper")
@access("paper.enter")
def type_in(trip_id: int) -> ResponseReturnValue:
    """Save and next; a form that somebody else typed in meanwhile leads to what it became."""
    actor = current_actor()
    try:
        form = forms.PaperForm.of_request()
        at, ending = form.taken_at(), form.ending()

        def work(uow: Any) -> dict[str, Any]:
            made = services.type_in(uow, actor, trip_id, form.code, form.registration(), at=at, ending=ending)
            return {"id": made.demand_id}

        answer = perform(actor, form.model_dump(mode="json"), work)
    except NotFound:
        raise
    except Refusal as refusal:
        first = refusal.details["demand_id"] if isinstance(refusal, FormTypedInAlready) else None
        page = _page(trip_id, request.form.to_dict(), errors=_errors(refusal), first=first)
        return make_response(page, refusal.status)
    kept: dict[str, Any] = {name: request.form[name] for name in KEPT if request.form.get(name)}
    return redirect(url_for("demands.paper", trip_id=trip_id, done=answer.data["id"], **kept), 303)


@blueprint.get("/trips/<int:trip_id>/paper/check")
@access("paper.enter")
def check_form(trip_id: int) -> ResponseReturnValue:
    """What the field of the code asks as soon as it is left: whether this form can be typed in. A fragment."""
    found, message, first = None, "", None
    try:
        code = forms.PaperCodeForm.of_query().code
        with runtime.current().database.reading() as session:
            found = unused_form(session, trip_id, code)
    except Refusal as refusal:
        message = message_of(refusal)
        first = refusal.details.get("demand_id")
    with runtime.current().database.reading() as session:
        names = queries.names_of(session, trip_id)
    return render_template(
        "demands/_paper_check.html", trip_id=trip_id, names=names, form=found, message=message, first=first
    )


def _errors(refusal: Refusal) -> dict[str, str]:
    """Messages by the id of the field that they are about; what is about no field stands at the code."""
    if not isinstance(refusal, InvalidInput):
        return {f"{PREFIX}{refusal.field or 'code'}": message_of(refusal)}
    return {f"{PREFIX}{field or 'code'}": message for field, message in refusal.errors.items()}


def _page(
    trip_id: int,
    typed: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    done: int | None = None,
    first: int | None = None,
) -> str:
    """`done` is the demand that was just typed in, `first` the one that a form became before."""
    left_out = max(0, request.args.get("more", 0, type=int))
    with runtime.current().database.reading() as session:
        known = queries.names_of(session, trip_id)
        choices = queries.intake_choices(session, trip_id)
        state = queries.paper_state(session, trip_id, more=left_out)
        shown = done if first is None else first
        demand = None if shown is None else queries.demand_detail(session, trip_id, shown)
    return render_template(
        "demands/paper.html",
        trip_id=trip_id,
        trip=known,
        names=known,
        choices=choices,
        state=state,
        left_out=left_out,
        most=queries.MISSING_SHOWN,
        typed={"day": date_text(clock.now())} | typed,
        errors=errors or {},
        demand=demand,
        desk_choices=[(desk.id, f"{digits(desk.number)} {desk.short}") for desk in known.desks.values()],
        is_first=first is not None,
        prefix=PREFIX,
    )
