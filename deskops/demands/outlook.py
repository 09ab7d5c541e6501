"""How long people will wait, kept beside each trip's load: rule F played forward, at most half a minute old, and a moment
where people come.

Whoever came since it was made waits as a newcomer of their kind; where it says nothing, the closed form does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from deskops.balancing.desk_load import DeskLoad
from deskops.balancing.planned import PlannedCount
from deskops.balancing.projection import (
    Outlook,
    WaitRange,
    estimate_wait,
    look_ahead,
    newcomer_wait,
    range_of,
)
from deskops.balancing.router import Choice
from deskops.balancing.state import SECONDS_PER_MINUTE, Arrival, Waiting
from deskops.core import clock
from deskops.demands.load import CACHE
from deskops.demands.trip_load import TripLoad
from deskops.desks.services.plan import closings_ahead

LASTS_SECONDS = 30.0
# Where somebody came since: made anew no oftener than that, however many come.
LASTS_WHILE_PEOPLE_COME = 2.0
PLAN_AHEAD = timedelta(hours=4)


class Told(NamedTuple):
    """What somebody is told at registration. `projected` is what the projection said, `minutes` what was made of it by what
    it was off before; None where nobody knows, or where they are taken at once. `here` is what was projected for the place
    where they stand, though they be asked to walk.
    """

    projected: float | None = None
    minutes: float | None = None
    range: WaitRange | None = None
    here: float | None = None


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
            trip.came.clear()
        yield trip, known


def told(trip: TripLoad, outlook: Outlook, arrival: Arrival, choice: Choice, *, urgent: bool = False) -> Told:
    """What to tell somebody for whom this desk was just chosen, before they are put into the load."""
    if choice.counter_id is not None:
        return Told(range=WaitRange(0, 0))
    kind = (arrival.place, arrival.topic_id)
    newcomer = _newcomer(trip, outlook, kind, len(trip.came.get(kind, ())), urgent)
    projected = choice.expected_wait_minutes if choice.walk or newcomer is None else newcomer
    if choice.desk_id is None or projected is None:
        return Told(here=newcomer)
    minutes = projected * trip.correction
    return Told(projected, minutes, range_of(trip.load, choice.desk_id, minutes), newcomer)


def remaining(trip: TripLoad, outlook: Outlook, waiting: Waiting, now: datetime) -> float | None:
    """The minutes that somebody who waits still has to; None where the outlook says nothing of them."""
    instant, since = now.timestamp(), outlook.at
    minutes = outlook.waits.get(waiting.ticket_id)
    kind = (waiting.place, waiting.topic_id)
    came = trip.came.get(kind, [])
    if minutes is None and waiting.only_desk_id is None and waiting.ticket_id in came:
        before = came.index(waiting.ticket_id)
        minutes, since = _newcomer(trip, outlook, kind, before, waiting.urgent), waiting.registered_at
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


def site_range(trip: TripLoad, outlook: Outlook, site_id: int) -> WaitRange | None:
    """What somebody who comes to a site now waits, from the quickest matter to the slowest; None where nobody serves."""
    kinds = [kind for kind in outlook.newcomers if kind[0] == site_id]
    ranges = [_kind_range(trip, kind, outlook.newcomers[kind]) for kind in kinds]
    return WaitRange(min(one.low for one in ranges), max(one.high for one in ranges)) if ranges else None


def _kind_range(trip: TripLoad, kind: tuple[int, int], minutes: float) -> WaitRange:
    """Of newcomers of a kind, whose wait varies by the desk of theirs that has the most counters."""
    most = max(trip.load.serving(*kind), key=lambda known: known.open_counters)
    return range_of(trip.load, most.desk.id, minutes * trip.correction)


def _newcomer(
    trip: TripLoad, outlook: Outlook, kind: tuple[int, int], before: int, urgent: bool
) -> float | None:
    """The wait of a newcomer before whom so many of their kind came since the outlook was made."""
    minutes = newcomer_wait(trip.load, outlook, *kind, urgent)
    counters = sum(desk.open_counters for desk in trip.load.serving(*kind))
    if minutes is None or not counters or (urgent and trip.load.urgent_first()):
        return minutes
    return minutes + before // counters * trip.load.mean_minutes(kind[1])


def _newcomers(known: DeskLoad, outlook: Outlook) -> list[float]:
    desk = known.desk
    kinds = [(place, topic_id) for place in desk.places[:1] for topic_id in desk.own_topics or desk.speed]
    return [outlook.newcomers[kind] for kind in kinds if kind in outlook.newcomers]


def _fresh(trip: TripLoad) -> Outlook | None:
    """None also where the clock was put back."""
    known = trip.outlook
    lasts = LASTS_WHILE_PEOPLE_COME if trip.came else LASTS_SECONDS
    if known is None or not 0 <= clock.now().timestamp() - known.at < lasts:
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
