"""How a trip's rehearsal goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.control.models import Rehearsal
from deskops.control.queries.wall import coordination
from deskops.core import journal
from deskops.demands import rules
from deskops.demands.models import IS_ACTIVE, Demand, Ticket
from deskops.desks.models import Trip


@dataclass(frozen=True)
class RehearsalFigures:
    """`people` came so far, real or invented; `pace` is invented ones an hour. True up to `sequence` of its coordinators'
    audience.
    """

    trip_id: int
    sequence: int
    pace: int
    serves: bool
    started_at: datetime
    people: int
    waiting: int
    served: int


def running_rehearsal(session: Session, trip_id: int) -> int | None:
    """The id of a trip's rehearsal that runs."""
    return session.scalar(select(Trip.id).where(Trip.rehearsal_of == trip_id))


def rehearsal_of(session: Session, trip_id: int) -> RehearsalFigures | None:
    """The rehearsal of a trip that runs; None where none does."""
    query = select(Rehearsal).join(Trip, Trip.id == Rehearsal.trip_id).where(Trip.rehearsal_of == trip_id)
    row = session.scalar(query)
    if row is None:
        return None
    sequence = journal.audience_head(session, coordination(row.trip_id))
    waiting = (Ticket.trip_id == row.trip_id, IS_ACTIVE, Ticket.status == rules.WAITING)
    done = (Ticket.trip_id == row.trip_id, Ticket.done_at.is_not(None), Ticket.status == rules.DONE)
    people, waits, served = (
        session.scalar(select(func.count()).where(*conditions)) or 0
        for conditions in ((Demand.trip_id == row.trip_id,), waiting, done)
    )
    return RehearsalFigures(
        row.trip_id, sequence, row.pace, row.serves, row.started_at, people, waits, served
    )
