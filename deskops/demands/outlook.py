"""How long people will wait, kept beside each trip's load: rule F played forward, at most half a minute old.

Whoever came since it was made waits as a newcomer of their kind; where it says nothing, the closed form does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from deskops.balancing.desk_load import DeskLoad
from deskops.balancing.projection import (
    Outlook,
    PlannedCount,
    WaitRange,
    estimate_wait,
    look_ahead,
    range_of,
)
from deskops.balancing.router import Choice
from deskops.balancing.state import SECONDS_PER_MINUTE, Arrival, Waiting
from deskops.core import clock
from deskops.demands.load import CACHE
from deskops.demands.trip_load import TripLoad
from deskops.desks.services.plan import closings_ahead

LASTS_SECONDS = 30.0
PLAN_AHEAD = timedelta(hours=4)


class Told(NamedTuple):
    """What somebody is told at registration. `projected` is what the projection said, `minutes` what was made of it by what
    it was off before; None where nobody knows, or where they are taken at once.
    """

    projected: float | None = None
    minutes: float | None = None
    range: WaitRange | None = None


@contextmanager
def foretold(session: Session, trip_id: int) -> Iterator[tuple[TripLoad, Outlook]]:
    """A trip's load and outlook, held as by `CACHE.held`. Raises NotFound."""
    with CACHE.held(session, trip_id) as trip:
        known = _fresh(trip)
        if known is not None:
            yield trip, known
            return
    # Others go on while the database is asked.
    planned = _planned(session, trip)
    with CACHE.held(session, trip_id) as trip:
        known = _fresh(trip)
        if known is None:
            known = trip.outlook = look_ahead(trip.load, clock.now().timestamp(), planned)
        yield trip, known


def told(trip: TripLoad, outlook: Outlook, arrival: Arrival, choice: Choice) -> Told:
    """What to tell somebody for whom this desk was just chosen, before they are put into the load."""
    if choice.desk_id is None:
        return Told()
    if choice.counter_id is not None:
        return Told(range=WaitRange(0, 0))
    newcomer = outlook.newcomers.get((arrival.place, arrival.topic_id))
    projected = choice.expected_wait_minutes if choice.walk or newcomer is None else newcomer
    if projected is None:
        return Told()
    minutes = projected * trip.correction
    return Told(projected, minutes, range_of(trip.load, choice.desk_id, minutes))


def remaining(trip: TripLoad, outlook: Outlook, waiting: Waiting, now: datetime) -> float | None:
    """The minutes that somebody who waits still has to; None where the outlook says nothing of them."""
    instant, since = now.timestamp(), outlook.at
    minutes = outlook.waits.get(waiting.ticket_id)
    if minutes is None and waiting.only_desk_id is None and waiting.registered_at >= outlook.at:
        minutes, since = outlook.newcomers.get((waiting.place, waiting.topic_id)), waiting.registered_at
    if minutes is None:
        return None
    return max(0.0, minutes * trip.correction - (instant - since) / SECONDS_PER_MINUTE)


def wait_range(trip: TripLoad, outlook: Outlook, waiting: Waiting, now: datetime) -> WaitRange | None:
    """The same as people are told it; None where no open counter stands behind it."""
    minutes = remaining(trip, outlook, waiting, now)
    if minutes is None or waiting.desk_id is None:
        return estimate_wait(trip.load, waiting)
    return range_of(trip.load, waiting.desk_id, minutes)


def newcomer_range(trip: TripLoad, outlook: Outlook, desk_id: int) -> WaitRange | None:
    """What somebody who comes to this desk now waits, whatever of its own topics they bring; None where nobody serves.

    Raises UnknownDeskError.
    """
    known = trip.load.desk(desk_id)
    if not known.open_counters:
        return None
    minutes = _newcomers(known, outlook)
    longest = max(minutes) if minutes else known.expected_wait(trip.load.means, trip.load.overall_mean)
    return range_of(trip.load, desk_id, longest * trip.correction)


def _newcomers(known: DeskLoad, outlook: Outlook) -> list[float]:
    desk = known.desk
    kinds = [(place, topic_id) for place in desk.places[:1] for topic_id in desk.own_topics or desk.speed]
    return [outlook.newcomers[kind] for kind in kinds if kind in outlook.newcomers]


def _fresh(trip: TripLoad) -> Outlook | None:
    """None also where the clock was put back."""
    known = trip.outlook
    if known is None or not 0 <= clock.now().timestamp() - known.at < LASTS_SECONDS:
        return None
    return known


def _planned(session: Session, trip: TripLoad) -> list[PlannedCount]:
    """Closing times ahead. What opens later has nobody at its counters yet."""
    now = clock.now()
    ends = closings_ahead(session, list(trip.load.desks), trip.timezone, now)
    return [
        PlannedCount((end - now) / timedelta(minutes=1), desk_id, 0)
        for desk_id, end in ends.items()
        if end - now <= PLAN_AHEAD
    ]
