"""Emergency stop: what it would mean, one press, and one press to go on."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.control import services
from deskops.control.forms import StopForm
from deskops.control.queries.stops import stops_in_force
from deskops.control.views import words
from deskops.control.views.blueprint import blueprint
from deskops.core import runtime
from deskops.core.dates import digits
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.demands.services.sharing import stop_outlook
from deskops.desks.queries import Catalogue, catalogue


@blueprint.get("/stops")
@access("desk.stop")
def stops(trip_id: int) -> ResponseReturnValue:
    """What is stopped, and what can be; `?desk=` or `?site=` asks for the confirmation."""
    return _page(trip_id, request.args.get("site", type=int), request.args.get("desk", type=int))


@blueprint.post("/stops")
@access("desk.stop")
def stop(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = StopForm.of_request()
        wanted = form.model_dump()
        perform(actor, wanted, lambda uow: {"id": services.stop(uow, actor, trip_id, **wanted).id})
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        site_id, desk_id = (request.form.get(name, type=int) for name in ("site_id", "desk_id"))
        return _page(trip_id, site_id, desk_id, errors_of(refusal, "choice")), refusal.status
    flash(gettext("Stopped. The board and the phones of those who wait say so."), "ok")
    return redirect(url_for("control.stops", trip_id=trip_id), 303)


@blueprint.post("/stops/<int:stop_id>/resume")
@access("desk.stop")
def resume(trip_id: int, stop_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"count": services.resume(uow, actor, trip_id, stop_id)}

    try:
        perform(actor, {}, work)
        flash(
            gettext(
                "It goes on: each desk is again what it was before, unless its hours or somebody changed it."
            ),
            "ok",
        )
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        flash(refusal.text(), "bad")
    return redirect(url_for("control.stops", trip_id=trip_id), 303)


def _page(
    trip_id: int, site_id: int | None, desk_id: int | None, errors: dict[str, str] | None = None
) -> str:
    own = current_actor().desk_ids("desk.stop", trip_id)
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        desk_ids = _asked(names, site_id, desk_id, own)
        return render_template(
            "control/stops.html",
            trip=names.trip,
            names=names,
            stops=stops_in_force(session, trip_id),
            desks=[
                (desk.id, f"{digits(desk.number)} – {desk.short}")
                for desk in names.desks.values()
                if own is None or desk.id in own
            ],
            sites=[(site.id, site.short) for site in names.offered_sites()] if own is None else [],
            desk=names.desks.get(desk_id or 0),
            site=names.sites[names.desks[desk_ids[0]].site_id] if desk_ids else None,
            outlook=stop_outlook(session, trip_id, desk_ids) if desk_ids else None,
            own=own,
            words=words,
            typed=request.form,
            errors=errors or {},
        )


def _asked(
    names: Catalogue, site_id: int | None, desk_id: int | None, own: frozenset[int] | None
) -> list[int]:
    """The desks that the confirmation is about; none where nothing was asked for. Raises NotFound."""
    if desk_id is not None:
        if desk_id not in names.desks or (own is not None and desk_id not in own):
            raise NotFound()
        return [desk_id]
    if site_id is None:
        return []
    found = [desk.id for desk in names.desks.values() if desk.site_id == site_id]
    if not found or own is not None:
        raise NotFound()
    return found
