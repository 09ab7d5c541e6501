"""An official comes, is a counter of the session's desk, and leaves; and who else came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import SYSTEM, Actor
from deskops.accounts.models import User
from deskops.core import jobs
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands.errors import PlaceBusy
from deskops.demands.services.places import close_place
from deskops.demands.services.seating import close_seat, locked_seat_of, open_free_place
from deskops.demands.services.tickets import may_at
from deskops.desks.models import Place
from deskops.desks.services.setup import add_place
from deskops.sessions import rules
from deskops.sessions.errors import NotNow, NotYourSession, SessionMoved
from deskops.sessions.events import PresenceNoted, SessionBegun, SessionEnded
from deskops.sessions.models import OfficialSession, SessionAttendee
from deskops.sessions.services.planning import locked_session


def come(
    uow: UnitOfWork, actor: Actor, trip_id: int, session_id: int, attendee_ids: Collection[int] = ()
) -> int | None:
    """The official is there, with those deputies: a counter of the desk is open for them, a new one where none is free.
    Returns the counter; None on a line without a desk. Once more changes nothing.

    Raises NotFound, NotYourSession, NotNow, SessionMoved, PlaceBusy where they serve somebody elsewhere.
    """
    row = _own(uow, actor, trip_id, session_id)
    if row.state == rules.CANCELLED:
        raise SessionMoved(details={"state": row.state})
    if not rules.may_come(row.state, row.starts_at, row.ends_at, uow.now):
        raise NotNow()
    if row.state == rules.UNDER_WAY and row.place_id is not None and _sits_at(uow, row) is not None:
        return row.place_id
    row.place_id = None if row.desk_id is None else _sit_down(uow, row, row.desk_id)
    row.state, row.left_at = rules.UNDER_WAY, None
    row.came_at = row.came_at or uow.now
    row.version += 1
    for attendee_id in attendee_ids:
        _note_attendee(uow, row, attendee_id, came=True)
    uow.record(SessionBegun(trip_id=trip_id, **_where(row)))
    return row.place_id


def leave(uow: UnitOfWork, actor: Actor, trip_id: int, session_id: int) -> None:
    """The official goes: their counter closes, and the session is over. Once more changes nothing.

    Raises NotFound, NotYourSession, SessionMoved before they came, PlaceBusy while somebody is with them.
    """
    row = _own(uow, actor, trip_id, session_id)
    if row.state == rules.OVER:
        return
    if row.state != rules.UNDER_WAY:
        raise SessionMoved(details={"state": row.state})
    place = _sits_at(uow, row)
    if place is not None:
        close_place(uow, actor, trip_id, place.id)
    _end(uow, row)


def note_presence(
    uow: UnitOfWork, actor: Actor, trip_id: int, session_id: int, attendee_id: int | None, *, came: bool
) -> None:
    """Somebody sees that the official (None) or a deputy came, or that it was a mistake: a coordinator, or the desk's head.

    Raises NotFound, Forbidden, SessionMoved for one that is cancelled, or an official who sits at their counter.
    """
    row = locked_session(uow, trip_id, session_id)
    if not may_at(actor, "session.note", trip_id, row.desk_id):
        raise Forbidden()
    if row.state == rules.CANCELLED:
        raise SessionMoved(details={"state": row.state})
    if attendee_id is not None:
        _note_attendee(uow, row, attendee_id, came=came)
        return
    if _sits_at(uow, row) is not None:
        raise SessionMoved(details={"state": row.state})
    if came == (row.came_at is not None):
        return
    row.came_at = uow.now if came else None
    row.state = _noted_state(row, uow, came)
    row.version += 1
    uow.record(PresenceNoted(trip_id=trip_id, **_who(row), attendee_id=None, came=came))


@jobs.handler("sessions.end", every=timedelta(minutes=5))
def end_overdue(_payload: dict[str, Any]) -> None:
    """What its official forgot to leave is over an hour after its end. Whoever still speaks with somebody goes on."""
    with unit_of_work(SYSTEM) as uow:
        late = (
            OfficialSession.state == rules.UNDER_WAY,
            OfficialSession.ends_at < uow.now - rules.ENDS_AFTER,
        )
        query = select(OfficialSession).where(*late).order_by(OfficialSession.id)
        for row in uow.session.scalars(query.with_for_update(skip_locked=True)).all():
            _end_by_itself(uow, row)


def _end_by_itself(uow: UnitOfWork, row: OfficialSession) -> None:
    place = _sits_at(uow, row)
    if place is not None:
        try:
            close_seat(uow, place)
        except PlaceBusy:
            return
    _end(uow, row)


def _own(uow: UnitOfWork, actor: Actor, trip_id: int, session_id: int) -> OfficialSession:
    actor.require("session.hold", trip_id)
    # Before the session, as everywhere: who works, then what they work at.
    uow.session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))
    row = locked_session(uow, trip_id, session_id)
    if row.official_id != actor.user_id:
        raise NotYourSession()
    return row


def _sit_down(uow: UnitOfWork, row: OfficialSession, desk_id: int) -> int:
    """A counter of the desk for its official. Whom they came from elsewhere to serve finds that counter closed."""
    seat = locked_seat_of(uow, row.trip_id, row.official_id)
    if seat is not None and seat.desk_id == desk_id:
        return seat.id
    if seat is not None:
        close_seat(uow, seat)
    place = open_free_place(uow, row.trip_id, desk_id, row.official_id)
    if place is None:
        add_place(uow, SYSTEM, row.trip_id, desk_id)
        place = open_free_place(uow, row.trip_id, desk_id, row.official_id)
    # One was made in this transaction: nobody else can have taken it.
    assert place is not None
    return place.id


def _sits_at(uow: UnitOfWork, row: OfficialSession) -> Place | None:
    """The session's counter, while its official is still there."""
    place = None if row.place_id is None else uow.session.get(Place, row.place_id, with_for_update=True)
    if place is None or place.state == "closed" or place.user_id != row.official_id:
        return None
    return place


def _end(uow: UnitOfWork, row: OfficialSession) -> None:
    row.state, row.left_at = rules.OVER, uow.now
    row.version += 1
    uow.record(SessionEnded(trip_id=row.trip_id, **_where(row)))


def _noted_state(row: OfficialSession, uow: UnitOfWork, came: bool) -> str:
    if came:
        return rules.OVER if uow.now >= row.ends_at else rules.UNDER_WAY
    return rules.PLANNED if row.announced_at is None else rules.ANNOUNCED


def _note_attendee(uow: UnitOfWork, row: OfficialSession, attendee_id: int, *, came: bool) -> None:
    attendee = uow.session.get(SessionAttendee, attendee_id)
    if attendee is None or attendee.session_id != row.id:
        raise NotFound()
    if came != (attendee.came_at is not None):
        attendee.came_at = uow.now if came else None
        noted = PresenceNoted(trip_id=row.trip_id, **_who(row), attendee_id=attendee_id, came=came)
        uow.record(noted)


def _who(row: OfficialSession) -> dict[str, int]:
    return {"session_id": row.id, "official_id": row.official_id}


def _where(row: OfficialSession) -> dict[str, Any]:
    return {**_who(row), "desk_id": row.desk_id, "counter_id": row.place_id}
