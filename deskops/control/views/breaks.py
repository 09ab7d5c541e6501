"""Breaks: whose turn it is, who is on one, and who goes on at their counter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor, forget_recognised
from deskops.control.forms.breaks import RelieverForm
from deskops.control.queries.breaks import AtWork, Breaks, breaks_of, own_break
from deskops.control.services import breaks
from deskops.control.views import balance_words
from deskops.control.views.blueprint import blueprint
from deskops.core import clock, runtime
from deskops.core.errors import DatabaseUnavailable, Refusal
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.desks.queries import Catalogue, catalogue

# More rows than this help nobody: who needs a break first comes first.
ROWS, RELIEVERS = 60, 12


@blueprint.get("/breaks")
@access("presence.mark")
def break_list(trip_id: int) -> ResponseReturnValue:
    """Whose turn it is at all desks; of one desk, everybody."""
    return _page(trip_id)


@blueprint.post("/breaks/<int:staff_id>/begin")
@access("presence.mark")
def begin_break(trip_id: int, staff_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = RelieverForm.of_request()

        def work(uow: UnitOfWork) -> dict[str, Any]:
            row = breaks.begin_break(uow, actor, trip_id, staff_id, reliever_id=form.reliever_id)
            return {"empty": row.place_id is not None and row.reliever_id is None}

        answer = perform(actor, form.model_dump(), work)
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _page(trip_id, errors_of(refusal, "break")), refusal.status
    forget_recognised()
    if answer.data["empty"]:
        flash(gettext("On a break. Nobody is at their counter: it is paused."), "bad")
    else:
        flash(gettext("On a break."), "ok")
    return _back(trip_id)


@blueprint.post("/breaks/<int:staff_id>/end")
@access("presence.mark")
def end_break(trip_id: int, staff_id: int) -> ResponseReturnValue:
    actor = current_actor()
    return _done(
        trip_id, lambda uow: breaks.end_break(uow, actor, trip_id, staff_id), gettext("Back from the break.")
    )


@blueprint.post("/breaks/mine")
@access("shift.own")
def ask_for_break(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    words = gettext("Your desk head sees that you would like a break.")
    return _own(trip_id, lambda uow: breaks.ask_for_break(uow, actor, trip_id), words)


@blueprint.post("/breaks/mine/withdraw")
@access("shift.own")
def withdraw_break(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    words = gettext("You no longer ask for a break.")
    return _own(trip_id, lambda uow: breaks.withdraw_break(uow, actor, trip_id), words)


def break_here() -> str | None:
    """For a page of somebody at work: the state of their break, empty where they could ask for one; None for others."""
    actor, trip_id = current_actor(), (request.view_args or {}).get("trip_id")
    if trip_id is None or not actor.may("shift.own", trip_id):
        return None
    try:
        with runtime.current().database.reading() as session:
            return own_break(session, trip_id, actor.user_id)
    except DatabaseUnavailable:
        return None


def _done(trip_id: int, work: Callable[[UnitOfWork], Any], words: str) -> ResponseReturnValue:
    try:
        perform(current_actor(), {}, lambda uow: {"done": work(uow) is None})
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        return _page(trip_id, errors_of(refusal, "break")), 409
    flash(words, "ok")
    return _back(trip_id)


def _own(trip_id: int, work: Callable[[UnitOfWork], Any], words: str) -> ResponseReturnValue:
    try:
        perform(current_actor(), {}, lambda uow: {"done": work(uow) is None})
        flash(words, "ok")
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        flash(refusal.text(), "bad")
    return redirect(url_for("demands.places", trip_id=trip_id), 303)


def _back(trip_id: int) -> ResponseReturnValue:
    return redirect(
        url_for("control.break_list", trip_id=trip_id, desk=request.form.get("desk") or None), 303
    )


def _page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    actor, now = current_actor(), clock.now()
    own = actor.desk_ids("presence.mark", trip_id)
    asked = request.values.get("desk", type=int)
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        found = breaks_of(session, trip_id, now)
    at_desk = asked is not None and (own is None or asked in own)
    here = found.at({asked} if at_desk and asked is not None else own)
    shown = here if at_desk or own is not None else [one for one in here if needs_a_look(one)]
    return render_template(
        "control/breaks.html",
        trip=names.trip,
        names=names,
        now=now,
        settings=found,
        present=len(here),
        resting=[one for one in shown if one.break_since is not None],
        working=[one for one in shown if one.break_since is None][:ROWS],
        relievers=lambda one: relievers_for(found, names, one),
        desk=asked if at_desk else None,
        desks=[
            (desk.id, balance_words.desk_name(names, desk.id))
            for desk in names.working_desks()
            if own is None or desk.id in own
        ],
        errors=errors or {},
    )


def needs_a_look(one: AtWork) -> bool:
    """Whether a coordinator of all desks should see them."""
    return one.is_due or one.asked_at is not None or one.break_since is not None


def relievers_for(found: Breaks, names: Catalogue, one: AtWork) -> list[AtWork]:
    """Who could go on at somebody's counter: people of the desk first, then others of the site."""
    if one.counter is None:
        return []
    free = found.relievers.get(names.desks[one.desk_id].site_id, [])
    return sorted(free, key=lambda other: (other.desk_id != one.desk_id, other.name))[:RELIEVERS]
