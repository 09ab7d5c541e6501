"""What sockets may do: come, say what they want to hear, go."""

from __future__ import annotations

import logging
from typing import Any

from flask import g, request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO, disconnect, join_room
from pydantic import Field
from sqlalchemy.orm import Session

from deskops.accounts.access import recognise
from deskops.accounts.actor import Actor
from deskops.core import runtime
from deskops.core.errors import InvalidInput, NotFound, Refusal, SignInNeeded
from deskops.core.forms import Form
from deskops.core.i18n import gettext
from deskops.live import queries
from deskops.live.access import EVENTS, Heard, SocketEvent, admitted, heard, socket_event
from deskops.live.presence import People
from deskops.live.push import room_of

log = logging.getLogger(__name__)

# So many entries are answered with the subscription itself; who missed more asks for pages over HTTP.
REPLAY_AT_ONCE = 100


class Wanted(Form):
    """An audience, and the last of its numbers that the client has seen; None before its first snapshot."""

    name: str = Field(max_length=60)
    after: int | None = Field(default=None, ge=0)


class Subscription(Form):
    """What a page wants to hear; `place_id` is the counter it stands for."""

    audiences: list[Wanted] = Field(min_length=1, max_length=12)
    place_id: int | None = None


PEOPLE = People()


@socket_event("subscribe", action="account.own")
def subscribe(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Join the rooms of audiences; all or none.

    Answers `{heads: {audience: number}, missed: {audience: page}}`, pages as the journal's API gives them.
    """
    wanted = Subscription.checked(data)
    with runtime.current().database.reading() as session:
        known = [heard(session, actor, each.name) for each in wanted.audiences]
        _sit(session, known, wanted.place_id)
        # The rooms first: what happens from here on is pushed, what happened before is in the answer.
        for each in known:
            join_room(room_of(each.audience, _sid()))
        return _standing(session, wanted, known)


def _standing(session: Session, wanted: Subscription, known: list[Heard]) -> dict[str, Any]:
    kept = [each.audience.name for each in known if not each.audience.is_digest]
    heads = queries.heads(session, kept)
    missed = {
        each.name: queries.replay(session, place.audience, place.trip_id, each.after, REPLAY_AT_ONCE)
        for each, place in zip(wanted.audiences, known, strict=True)
        if each.after is not None and each.after != heads.get(each.name, each.after)
    }
    return {"heads": heads, "missed": missed}


def _sit(session: Session, known: list[Heard], place_id: int | None) -> None:
    trip_id = known[0].trip_id
    desks = [each.audience.id for each in known if each.audience.scope == "desk"]
    desk_id = desks[0] if desks else None
    if place_id is not None:
        desk_id = queries.desk_of_place(session, trip_id, place_id)
        if desk_id is None:
            raise NotFound()
    names = frozenset(each.audience.name for each in known)
    PEOPLE.sit(_sid(), trip_id=trip_id, desk_id=desk_id, place_id=place_id, audiences=names)


def register(socketio: SocketIO) -> None:
    """Attach the registry's events; any other event is refused."""
    socketio.on_event("connect", _come)
    socketio.on_event("disconnect", _go)
    for event in EVENTS.values():
        socketio.on_event(event.name, _answering(event))
    socketio.on_event("*", _unknown)


def _come(_auth: Any = None) -> None:
    actor = admitted()
    if actor is None:
        raise Refused(SignInNeeded.code)
    PEOPLE.arrive(_sid(), actor)


def _go(_reason: Any = None) -> None:
    PEOPLE.leave(_sid())


def _unknown(_event: str, *_data: Any) -> dict[str, Any]:
    return NotFound().as_json()


def _answering(event: SocketEvent) -> Any:
    def answer(data: Any = None) -> dict[str, Any]:
        try:
            return event.handle(_checked_actor(event), _object(data))
        except Refusal as refusal:
            return refusal.as_json()
        except Exception:
            log.exception("socket event %s failed", event.name)
            return Refusal().as_json()

    return answer


def _checked_actor(event: SocketEvent) -> Actor:
    """Whose socket it is, asked anew: the session may have ended since. Raises SignInNeeded, Forbidden."""
    seat = PEOPLE.seat(_sid())
    actor = None if seat is None else recognise(seat.actor.via, seat.actor.credential)
    if actor is None:
        disconnect()
        raise SignInNeeded()
    # Messages come in the language of the user.
    g.actor = actor
    actor.require(event.action)
    return actor


def _object(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise InvalidInput({"": gettext("The body must be a JSON object.")})
    return data


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid
