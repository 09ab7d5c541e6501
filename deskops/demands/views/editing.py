"""One demand: all of it, its history in words, and corrections that never overwrite somebody else's unseen."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import InvalidInput, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.web import perform
from deskops.demands import forms, queries, rules
from deskops.demands.errors import TicketMoved
from deskops.demands.priorities import priorities_of
from deskops.demands.queries import DemandDetail
from deskops.demands.queries.attachments import attachments_of
from deskops.demands.services import editing
from deskops.demands.services import priorities as services
from deskops.demands.views.room import blueprint
from deskops.desks import queries as desks

EDITABLE = ("kind", "name", "phone", "county", "address", "external_number", "text")


@blueprint.get("/trips/<int:trip_id>/demands/<int:demand_id>")
@access("demand.view")
def demand(trip_id: int, demand_id: int) -> ResponseReturnValue:
    return _page(trip_id, demand_id)


@blueprint.post("/trips/<int:trip_id>/demands/<int:demand_id>")
@access("demand.edit")
def edit_demand(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """Save what differs; where somebody saved meanwhile, both versions are shown, and a second save decides."""
    actor, typed = current_actor(), request.form.to_dict()
    try:
        form = forms.EditForm.of_request()
        changes = _changes(trip_id, demand_id, form)
        perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {"version": editing.edit(uow, actor, trip_id, demand_id, form.version, changes)},
        )
    except InvalidInput as refusal:
        return make_response(_page(trip_id, demand_id, typed, refusal.errors), refusal.status)
    except StaleVersion as refusal:
        return make_response(_page(trip_id, demand_id, typed, stale=True), refusal.status)
    flash(gettext("The correction is saved."), "ok")
    return redirect(url_for("demands.demand", trip_id=trip_id, demand_id=demand_id), 303)


@blueprint.post("/trips/<int:trip_id>/tickets/<int:ticket_id>/priorities")
@access("demand.edit")
def prioritise(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    """Say which priorities apply to somebody who waits; where their turn changed meanwhile, the page shows how it stands."""
    actor = current_actor()
    form = forms.PriorityForm.of_request()
    with runtime.current().database.reading() as session:
        demand_id = queries.ticket(session, trip_id, ticket_id).demand_id
    try:
        perform(
            actor,
            form.model_dump(),
            lambda uow: {
                "version": services.prioritise(uow, actor, trip_id, ticket_id, **form.said()).version
            },
        )
        flash(gettext("The priorities are saved; they go where these put them."), "ok")
    except (StaleVersion, TicketMoved) as refusal:
        flash(refusal.text(), "bad")
    return redirect(url_for("demands.demand", trip_id=trip_id, demand_id=demand_id), 303)


def _changes(trip_id: int, demand_id: int, form: forms.EditForm) -> dict[str, Any]:
    present = _values(_detail(trip_id, demand_id))
    posted = form.model_dump(exclude_unset=True, include=set(EDITABLE))
    return {name: value for name, value in posted.items() if value != present[name]}


def _detail(trip_id: int, demand_id: int) -> DemandDetail:
    with runtime.current().database.reading() as session:
        return queries.demand_detail(session, trip_id, demand_id)


def _values(detail: DemandDetail) -> dict[str, str]:
    """The fields that can be corrected, as a form holds them."""
    return {name: getattr(detail, name) or "" for name in EDITABLE}


def _to_tick(session: Session, trip_id: int, detail: DemandDetail) -> list[str]:
    """The priorities that can be given to who waits: those that count, and those that were ticked when others did."""
    if detail.ticket is None or detail.ticket.status != rules.WAITING:
        return []
    offered = priorities_of(session, trip_id)[1].offered
    return [kind for kind in rules.PRIORITIES if kind in offered or kind in detail.ticket.kinds]


def _page(
    trip_id: int,
    demand_id: int,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    *,
    stale: bool = False,
) -> str:
    actor = current_actor()
    told = actor.may("demand.actors", trip_id)
    with runtime.current().database.reading() as session:
        known = queries.names_of(session, trip_id)
        detail = queries.demand_detail(session, trip_id, demand_id)
        steps = queries.history_of(session, trip_id, demand_id, with_actors=told)
        said = desks.said_about(session, demand_id)
        ticket = detail.ticket if actor.may("demand.register", trip_id) else None
        offer = None if ticket is None else queries.offer_of(session, trip_id, ticket)
        wait = None if ticket is None or offer is None else queries.wait_of(session, trip_id, ticket)
        priorities = _to_tick(session, trip_id, detail)
        others = queries.demands_of_person(session, trip_id, detail.person_id) - 1
        papers = attachments_of(session, trip_id, demand_id) if actor.may("attachment.view", trip_id) else ()
    present = _values(detail)
    values = present | {name: typed[name] for name in EDITABLE if name in (typed or {})} if typed else present
    theirs = {name: present[name] for name in EDITABLE if stale and values[name] != present[name]}
    return render_template(
        "demands/demand.html",
        trip_id=trip_id,
        trip=known,
        names=known,
        demand=detail,
        steps=steps,
        said=said,
        offer=offer,
        wait=wait,
        others=others,
        priorities=priorities,
        values=values,
        errors=errors or {},
        stale=stale,
        theirs=theirs,
        may_edit=actor.may("demand.edit", trip_id),
        papers=papers,
        may_attach=actor.may("attachment.add", trip_id),
    )
