"""JSON API of a set-up as one document: read out of one trip, and made into another."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor, forget_recognised
from deskops.core import runtime
from deskops.core.forms import json_body
from deskops.core.web import perform
from deskops.desks import queries
from deskops.desks.api.trips import api
from deskops.desks.document import setup_as_json, setup_from_json
from deskops.desks.services.drafts import create_own_trip


@api.get("/<int:trip_id>/setup")
@access("trip.setup")
def setup(trip_id: int) -> ResponseReturnValue:
    """The set-up in codes: the JSON form of the set-up file."""
    with runtime.current().database.reading() as session:
        return jsonify(setup_as_json(queries.setup_of_trip(session, trip_id)))


@api.post("/")
@access("trip.create")
def create() -> ResponseReturnValue:
    """A new trip from such a document; every fault comes back, and nothing is kept then."""
    actor, body = current_actor(), json_body()
    made = setup_from_json(body)

    def work(uow: Any) -> dict[str, Any]:
        return {"id": create_own_trip(uow, actor, made)}

    answer = perform(actor, body, work, status=201)
    forget_recognised()
    return jsonify(answer.data), answer.status
