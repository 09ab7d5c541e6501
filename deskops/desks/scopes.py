"""What rooms below may know of trips: trips, desks and agencies as the places of roles, and what is a rehearsal."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.scopes import Scopes, TripScope
from deskops.desks.models import Agency, Desk, Trip


def scopes(session: Session) -> Scopes:
    """All of them, trips with the newest first."""
    newest_first = session.scalars(select(Trip).order_by(Trip.starts_on.desc()))
    trips = {trip.id: TripScope(trip.id, trip.name, {}) for trip in newest_first}
    for desk in session.scalars(select(Desk).order_by(Desk.number)):
        trips[desk.trip_id].desks[desk.id] = desk.name
    agencies = {agency.id: agency.name for agency in session.scalars(select(Agency).order_by(Agency.name_fa))}
    return Scopes(trips, agencies)


def is_rehearsal(session: Session, trip_id: int) -> bool:
    """Whether a trip is one, so that nothing of it reaches real people."""
    return session.scalar(select(Trip.rehearsal_of).where(Trip.id == trip_id)) is not None


def without_rehearsals(session: Session, trip_ids: Collection[int]) -> set[int]:
    """Those of some trips that are real."""
    return set(session.scalars(select(Trip.id).where(Trip.id.in_(trip_ids), Trip.rehearsal_of.is_(None))))
