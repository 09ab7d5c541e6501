"""People who are asked to work at another desk: asked by hand, and what they answer."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor, forget_recognised
from deskops.control.forms.balance import CannotForm, MoveForm
from deskops.control.queries.movers import desks_of, people_to_ask
from deskops.control.queries.moves import MoveLine, asked_of, move_of, state_of
from deskops.control.rules.advice import ARRIVED, ASKED, ORDERED, UNDER_WAY
from deskops.control.services import moving
from deskops.control.views import balance_words
from deskops.control.views.blueprint import blueprint
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import DatabaseUnavailable, Refusal
from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.desks.queries import Catalogue, catalogue

ASKED_WORDS = {
    ASKED: _l("Asked. They see it on their screen."),
    ORDERED: _l("They go as soon as nobody is at their counter."),
    UNDER_WAY: _l("They are on their way. They count there as soon as they check in or open a counter."),
    ARRIVED: _l("Moved. A counter is open in their name, and counts already."),
}


@blueprint.get("/balance/moves/new")
@access("balance.decide")
def new_move(trip_id: int) -> ResponseReturnValue:
    """Ask somebody without advice; the address may say whom, and for which desk."""
    return _form(trip_id)


@blueprint.post("/balance/moves")
@access("balance.decide")
def ask_to_move(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = MoveForm.of_request()

        def work(uow: UnitOfWork) -> dict[str, Any]:
            ask = moving.move_now if form.now else moving.ask_to_move
            return state_of(ask(uow, actor, trip_id, user_id=form.user_id, desk_id=form.desk_id))

        answer = perform(actor, form.model_dump(), work)
    except Refusal as refusal:
        if refusal.status not in (404, 409, 422):
            raise
        return _form(trip_id, errors_of(refusal, "user_id")), refusal.status
    return _asked(trip_id, answer.data["state"])


@blueprint.post("/balance/moves/<int:move_id>/now")
@access("balance.decide")
def move_now(trip_id: int, move_id: int) -> ResponseReturnValue:
    """Whoever was asked goes at once, or after the person they serve."""
    actor = current_actor()
    try:
        answer = perform(actor, {}, lambda uow: state_of(moving.send_now(uow, actor, trip_id, move_id)))
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        flash(refusal.text(), "bad")
        return redirect(url_for("control.balance", trip_id=trip_id), 303)
    return _asked(trip_id, answer.data["state"])


@blueprint.post("/balance/moves/<int:move_id>/take-back")
@access("balance.decide")
def take_back_move(trip_id: int, move_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        perform(actor, {}, lambda uow: {"id": moving.take_back_move(uow, actor, trip_id, move_id).id})
        flash(gettext("Taken back. They are asked no longer."), "ok")
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        flash(refusal.text(), "bad")
    return redirect(url_for("control.balance", trip_id=trip_id), 303)


@blueprint.get("/balance/moves/<int:move_id>")
@access("staff_move.answer")
def move(trip_id: int, move_id: int) -> ResponseReturnValue:
    """What somebody is asked, and how they can answer."""
    return _own_page(trip_id, move_id)


@blueprint.post("/balance/moves/<int:move_id>/go")
@access("staff_move.answer")
def go(trip_id: int, move_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        answer = perform(actor, {}, lambda uow: state_of(moving.go(uow, actor, trip_id, move_id)))
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        flash(refusal.text(), "bad")
        return redirect(url_for("control.move", trip_id=trip_id, move_id=move_id), 303)
    forget_recognised()
    if answer.data["state"] == ARRIVED:
        flash(gettext("Go to the other desk: a counter there is open in your name."), "ok")
    else:
        flash(gettext("Your counter is closed. Open one at the other desk when you are there."), "ok")
    return redirect(url_for("demands.places", trip_id=trip_id), 303)


@blueprint.post("/balance/moves/<int:move_id>/decline")
@access("staff_move.answer")
def decline(trip_id: int, move_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        wanted = CannotForm.of_request().model_dump()

        def work(uow: UnitOfWork) -> dict[str, Any]:
            return {"id": moving.decline(uow, actor, trip_id, move_id, **wanted).id}

        perform(actor, wanted, work)
        flash(gettext("The coordinators know that you can't."), "ok")
    except Refusal as refusal:
        if refusal.status == 422:
            return _own_page(trip_id, move_id, errors_of(refusal, "reason")), 422
        if refusal.status != 409:
            raise
        flash(refusal.text(), "bad")
    return redirect(url_for("demands.places", trip_id=trip_id), 303)


def _asked(trip_id: int, state: str) -> ResponseReturnValue:
    forget_recognised()
    flash(str(ASKED_WORDS[state]), "ok")
    return redirect(url_for("control.balance", trip_id=trip_id), 303)


def asked_here() -> tuple[Catalogue, list[MoveLine]] | None:
    """For the page that is being shown: what its reader is asked; None where nothing is."""
    actor, trip_id = current_actor(), (request.view_args or {}).get("trip_id")
    if trip_id is None or actor.user_id is None or not actor.may("staff_move.answer", trip_id):
        return None
    try:
        with runtime.current().database.reading() as session:
            lines = asked_of(session, trip_id, actor.user_id)
            return (catalogue(session, trip_id), lines) if lines else None
    except DatabaseUnavailable:
        # The page that says so has to be shown all the same.
        return None


def _own_page(trip_id: int, move_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        line = move_of(session, trip_id, move_id, current_actor().user_id)
    return render_template(
        "control/move.html",
        trip=names.trip,
        names=names,
        line=line,
        words=balance_words,
        is_due=line.for_day is None or line.for_day <= local_day(clock.now()),
        typed=request.form,
        errors=errors or {},
    )


def _form(trip_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        sitting = desks_of(session, trip_id)
        people = [
            (
                user_id,
                f"{name} ({balance_words.desk_name(names, sitting[user_id])})"
                if user_id in sitting
                else name,
            )
            for user_id, name in people_to_ask(session, trip_id)
        ]
    return render_template(
        "control/new_move.html",
        trip=names.trip,
        people=people,
        desks=[(desk.id, balance_words.desk_name(names, desk.id)) for desk in names.working_desks()],
        typed=request.values,
        errors=errors or {},
    )
