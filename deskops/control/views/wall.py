"""The wall, and the acts that it offers."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access, current_actor
from deskops.control import queries
from deskops.control.forms import DeskStateForm, SendForm
from deskops.control.queries.acts import count_moved_again
from deskops.control.views.blueprint import blueprint
from deskops.control.views.cover import desk_cover
from deskops.core import runtime
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.web import perform
from deskops.demands.queries.tickets import TicketLine, unassigned_tickets
from deskops.demands.services import sharing
from deskops.desks import rules
from deskops.desks.models import Desk
from deskops.desks.queries import catalogue
from deskops.desks.services import set_desk_state


@blueprint.get("/wall")
@access("wall.view")
def wall(trip_id: int) -> ResponseReturnValue:
    """All desks at a glance."""
    with runtime.current().database.reading() as session:
        snapshot = queries.wall_snapshot(session, trip_id)
        return render_template(
            "control/wall.html",
            sites=[(site.id, site.short) for site in catalogue(session, trip_id).offered_sites()],
            snapshot=snapshot.as_json(),
            **_list(session, snapshot.unassigned, trip_id),
        )


@blueprint.get("/wall/unassigned")
@access("wall.view")
def unassigned(trip_id: int) -> ResponseReturnValue:
    """The coordinators' list alone, for the wall to renew it."""
    with runtime.current().database.reading() as session:
        lines = unassigned_tickets(session, trip_id)
        return render_template("control/unassigned.html", **_list(session, lines, trip_id))


@blueprint.get("/wall/desks/<int:desk_id>")
@access("wall.view")
def desk(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """One desk's figures and states, for the wall's dialog; a page of its own where there is no script."""
    return _desk_page(trip_id, desk_id)


@blueprint.post("/wall/desks/<int:desk_id>/state")
@access("desk.state")
def set_state(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """Open, pause, close or fail a desk."""
    actor = current_actor()
    try:
        form = DeskStateForm.of_request()
        wanted = form.model_dump()

        def work(uow: Any) -> dict[str, Any]:
            return {"state": set_desk_state(uow, actor, trip_id, desk_id, **wanted).state}

        perform(actor, wanted, work)
    except InvalidInput as error:
        return _desk_page(trip_id, desk_id, error.errors), 422
    except Refusal as refusal:
        return _desk_page(trip_id, desk_id, {refusal.field or "state": refusal.text()}), refusal.status
    return _done(trip_id, gettext("The desk's state was changed."))


@blueprint.post("/wall/tickets/<int:ticket_id>/send")
@access("queue.steer")
def send(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    """Give somebody of the coordinators' list a desk, or a topic that some desk does."""
    actor = current_actor()
    form = SendForm.of_request()
    perform(
        actor,
        form.model_dump(),
        lambda uow: {"id": sharing.transfer(uow, actor, trip_id, ticket_id, **form.model_dump()).id},
    )
    return _done(trip_id, gettext("Sent to the desk."))


def _done(trip_id: int, message: str) -> Response:
    """The wall follows by itself; without a script, back to it."""
    if "HX-Request" not in request.headers:
        return make_response(redirect(url_for("control.wall", trip_id=trip_id), 303))
    told = {"toast": {"text": message}, "wall:done": {}}
    return Response(status=204, headers={"HX-Trigger": json.dumps(told)})


def _desk_page(trip_id: int, desk_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        row = session.get(Desk, desk_id)
        if row is None or row.trip_id != trip_id:
            raise NotFound()
        names = catalogue(session, trip_id)
        figures = queries.desk_figures(session, trip_id, [desk_id])[0]
        actor = current_actor()
        reachable = actor.desk_ids("desk.state", trip_id)
        may_change = reachable is None or desk_id in reachable
        whole = "HX-Request" not in request.headers
        return render_template(
            "control/desk_page.html" if whole else "control/desk.html",
            trip=names.trip,
            names=names,
            desk=row,
            figures=figures,
            cover=desk_cover(session, actor, trip_id, desk_id),
            states=rules.next_desk_states(row.state) if may_change else (),
            needs_reason=rules.NEEDS_REASON,
            typed=request.form,
            errors=errors or {},
        )


def _list(session: Session, lines: list[TicketLine], trip_id: int) -> dict[str, Any]:
    """What the coordinators' list needs: names, and the desks that can take each of its people."""
    names = catalogue(session, trip_id)
    takers = queries.takers(session, trip_id, lines)
    return {
        "trip": names.trip,
        "names": names,
        "unassigned": lines,
        "takers": takers,
        "topics": queries.topics_done(session, trip_id, [line for line in lines if not takers[line.id]]),
        "moved_again": count_moved_again(session, trip_id),
    }
