"""Who may hear and say what on a socket: declared beside each event in one registry, checked each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import request
from sqlalchemy.orm import Session

from deskops.accounts.access import actor_of_request, same_origin
from deskops.accounts.actor import Actor
from deskops.core.errors import Forbidden, NotFound, SignInNeeded
from deskops.live import queries
from deskops.live.audiences import Audience, parse

Handler = Callable[[Actor, dict[str, Any]], dict[str, Any]]

# (scope, role) of an audience -> the action of the matrix that it takes to hear it.
HEARING = {
    ("trip", "coordination"): "wall.view",
    ("trip", "staff"): "queue.view",
    ("desk", "staff"): "queue.view",
    ("site", "board"): "board.view",
}


@dataclass(frozen=True)
class SocketEvent:
    """An event that clients may send, and the action it takes."""

    name: str
    action: str
    handle: Handler


EVENTS: dict[str, SocketEvent] = {}


def socket_event(name: str, *, action: str) -> Callable[[Handler], Handler]:
    """Register a handler: it gets the actor and what was sent, and returns the acknowledgement."""

    def declare(handle: Handler) -> Handler:
        EVENTS[name] = SocketEvent(name, action, handle)
        return handle

    return declare


class Heard(NamedTuple):
    """An audience that an actor may hear, and its trip."""

    audience: Audience
    trip_id: int


def heard(session: Session, actor: Actor, name: str) -> Heard:
    """The audience of a name. Raises NotFound for an unknown one and for a foreign trip's; Forbidden."""
    audience = parse(name)
    trip_id = None if audience is None else queries.trip_of(session, audience)
    if audience is None or trip_id is None:
        raise NotFound()
    action = HEARING[audience.scope, audience.role]
    actor.require(action, trip_id)
    if audience.scope == "desk":
        own = actor.desk_ids(action, trip_id)
        if own is not None and audience.id not in own:
            raise Forbidden()
    return Heard(audience, trip_id)


def admitted() -> Actor | None:
    """Who opens a socket with this request; None for the public and for another site's page.

    A browser always sends an Origin; a program with a token needs none.
    """
    try:
        actor = actor_of_request()
    except SignInNeeded:
        return None
    if actor.user_id is None:
        return None
    origin = request.headers.get("Origin")
    if actor.via == "token" and origin is None:
        return actor
    return actor if same_origin(origin) else None
