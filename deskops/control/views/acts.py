"""The page of what balancing did and proposes, with the ways to take it back, to accept it or to refuse it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.control.forms import ProposalsForm, TakeActBackForm
from deskops.control.queries.acts import act_page, moved_again, open_proposals
from deskops.control.views import act_words
from deskops.control.views.blueprint import blueprint
from deskops.core import runtime
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.i18n import gettext, ngettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.demands.services import proposals, taking_back, telling
from deskops.desks.queries import catalogue

Count = Callable[[UnitOfWork], int]


@blueprint.get("/balance/acts")
@access("balance.view")
def acts(trip_id: int) -> ResponseReturnValue:
    """Newest first: `?kind=`, `?who=`, and `?before=` for older ones."""
    asked = {name: request.args.get(name, "") for name in ("kind", "who")}
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        page = act_page(session, trip_id, **asked, before=request.args.get("before", type=int))
        proposed = open_proposals(session, trip_id)
        notices = moved_again(session, trip_id)
    return render_template(
        "control/acts.html",
        trip=names.trip,
        names=names,
        page=page,
        proposed=proposed,
        notices=notices,
        asked=asked,
        words=act_words,
        may_decide=current_actor().may("balance.decide", trip_id),
    )


@blueprint.post("/balance/acts/<int:sequence>/take-back")
@access("balance.decide")
def take_act_back(trip_id: int, sequence: int) -> ResponseReturnValue:
    """For one person, or for everybody whom the act concerned."""
    actor, form = current_actor(), TakeActBackForm.of_request()
    people = None if form.ticket_id is None else [form.ticket_id]
    return _counted(
        trip_id,
        form.model_dump(),
        lambda uow: taking_back.take_back(uow, actor, trip_id, sequence, people),
        lambda num: ngettext("Taken back for %(num)s person.", "Taken back for %(num)s people.", num),
    )


@blueprint.post("/balance/proposals/accept")
@access("balance.decide")
def accept_proposals(trip_id: int) -> ResponseReturnValue:
    return _answered(
        trip_id,
        proposals.accept,
        lambda num: ngettext("Done, with %(num)s person.", "Done, with %(num)s people.", num),
    )


@blueprint.post("/balance/proposals/refuse")
@access("balance.decide")
def refuse_proposals(trip_id: int) -> ResponseReturnValue:
    return _answered(
        trip_id,
        proposals.refuse,
        lambda num: ngettext(
            "%(num)s person stays where they are.", "%(num)s people stay where they are.", num
        ),
    )


@blueprint.post("/balance/moved-again/seen")
@access("balance.decide")
def see_moved_again(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    return _counted(
        trip_id,
        {},
        lambda uow: telling.see_moved_again(uow, actor, trip_id),
        lambda _num: gettext("Noted: it is off the list."),
    )


def _answered(trip_id: int, answer: Callable[..., int], said: Callable[[int], str]) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = ProposalsForm.of_request()
        people = form.people()
    except InvalidInput as refusal:
        flash(next(iter(refusal.errors.values())), "bad")
        return _back(trip_id)
    return _counted(
        trip_id,
        form.model_dump(mode="json"),
        lambda uow: answer(uow, actor, trip_id, form.act, people),
        said,
    )


def _counted(
    trip_id: int, wanted: dict[str, Any], work: Count, said: Callable[[int], str]
) -> ResponseReturnValue:
    """Do it once, and say with how many; a refusal says why not."""
    try:
        done = perform(current_actor(), wanted, lambda uow: {"count": work(uow)})
        flash(said(done.data["count"]), "ok")
    except NotFound:
        raise
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        flash(refusal.text(), "bad")
    return _back(trip_id)


def _back(trip_id: int) -> ResponseReturnValue:
    return redirect(url_for("control.acts", trip_id=trip_id), 303)
