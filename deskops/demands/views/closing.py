"""Opening the day, and closing it: who still waits, and what becomes of each of them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.i18n import lazy as _l
from deskops.core.i18n import ngettext
from deskops.core.web import perform
from deskops.demands.forms import ClosingForm
from deskops.demands.queries.closing import DeskAtEnd, end_of_day
from deskops.demands.services import closing as services
from deskops.demands.views.room import blueprint
from deskops.desks.queries import catalogue

FATE_WORDS: dict[str, Any] = {
    services.KEEP: _l("serve to the end here"),
    services.HAND_OVER: _l("hand over to another open desk"),
    services.CALL_BACK: _l("call back by phone"),
    services.INVITE: _l("invite for the next day"),
}


@blueprint.get("/trips/<int:trip_id>/closing")
@access("trip.setup")
def closing(trip_id: int) -> ResponseReturnValue:
    return _page(trip_id)


@blueprint.post("/trips/<int:trip_id>/closing")
@access("trip.setup")
def close_desks(trip_id: int) -> ResponseReturnValue:
    """Close the ticked desks, with what was chosen for each person of theirs."""
    actor = current_actor()
    try:
        form = ClosingForm.of_request()
        fates = _fates(trip_id, form)
        wanted = services.Closing(form.desk_ids, fates, form.day)
        body = form.model_dump(mode="json") | {"fates": fates}
        answer = perform(
            actor, body, lambda uow: {"count": services.close_desks(uow, actor, trip_id, wanted)}
        )
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


def _fates(trip_id: int, form: ClosingForm) -> dict[int, str | int]:
    """What becomes of each who waits for a ticked desk, or for none: their own choice, else that for all."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        groups = end_of_day(session, names, local_day(clock.now())).desks
    concerned = [group for group in groups if group.desk is None or group.desk.id in form.desk_ids]
    return {
        person.id: _fate(request.form.get(f"choice-{person.id}", ""), form.everybody, group)
        for group in concerned
        for person in group.people
    }


def _fate(chosen: str, everybody: str, group: DeskAtEnd) -> str | int:
    """Who waits for no desk is decided on one by one only."""
    fate = chosen or (everybody if group.desk is not None else services.KEEP)
    return int(fate[3:12]) if fate.startswith("to-") and fate[3:].isdecimal() else fate


def _page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    site_id = request.args.get("site", type=int)
    now = clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        page = end_of_day(session, names, local_day(now), site_id)
    return render_template(
        "demands/closing.html",
        trip=names.trip,
        names=names,
        page=page,
        site_id=site_id,
        now=now,
        fates=FATE_WORDS,
        typed=request.form,
        errors=errors or {},
    )
