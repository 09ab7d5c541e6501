"""The readiness board: what each desk lacks, marks by hand, go and no-go."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.control import rules, services
from deskops.control.forms import DecisionForm, MarkForm
from deskops.control.queries import coordination
from deskops.control.queries.readiness import readiness_board
from deskops.control.views import words
from deskops.control.views.blueprint import blueprint
from deskops.core import journal, runtime
from deskops.core.errors import Refusal
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform, told, wants_fragment
from deskops.desks.queries import catalogue


@blueprint.get("/readiness")
@access("readiness.view")
def readiness(trip_id: int) -> ResponseReturnValue:
    """`?show=missing` shows faults alone."""
    return _board(trip_id)


@blueprint.post("/readiness/marks/<name>")
@access("readiness.mark")
def mark_all(trip_id: int, name: str) -> ResponseReturnValue:
    """The same mark for every desk that one may mark."""
    return _mark(trip_id, name, None)


@blueprint.post("/readiness/desks/<int:desk_id>/marks/<name>")
@access("readiness.mark")
def mark_desk(trip_id: int, desk_id: int, name: str) -> ResponseReturnValue:
    return _mark(trip_id, name, desk_id)


@blueprint.post("/readiness/decision")
@access("readiness.decide")
def decide(trip_id: int) -> ResponseReturnValue:
    return _decide(trip_id, None)


@blueprint.post("/readiness/desks/<int:desk_id>/decision")
@access("readiness.decide")
def decide_desk(trip_id: int, desk_id: int) -> ResponseReturnValue:
    return _decide(trip_id, desk_id)


def _mark(trip_id: int, name: str, desk_id: int | None) -> ResponseReturnValue:
    actor, form = current_actor(), MarkForm.of_request()
    good = {"yes": True, "no": False}.get(form.good)

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"count": services.mark(uow, actor, trip_id, name, good, desk_id)}

    perform(actor, form.model_dump(), work)
    return _done(trip_id, gettext("Noted.") if good is not None else gettext("Taken back."))


def _decide(trip_id: int, desk_id: int | None) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = DecisionForm.of_request()

        def work(uow: UnitOfWork) -> dict[str, Any]:
            return {"id": services.decide(uow, actor, trip_id, form.go == "yes", form.reason, desk_id).id}

        perform(actor, form.model_dump(), work)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        said = errors_of(refusal, "go")
        return _board(trip_id, refused=desk_id or 0, errors=said), 422
    return _done(trip_id, gettext("The decision is noted."))


def _done(trip_id: int, text: str) -> ResponseReturnValue:
    if wants_fragment():
        return told(_board(trip_id), text)
    return redirect(url_for("control.readiness", trip_id=trip_id, show=request.args.get("show")), 303)


def _board(trip_id: int, refused: int | None = None, errors: dict[str, str] | None = None) -> str:
    """`refused` is the desk whose decision was refused, 0 the whole."""
    actor = current_actor()
    with runtime.current().database.reading() as session:
        sequence = journal.audience_head(session, coordination(trip_id))
        names, board = catalogue(session, trip_id), readiness_board(session, trip_id)
    only = request.args.get("show") == "missing"
    return render_template(
        "control/_readiness.html" if wants_fragment() else "control/readiness.html",
        trip=names.trip,
        names=names,
        board=board,
        shown=[desk for desk in board.desks if desk.faults or not only],
        only=only,
        sequence=sequence,
        words=words,
        rules=rules,
        may_decide=actor.may("readiness.decide", trip_id),
        may_mark=actor.may("readiness.mark", trip_id),
        markable=actor.desk_ids("readiness.mark", trip_id),
        refused=refused,
        errors=errors or {},
        typed=request.form,
    )
