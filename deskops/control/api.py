"""JSON API of the wall."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access
from deskops.control import queries
from deskops.core import clock, runtime

api = Blueprint("control_api", __name__, url_prefix="/api/v1/trips/<int:trip_id>")


@api.get("/wall")
@access("wall.view")
def wall(trip_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        return jsonify(queries.wall_snapshot(session, trip_id).as_json() | {"at": clock.now().isoformat()})
