"""Choosing a counter and sitting down at it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import NotFound, Refusal
from deskops.core.web import perform
from deskops.demands import forms, queries
from deskops.demands.services import places as services
from deskops.demands.views.room import blueprint, message_of


@blueprint.get("/trips/<int:trip_id>/places")
@access("place.choose")
def places(trip_id: int) -> ResponseReturnValue:
    return _chooser(trip_id)


@blueprint.post("/trips/<int:trip_id>/places/open")
@access("place.choose")
def open_place(trip_id: int) -> ResponseReturnValue:
    """Sit down, or come back from a pause; then the console."""
    actor = current_actor()
    try:
        languages = ",".join(request.form.getlist("languages")) or "fa"
        form = forms.ChoosePlaceForm.checked(
            {"place_id": request.form.get("place_id", ""), "languages": languages}
        )
        perform(actor, form.model_dump(mode="json"), lambda uow: {
            "place_id": services.open_place(uow, actor, trip_id, form.place_id, languages=form.languages).id
        })  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _chooser(trip_id, refusal)
    return redirect(url_for("demands.console", trip_id=trip_id, place_id=form.place_id), 303)


def _chooser(trip_id: int, refusal: Refusal | None = None) -> ResponseReturnValue:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = queries.names_of(session, trip_id)
        desks = queries.place_choices(
            session, trip_id, actor.user_id, actor.desk_ids("place.choose", trip_id)
        )
        spoken = queries.own_languages(session, trip_id, actor.user_id)
    page = render_template(
        "demands/places.html",
        trip_id=trip_id,
        trip=names,
        desks=desks,
        spoken=request.form.getlist("languages") or spoken,
        problem=None if refusal is None else message_of(refusal),
    )
    return page, 200 if refusal is None else refusal.status
