"""Counters: opened by who works there, paused with a reason, closed; and the call for help.

Rows are locked in one order, here and in every act of a ticket: who works, the counter, the ticket, its demand.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select

from deskops.accounts.actor import Actor
from deskops.accounts.models import User
from deskops.core.errors import Forbidden, InvalidInput, NotFound
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import NotYourPlace, PlaceBusy, PlaceNotOpen, PlaceTaken
from deskops.demands.events import HelpAnswered, HelpAsked, PlaceClosed, PlaceEvent, PlaceOpened, PlacePaused
from deskops.demands.models import IS_ACTIVE, Ticket
from deskops.demands.services.tickets import act, is_taken, may_at
from deskops.desks.models import Place


def open_place(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    place_id: int,
    *,
    languages: str = "fa",
    at: datetime | None = None,
) -> Place:
    """Sit down at a counter, or come back from a pause. Raises NotFound, PlaceTaken, Forbidden."""
    doing = act(uow, actor, trip_id, at)
    _one_counter_at_a_time(uow, actor)
    place = locked_place(uow, trip_id, place_id)
    _check_desk(actor, place)
    if place.user_id not in {None, actor.user_id} and place.state != "closed":
        raise PlaceTaken()
    if place.state != "open":
        _leave_other_places(uow, actor, trip_id, place_id)
    sit(uow, place, actor.user_id, languages, doing.at)
    return place


def resume_place(uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int) -> Place:
    """Back from a pause, with the languages as before. Raises NotFound, NotYourPlace, PlaceTaken, Forbidden."""
    _one_counter_at_a_time(uow, actor)
    spoken = own_place(uow, actor, trip_id, place_id).languages
    return open_place(uow, actor, trip_id, place_id, languages=spoken)


def pause_place(uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int, *, reason: str) -> Place:
    """Pause with a reason of rules.PAUSE_REASONS. Raises NotYourPlace, PlaceBusy, PlaceNotOpen, InvalidInput."""
    if reason not in rules.PAUSE_REASONS:
        raise InvalidInput({"reason": gettext("Choose why the counter is paused.")})
    place = _emptied(uow, actor, trip_id, place_id)
    if place.state != "open":
        raise PlaceNotOpen()
    return _stop(uow, place, "paused", reason, PlacePaused)


def close_place(
    uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int, *, at: datetime | None = None
) -> Place:
    """Leave a counter. Raises NotYourPlace, PlaceBusy."""
    doing = act(uow, actor, trip_id, at)
    place = _emptied(uow, actor, trip_id, place_id)
    closed = _stop(uow, place, "closed", "", PlaceClosed, doing.at)
    closed.user_id = None
    return closed


def ask_help(uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int) -> Place:
    """Call the desk head. Pressing twice asks once. Raises NotYourPlace, PlaceNotOpen."""
    place = open_place_of(uow, actor, trip_id, place_id)
    if place.help_asked_at is None:
        place.help_asked_at = uow.now
        place.version += 1
        uow.record(place_event(place, HelpAsked))
    return place


def answer_help(uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int) -> Place:
    """The desk head comes, or the operator no longer needs it. Raises Forbidden."""
    place = locked_place(uow, trip_id, place_id)
    if place.user_id != actor.user_id and not may_at(actor, "place.answer_help", trip_id, place.desk_id):
        raise Forbidden()
    if place.help_asked_at is not None:
        place.help_asked_at = None
        place.version += 1
        uow.record(place_event(place, HelpAnswered))
    return place


def locked_place(uow: UnitOfWork, trip_id: int, place_id: int) -> Place:
    """A counter of the trip, its row locked until the commit. Raises NotFound."""
    query = select(Place).where(Place.id == place_id, Place.trip_id == trip_id)
    # With key_share, who only refers to the row, as a new ticket does, need not wait.
    place = uow.session.scalar(query.with_for_update(key_share=True))
    if place is None:
        raise NotFound()
    return place


def own_place(uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int) -> Place:
    """The counter that the actor works at, or may act for. Raises NotFound, NotYourPlace."""
    place = locked_place(uow, trip_id, place_id)
    if place.user_id != actor.user_id and not may_at(actor, "place.relieve", trip_id, place.desk_id):
        raise NotYourPlace()
    return place


def open_place_of(uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int) -> Place:
    """The same, and it is open. Raises PlaceNotOpen besides."""
    place = own_place(uow, actor, trip_id, place_id)
    if place.state != "open":
        raise PlaceNotOpen()
    return place


def empty_place_of(uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int) -> Place:
    """The same, and nobody is at it. Raises PlaceBusy besides."""
    place = open_place_of(uow, actor, trip_id, place_id)
    if is_taken(uow, place_id):
        raise PlaceBusy()
    return place


def is_attending(uow: UnitOfWork, place: Place) -> bool:
    """Whether somebody is called to a counter, served there, or put on hold by it."""
    return uow.session.execute(_attended(place).limit(1)).first() is not None


def is_attending_until(uow: UnitOfWork, place: Place) -> bool:
    """The same, and it stays so until the commit: whose service ends in this instant is waited for."""
    attended = _attended(place).order_by(Ticket.id).with_for_update(key_share=True)
    return bool(uow.session.execute(attended).all())


def taken(place: Place) -> None:
    """Somebody comes to the counter: it no longer stands ready for whoever comes."""
    if place.ready:
        place.ready = False
        place.version += 1


def sit(uow: UnitOfWork, place: Place, user_id: int | None, languages: str, at: datetime) -> None:
    """A locked counter is open, and somebody's, from now on."""
    place.state, place.reason, place.state_at = "open", "", at
    place.user_id, place.languages = user_id, languages
    place.version += 1
    uow.record(place_event(place, PlaceOpened), at)


def place_event(place: Place, event: type[PlaceEvent]) -> PlaceEvent:
    """The fact that a counter is now as its row says."""
    return event(
        trip_id=place.trip_id,
        place_id=place.id,
        desk_id=place.desk_id,
        number=place.number,
        state=place.state,
        ready=place.ready,
        languages=place.languages,
        user_id=place.user_id,
        reason=place.reason,
    )


def _attended(place: Place) -> Select[int]:
    return select(Ticket.id).where(
        Ticket.trip_id == place.trip_id,
        IS_ACTIVE,
        Ticket.place_id == place.id,
        Ticket.status.in_((*rules.AT_PLACE, rules.HELD)),
    )


def works_at(uow: UnitOfWork, actor: Actor, trip_id: int, desk_id: int) -> bool:
    """Whether somebody works at a desk: by their role, or as an official whose session opened a counter there for them."""
    if may_at(actor, "place.choose", trip_id, desk_id):
        return True
    theirs = (Place.desk_id == desk_id, Place.user_id == actor.user_id, Place.state != "closed")
    sits = actor.user_id is not None and uow.session.execute(select(Place.id).where(*theirs).limit(1)).first()
    return bool(sits)


def _check_desk(actor: Actor, place: Place) -> None:
    """Who came to a counter otherwise than by choosing it, as officials do, may go on there."""
    is_theirs = place.user_id == actor.user_id and place.state != "closed"
    action = "place.work" if is_theirs and actor.user_id is not None else "place.choose"
    if not may_at(actor, action, place.trip_id, place.desk_id):
        raise Forbidden()


def _emptied(uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int) -> Place:
    place = own_place(uow, actor, trip_id, place_id)
    if is_attending(uow, place):
        raise PlaceBusy()
    return place


def _one_counter_at_a_time(uow: UnitOfWork, actor: Actor) -> None:
    """Whoever opens a second counter at the same instant waits here, and then sees the first."""
    if actor.user_id is None or actor.via == "token":
        return
    uow.session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))


def _leave_other_places(uow: UnitOfWork, actor: Actor, trip_id: int, place_id: int) -> None:
    """One person works at one counter. A PBX works for all its seats, as the system does in a rehearsal."""
    if actor.user_id is None or actor.via == "token":
        return
    others = select(Place).where(
        Place.trip_id == trip_id,
        Place.user_id == actor.user_id,
        Place.id != place_id,
        Place.state != "closed",
    )
    for other in uow.session.scalars(others.order_by(Place.id).with_for_update(key_share=True)):
        close_place(uow, actor, trip_id, other.id)


def _stop(
    uow: UnitOfWork,
    place: Place,
    state: str,
    reason: str,
    event: type[PlaceEvent],
    at: datetime | None = None,
) -> Place:
    place.state, place.reason, place.state_at = state, reason, at or uow.now
    place.ready, place.help_asked_at = False, None
    place.version += 1
    uow.record(place_event(place, event), at)
    return place
