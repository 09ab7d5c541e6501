"""JSON API of what is done to several desks at once, under /api/v1/trips."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.desks import queries
from deskops.desks.api.answering import answer_changed
from deskops.desks.api.trips import api
from deskops.desks.forms.desks import BulkDesksForm, DeskOrderForm
from deskops.desks.services import bulk
from deskops.desks.services.desks import order_desks


@api.post("/<int:trip_id>/desks/many")
@access("trip.setup")
def change_many(trip_id: int) -> ResponseReturnValue:
    """What the desks of `desk_ids` and those at `site_ids` are to have in common; what isn't said stays with each. With
    `act` "preview" nothing changes, and `changing` lists the desks that would.
    """
    form = BulkDesksForm.of_request()
    actor, edit = current_actor(), form.edit()
    with runtime.current().database.reading() as session:
        desk_ids = bulk.ticked(queries.catalogue(session, trip_id), form.desk_ids, form.site_ids)
        if form.act == "preview":
            found = bulk.outlook(session, trip_id, desk_ids, edit)
            return jsonify(ticked=found.ticked, changing=[desk.id for desk in found.changing])
    return answer_changed(form, lambda uow: bulk.edit_desks(uow, actor, trip_id, desk_ids, edit))


@api.put("/<int:trip_id>/desks/order")
@access("trip.setup")
def reorder(trip_id: int) -> ResponseReturnValue:
    """`desk_ids` in the order that they are to have among themselves; the others keep their places."""
    form = DeskOrderForm.of_request()
    actor = current_actor()
    return answer_changed(form, lambda uow: order_desks(uow, actor, trip_id, form.desk_ids))
