"""JSON API of forms on paper."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.demands import forms, queries
from deskops.demands.api.demands import answered, api, ticket_json
from deskops.demands.services import paper
from deskops.desks.queries import catalogue


@api.get("/paper")
@access("paper.enter")
def paper_state(trip_id: int) -> ResponseReturnValue:
    """How many forms were printed and typed in, the newest that were and the first that weren't; `more` leaves some out."""
    more = max(0, request.args.get("more", 0, type=int))
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        return jsonify(queries.paper_state_json(queries.paper_state(session, trip_id, more=more)))


@api.post("/paper")
@access("paper.enter")
def type_in(trip_id: int) -> ResponseReturnValue:
    """A form with the times that stand on it; `ticket` is null where the person was served on paper."""
    form = forms.PaperForm.of_request()
    actor, at, ending = current_actor(), form.taken_at(), form.ending()

    def work(uow: Any) -> dict[str, Any]:
        made = paper.type_in(uow, actor, trip_id, form.code, form.registration(), at=at, ending=ending)
        ticket = None if made.ticket is None else ticket_json(made.ticket)
        return {"demand": {"id": made.demand_id, "code": made.code}, "ticket": ticket}

    return answered(form, work, status=201)
