"""Opening the day, and closing it: who still waits, and what becomes of each of them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.i18n import lazy as _l
from deskops.core.i18n import ngettext
from deskops.core.web import perform
from deskops.demands import rules
from deskops.demands.api.closing import closing_work
from deskops.demands.forms import ClosingForm
from deskops.demands.queries.closing import EndOfDay, end_of_day
from deskops.demands.views.room import blueprint
from deskops.desks.queries import catalogue

FATE_WORDS: dict[str, Any] = {
    rules.KEEP: _l("serve to the end here"),
    rules.HAND_OVER: _l("hand over to another open desk"),
    rules.CALL_BACK: _l("call back by phone"),
    rules.INVITE: _l("invite for the next day"),
}


@blueprint.get("/trips/<int:trip_id>/closing")
@access("trip.setup")
def closing(trip_id: int) -> ResponseReturnValue:
    return _page(trip_id)


@blueprint.post("/trips/<int:trip_id>/closing")
@access("trip.setup")
def close_desks(trip_id: int) -> ResponseReturnValue:
    """Close the ticked desks, with what was chosen for each person of theirs; or tick all, without closing any."""
    actor = current_actor()
    if request.form.get("act") == "all":
        return _page(trip_id, tick_all=True)
    try:
        form = ClosingForm.of_page()
        answer = perform(actor, form.model_dump(mode="json"), closing_work(actor, trip_id, form))
    except InvalidInput as error:
        return _page(trip_id, error.errors), 422
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(trip_id, {"desk_ids": refusal.text()}), refusal.status
    count = answer.data["count"]
    flash(
        ngettext(
            "%(num)s desk closes. Who was kept is served to the end.",
            "%(num)s desks close. Who was kept is served to the end.",
            count,
        ),
        "ok",
    )
    return redirect(url_for("demands.closing", trip_id=trip_id), 303)


def _page(trip_id: int, errors: dict[str, str] | None = None, *, tick_all: bool = False) -> str:
    site_id = request.args.get("site", type=int)
    now = clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        page = end_of_day(session, names, now, site_id)
    return render_template(
        "demands/closing.html",
        trip=names.trip,
        names=names,
        page=page,
        site_id=site_id,
        now=now,
        fates=FATE_WORDS,
        typed=request.form,
        ticked=_ticked(page, tick_all=tick_all),
        errors=errors or {},
    )


def _ticked(page: EndOfDay, *, tick_all: bool) -> set[int]:
    """As it was sent; a page that is new begins with the desks whose hours are over, or soon will be."""
    if tick_all:
        return {group.desk.id for group in page.desks if group.desk is not None}
    if request.method == "POST":
        return set(request.form.getlist("desk_ids", type=int))
    return page.ending
