"""Counters opened, handed over and closed for whoever works there by somebody else: by who moves people, or sends them to
a break. Who works is locked by the caller, before the counter.
"""

from __future__ import annotations

from sqlalchemy import case, select

from deskops.accounts.actor import SYSTEM
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.queries.setup import own_languages
from deskops.demands.services.places import (
    close_place,
    is_attending,
    locked_place,
    pause_place,
    sit,
    taken,
)
from deskops.desks.models import Place


def seat_of(uow: UnitOfWork, trip_id: int, user_id: int | None) -> Place | None:
    """The counter at which somebody works now, paused or not."""
    theirs = (Place.trip_id == trip_id, Place.user_id == user_id, Place.state != "closed")
    return uow.session.scalars(select(Place).where(*theirs).order_by(Place.id)).first()


def locked_seat_of(uow: UnitOfWork, trip_id: int, user_id: int | None) -> Place | None:
    """The same, its row locked until the commit."""
    place = seat_of(uow, trip_id, user_id)
    if place is None:
        return None
    place = locked_place(uow, trip_id, place.id)
    return place if place.user_id == user_id and place.state != "closed" else None


def open_free_place(uow: UnitOfWork, trip_id: int, desk_id: int, user_id: int) -> Place | None:
    """Open a counter of a desk for somebody, who speaks there what the list of staff says; None where none is free.

    Seats of an exchange come last. A counter that somebody else opens in this instant isn't waited for.
    """
    free = (
        select(Place)
        .where(Place.trip_id == trip_id, Place.desk_id == desk_id, Place.state == "closed")
        .order_by(case((Place.kind == "counter", 0), else_=1), Place.number)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )
    place = uow.session.scalars(free).first()
    if place is not None:
        _seat(uow, place, user_id)
    return place


def take_over(uow: UnitOfWork, trip_id: int, place_id: int, user_id: int) -> Place | None:
    """Somebody goes on at the counter of another, which stays open throughout; None while somebody is attended to there."""
    place = locked_place(uow, trip_id, place_id)
    if is_attending(uow, place):
        return None
    _seat(uow, place, user_id)
    return place


def close_seat(uow: UnitOfWork, place: Place) -> None:
    """Raises PlaceBusy."""
    close_place(uow, SYSTEM, place.trip_id, place.id)


def pause_seat(uow: UnitOfWork, place: Place, reason: str) -> None:
    """Raises PlaceBusy, PlaceNotOpen."""
    pause_place(uow, SYSTEM, place.trip_id, place.id, reason=reason)


def _seat(uow: UnitOfWork, place: Place, user_id: int) -> None:
    # Who comes there calls the first person when they are ready.
    taken(place)
    sit(uow, place, user_id, ",".join(own_languages(uow.session, place.trip_id, user_id)), uow.now)
