"""The page on which coordinators set the minutes of bonus."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.control.forms import BringBackForm, PrioritiesForm
from deskops.control.queries.priorities import priority_board
from deskops.control.views.blueprint import blueprint
from deskops.core import runtime
from deskops.core.errors import InvalidInput, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.web import perform
from deskops.demands.priorities import MOST_MINUTES, Priorities
from deskops.demands.services import priorities as services
from deskops.demands.views.words import PRIORITIES
from deskops.desks.queries import catalogue


@blueprint.get("/balance/priorities")
@access("priorities.set")
def priorities(trip_id: int) -> ResponseReturnValue:
    return _page(trip_id)


@blueprint.post("/balance/priorities")
@access("priorities.set")
def set_priorities(trip_id: int) -> ResponseReturnValue:
    """Set all of them; where somebody else did meanwhile, theirs are shown beside what was typed."""
    actor = current_actor()
    try:
        form = PrioritiesForm.of_page()
        wanted = form.minutes()
        perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {
                "version": services.set_priorities(uow, actor, trip_id, form.version, wanted),
            },
        )
    except InvalidInput as refusal:
        return _page(trip_id, request.form.to_dict(), refusal.errors), refusal.status
    except StaleVersion as refusal:
        return _page(trip_id, request.form.to_dict(), {"": refusal.text()}), refusal.status
    flash(gettext("The priorities are set, for those who come and those who wait."), "ok")
    return redirect(url_for("control.priorities", trip_id=trip_id), 303)


@blueprint.post("/balance/priorities/again")
@access("priorities.set")
def bring_back_priorities(trip_id: int) -> ResponseReturnValue:
    """Set again what an earlier version said."""
    actor = current_actor()
    form = BringBackForm.of_request()
    try:
        perform(
            actor,
            form.model_dump(),
            lambda uow: {
                "version": services.bring_back(uow, actor, trip_id, form.version, form.earlier),
            },
        )
        flash(gettext("The earlier priorities are set again."), "ok")
    except StaleVersion as refusal:
        flash(refusal.text(), "bad")
    return redirect(url_for("control.priorities", trip_id=trip_id), 303)


def _page(trip_id: int, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        board = priority_board(session, trip_id)
    return render_template(
        "control/priorities.html",
        trip=names.trip,
        names=names,
        board=board,
        topics=names.assignable_topics(),
        shown=_shown(board.minutes) | (typed or {}),
        errors=errors or {},
        kinds=PRIORITIES,
        most=int(MOST_MINUTES),
    )


def _shown(minutes: Priorities) -> dict[str, Any]:
    """What stands in the fields."""
    topics = {f"topic-{topic_id}": worth for topic_id, worth in minutes.topics.items()}
    return {**minutes.kinds, "urgent": minutes.urgent, "own_topic": minutes.own_topic, **topics}
