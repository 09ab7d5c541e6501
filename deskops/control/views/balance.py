"""Where the trouble is, what is advised about it and why, and what coordinators make of the advice."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.control.forms.balance import AcceptForm, RefuseForm
from deskops.control.queries.advice import advice_here, advice_of
from deskops.control.queries.moves import moves_here
from deskops.control.queries.trouble import trouble
from deskops.control.services import advising
from deskops.control.views import balance_words
from deskops.control.views.blueprint import blueprint
from deskops.core import runtime
from deskops.core.errors import Refusal
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform, wants_fragment
from deskops.desks.queries import catalogue


@blueprint.get("/balance")
@access("balance.view")
def balance(trip_id: int) -> ResponseReturnValue:
    """The page; or the part of it that is asked for again and again."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        return render_template(
            "control/_balance.html" if wants_fragment() else "control/balance.html",
            trip=names.trip,
            names=names,
            trouble=trouble(session, trip_id),
            advice=advice_here(session, trip_id),
            moves=moves_here(session, trip_id),
            words=balance_words,
            may_decide=current_actor().may("balance.decide", trip_id),
        )


@blueprint.get("/balance/advice/<int:advice_id>")
@access("balance.view")
def advice(trip_id: int, advice_id: int) -> ResponseReturnValue:
    """One piece of advice: who should go, where to, or why not."""
    return _advice_page(trip_id, advice_id)


@blueprint.post("/balance/advice/<int:advice_id>/accept")
@access("balance.decide")
def accept_advice(trip_id: int, advice_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        wanted = AcceptForm.of_request().wanted()

        def work(uow: UnitOfWork) -> dict[str, Any]:
            return {"counters": advising.accept(uow, actor, trip_id, advice_id, **wanted).counters}

        perform(actor, wanted, work)
    except Refusal as refusal:
        return _refused(trip_id, advice_id, refusal, "people")
    return _done(trip_id, gettext("Accepted. Those who should go see it on their screens."))


@blueprint.post("/balance/advice/<int:advice_id>/refuse")
@access("balance.decide")
def refuse_advice(trip_id: int, advice_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        wanted = RefuseForm.of_request().model_dump()

        def work(uow: UnitOfWork) -> dict[str, Any]:
            return {"id": advising.refuse(uow, actor, trip_id, advice_id, **wanted).id}

        perform(actor, wanted, work)
    except Refusal as refusal:
        return _refused(trip_id, advice_id, refusal, "reason")
    return _done(trip_id, gettext("Refused. It isn't advised again for an hour."))


@blueprint.post("/balance/advice/<int:advice_id>/take-back")
@access("balance.decide")
def take_back_advice(trip_id: int, advice_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        perform(actor, {}, lambda uow: {"id": advising.take_back(uow, actor, trip_id, advice_id).id})
    except Refusal as refusal:
        return _refused(trip_id, advice_id, refusal, "")
    return _done(trip_id, gettext("Taken back. Nobody is asked any longer."))


def _done(trip_id: int, text: str, kind: str = "ok") -> ResponseReturnValue:
    flash(text, kind)
    return redirect(url_for("control.balance", trip_id=trip_id), 303)


def _refused(trip_id: int, advice_id: int, refusal: Refusal, usual_field: str) -> ResponseReturnValue:
    """At the form, where the fault is in it; what was decided meanwhile is said on the page that shows it."""
    if refusal.status == 422:
        return _advice_page(trip_id, advice_id, errors_of(refusal, usual_field)), 422
    if refusal.status != 409:
        raise refusal
    return _done(trip_id, refusal.text(), "bad")


def _advice_page(trip_id: int, advice_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        line = advice_of(session, trip_id, advice_id)
    chosen = request.form.getlist("people", type=int)
    if "chosen" not in request.form:
        chosen = [mover.user_id for mover, _ in line.movers[: line.counters]]
    desks = [desk.id for desk in names.working_desks() if desk.id != line.source_desk_id]
    return render_template(
        "control/advice.html",
        trip=names.trip,
        names=names,
        line=line,
        words=balance_words,
        chosen=chosen,
        targets=[(desk_id, balance_words.desk_name(names, desk_id)) for desk_id in desks],
        may_decide=current_actor().may("balance.decide", trip_id),
        typed=request.form,
        errors=errors or {},
    )
