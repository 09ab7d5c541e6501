"""What was changed in a set-up, who did it, and taking it back: from the list, or from the toast right after it."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import Refusal
from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks import queries
from deskops.desks.document.columns import KINDS
from deskops.desks.queries.changes import change_page
from deskops.desks.services.changes import undo_change
from deskops.desks.views.blueprint import agencies, blueprint
from deskops.desks.views.changing import undo_address

THINGS: dict[str, Any] = {
    "agency": _l("Agency"),
    "contact": _l("Contact of an agency"),
    "desk": _l("Desk"),
    "guidance": _l("Guidance card"),
    "holiday": _l("Day off"),
    "hours": _l("Opening hours"),
    "need": _l("Staff need"),
    "place": _l("Counter or seat"),
    "site": _l("Site"),
    "topic": _l("Topic"),
    "trip": _l("Trip"),
    # Rows of a file: which list it was stands in the change's label.
    **dict.fromkeys(KINDS, _l("List")),
}
VERBS: dict[str, Any] = {
    "added": _l("added"),
    "changed": _l("changed"),
    "merged": _l("merged into another"),
    "moved": _l("put in another order"),
    "removed": _l("deleted"),
    "restored": _l("brought back"),
    "retired": _l("retired"),
}


@blueprint.get("/<int:trip_id>/changes")
@access("trip.setup")
def changes(trip_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        page = change_page(session, trip_id, request.args.get("before", type=int))
    return render_template(
        "desks/changes.html",
        trip=names.trip,
        page=page,
        things=THINGS,
        verbs=VERBS,
        undo_address=undo_address,
    )


@blueprint.post("/<int:trip_id>/changes/<int:change_id>/undo")
@access("trip.setup")
def undo(trip_id: int, change_id: int) -> ResponseReturnValue:
    return _take_back(trip_id, change_id, url_for("desks.changes", trip_id=trip_id))


@agencies.post("/changes/<int:change_id>/undo")
@access("agency.manage")
def undo_agencies(change_id: int) -> ResponseReturnValue:
    """From the tree of agencies, or from the list of a trip, to which it leads back."""
    trip_id = request.form.get("trip_id", type=int)
    back = url_for("agencies.tree") if trip_id is None else url_for("desks.changes", trip_id=trip_id)
    return _take_back(None, change_id, back)


def _take_back(trip_id: int | None, change_id: int, back: str) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": undo_change(uow, actor, trip_id, change_id).id}

    try:
        perform(actor, {}, work)
    except Refusal as refusal:
        return _not_taken_back(refusal, back)
    flash(gettext("Taken back: all is as it was before."), "ok")
    if "HX-Request" in request.headers:
        # The toast's button: the page that it lies on must show the truth again.
        return Response(status=204, headers={"HX-Refresh": "true"})
    return redirect(back, 303)


def _not_taken_back(refusal: Refusal, back: str) -> ResponseReturnValue:
    if "HX-Request" not in request.headers:
        if refusal.status == 404:
            raise refusal
        flash(refusal.text(), "bad")
        return redirect(back, 303)
    answer = make_response("", refusal.status)
    answer.headers["HX-Trigger"] = json.dumps({"toast": {"text": refusal.text(), "kind": "bad"}})
    return answer
