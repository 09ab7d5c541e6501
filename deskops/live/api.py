"""Presence, and replay of the journal: over plain HTTP, so that networks without websockets keep up too."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.i18n import gettext
from deskops.live import queries
from deskops.live.access import heard
from deskops.live.presence import count_by_desk

api = Blueprint("live_api", __name__, url_prefix="/api/v1/trips/<int:trip_id>")


@api.get("/journal")
@access("account.own")
def replay(trip_id: int) -> ResponseReturnValue:
    """What an audience was told after a number, as `queries.replay` says. Each has its own action."""
    after = request.args.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 18):
        raise InvalidInput({"after": gettext("Type a number.")})
    with runtime.current().database.reading() as session:
        known = heard(session, current_actor(), request.args.get("audience", ""))
        if known.trip_id != trip_id:
            raise NotFound()
        return queries.replay(session, known.audience, trip_id, int(after))


@api.get("/presence")
@access("presence.view")
def presence(trip_id: int) -> ResponseReturnValue:
    """`{desks: {desk_id: sockets}, people: [{user_id, name, desk_id, place_id, since}]}`."""
    with runtime.current().database.reading() as session:
        people = queries.connected(session, trip_id)
    return {"desks": count_by_desk(person["desk_id"] for person in people), "people": people}
