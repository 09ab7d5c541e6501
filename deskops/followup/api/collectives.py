"""JSON API of matters that many people share."""

from __future__ import annotations

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.web import perform
from deskops.followup import rules
from deskops.followup.api.blueprint import api
from deskops.followup.forms import CollectiveForm
from deskops.followup.queries.collectives import collective_json, collective_page
from deskops.followup.services import collectives as services


@api.get("/collectives")
@access("collective.view")
def collectives(trip_id: int) -> ResponseReturnValue:
    """`state` (open, closed) and `before` in the address. `{collectives: [{id, title, topic_id, county, note, state,
    made_at, version, demands}], next_before}`, newest first; `demands` counts those that are tied.
    """
    state, before = request.args.get("state", ""), request.args.get("before", type=int)
    with runtime.current().database.reading() as session:
        page = collective_page(session, trip_id, state if state in rules.COLLECTIVE_STATES else None, before)
    return jsonify(
        {"collectives": [collective_json(line) for line in page.lines], "next_before": page.next_before}
    )


@api.post("/collectives")
@access("collective.tie")
def make_collective(trip_id: int) -> ResponseReturnValue:
    """`title`, `topic_id`, `county`, `note`, and `demand_ids` to be tied at once. Answers `{id, tied, left_out}`."""
    actor, form = current_actor(), CollectiveForm.of_request()
    answer = perform(
        actor,
        form.model_dump(),
        lambda uow: services.make_and_tie(uow, actor, trip_id, form.subject(), form.demand_ids),
        status=201,
    )
    return jsonify(answer.data), answer.status
