"""The list of a trip's desks: its order, and what is done to several of them at once."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.accounts.actor import Actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.i18n import gettext, ngettext
from deskops.core.web import errors_of, perform
from deskops.desks import queries, rules
from deskops.desks.document.languages import LANGUAGES
from deskops.desks.forms import AllDesksForm
from deskops.desks.forms.desks import BulkDesksForm, DeskOrderForm
from deskops.desks.queries import Catalogue, DeskLine
from deskops.desks.services import bulk, set_desk_states
from deskops.desks.services.desks import order_desks
from deskops.desks.views.blueprint import blueprint
from deskops.desks.views.changing import done, refused_on, say_changed


@blueprint.get("/<int:trip_id>/desks")
@access("trip.view")
def desk_list(trip_id: int) -> ResponseReturnValue:
    return _page(trip_id)


@blueprint.post("/<int:trip_id>/desks")
@access("trip.setup")
def change_all(trip_id: int) -> ResponseReturnValue:
    """Open or close every desk that can be, or those of a site."""
    form = AllDesksForm.of_request()
    actor = current_actor()
    wanted = (form.state, form.site_id)
    answer = perform(
        actor, form.model_dump(), lambda uow: {"count": set_desk_states(uow, actor, trip_id, *wanted)}
    )
    count = answer.data["count"]
    if form.state == rules.OPEN:
        flash(ngettext("%(num)s desk was opened.", "%(num)s desks were opened.", count), "ok")
    else:
        flash(ngettext("%(num)s desk was closed.", "%(num)s desks were closed.", count), "ok")
    return redirect(url_for("desks.desk_list", trip_id=trip_id), 303)


@blueprint.post("/<int:trip_id>/desks/many")
@access("trip.setup")
@refused_on(lambda refusal, trip_id: _page(trip_id, errors_of(refusal, "desk_ids")))
def change_many(trip_id: int) -> ResponseReturnValue:
    """What is done to all that are ticked; a preview says first how many would change."""
    actor = current_actor()
    form = BulkDesksForm.of_request()
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
    desk_ids = bulk.ticked(names, form.desk_ids, form.site_ids)
    if form.act == "preview":
        return _preview(trip_id, form, desk_ids)
    made = done(form, lambda uow: bulk.edit_desks(uow, actor, trip_id, desk_ids, form.edit()))
    if made["change_id"] is None and form.state:
        flash(gettext("The desks were changed."), "ok")
    else:
        say_changed(gettext("The desks were changed."), trip_id, made["change_id"])
    return redirect(url_for("desks.desk_list", trip_id=trip_id), 303)


@blueprint.post("/<int:trip_id>/desks/order")
@access("trip.setup")
def reorder_desks(trip_id: int) -> ResponseReturnValue:
    """Sent by a button, or by whoever dragged a desk: either way the list comes back as it is now."""
    actor = current_actor()
    form = DeskOrderForm.of_request()
    made = done(form, lambda uow: order_desks(uow, actor, trip_id, form.desk_ids))
    say_changed(gettext("The order was changed."), trip_id, made["change_id"])
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Refresh": "true"})
    return redirect(url_for("desks.desk_list", trip_id=trip_id) + f"#desk-{form.desk_ids[0]}", 303)


def changeable(actor: Actor, trip_id: int, lines: list[DeskLine]) -> frozenset[int]:
    """The desks whose state the actor may change."""
    reachable = actor.desk_ids("desk.state", trip_id)
    ids = frozenset(line.id for line in lines)
    if not actor.may("desk.state", trip_id):
        return frozenset()
    return ids if reachable is None else ids & reachable


def neighbours(names: Catalogue) -> dict[int, tuple[int | None, int | None]]:
    """The desks above and below each one in the list."""
    ids = [desk.id for desk in names.working_desks()]
    return {
        desk_id: (ids[place - 1] if place else None, ids[place + 1] if place + 1 < len(ids) else None)
        for place, desk_id in enumerate(ids)
    }


def _preview(trip_id: int, form: BulkDesksForm, desk_ids: list[int]) -> str:
    with runtime.current().database.reading() as session:
        found = bulk.outlook(session, trip_id, desk_ids, form.edit())
    return _page(trip_id, outlook=found, ticked=desk_ids)


def _page(
    trip_id: int,
    errors: dict[str, str] | None = None,
    outlook: bulk.Outlook | None = None,
    ticked: list[int] | None = None,
) -> str:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        lines = queries.desk_lines(session, trip_id, local_day(clock.now()))
    agencies = sorted(names.offered_agencies(), key=lambda agency: agency.name)
    return render_template(
        "desks/desks.html",
        trip=names.trip,
        names=names,
        lines=lines,
        retired=[desk for desk in names.desks.values() if desk.retired_at is not None],
        figures=queries.figures_of(lines),
        may_set_up=actor.may("trip.setup", trip_id),
        changeable=changeable(actor, trip_id, lines),
        beside=neighbours(names),
        languages=LANGUAGES,
        next_states=rules.next_desk_states,
        outlook=outlook,
        ticked=set(request.form.getlist("desk_ids", type=int) if ticked is None else ticked),
        typed=request.form,
        agency_options=[(agency.id, agency.name) for agency in agencies],
        errors=errors or {},
    )
