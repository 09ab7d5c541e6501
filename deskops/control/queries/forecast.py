"""The near future of a trip: whoever waits, comes and serves now, with what is planned, made ready to be played."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.balancing.advice import Limits
from deskops.balancing.fluid import HORIZON_MINUTES, STEP_MINUTES, Arrivals, Question
from deskops.balancing.load import Load
from deskops.balancing.state import SECONDS_PER_MINUTE
from deskops.balancing.what_if import Changes, Closing, Step, WhatIf
from deskops.control.models import StaffMove
from deskops.control.rules.advice import ASKED, DWELL, ORDERED, PENDING
from deskops.core import clock
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.demands.load import CACHE
from deskops.demands.trip_load import TripLoad
from deskops.desks.models import Place
from deskops.desks.services.plan import closings_ahead

MOVES, PLACES = table_of(StaffMove), table_of(Place)
_MINUTE = timedelta(minutes=1)
TRAVEL_MINUTES = Limits().travel_minutes


@dataclass(frozen=True)
class DeskNow:
    """A desk at this instant. `waiting` have it as theirs, the oldest of them for `oldest` minutes; `idle` of the `open`
    counters have nobody.
    """

    desk_id: int
    waiting: int
    oldest: float
    open: int
    idle: int


@dataclass(frozen=True)
class PlaceNow:
    """A site, or 0 for the phone: who waits there, and for how many minutes the oldest."""

    place: int
    waiting: int
    oldest: float


@dataclass(frozen=True)
class Prospect:
    """`planned`: what changes anyhow, by the desks' hours and by people who were asked to move; `homeless` wait for no
    desk; `looks`: the minutes from now at which a play is looked at, the last at its end.
    """

    now: datetime
    what_if: WhatIf
    planned: Changes
    desks: list[DeskNow]
    places: list[PlaceNow]
    homeless: int
    looks: tuple[float, ...]


def planned_changes(session: Session, trip: TripLoad, now: datetime) -> Changes:
    """What is planned of counters, in minutes from now."""
    ends = closings_ahead(session, list(trip.load.desks), trip.timezone, now)
    closings = tuple(Closing((end - now) / _MINUTE, desk_id) for desk_id, end in ends.items())
    return Changes(_moving(session, trip.trip_id, now), closings)


def prospect(
    session: Session, trip_id: int, minutes: float = HORIZON_MINUTES, looks: Sequence[float] = ()
) -> Prospect:
    """The trip's near future, for so many minutes or until the last desk closes, looked at in between. Raises NotFound."""
    now = clock.now()
    with CACHE.held(session, trip_id) as trip:
        known = trip
    # Others go on while the database is asked.
    planned = planned_changes(session, known, now)
    with CACHE.held(session, trip_id) as trip:
        end = _end(trip.load, planned, minutes)
        seen = (*(look for look in looks if look < end), end)
        return Prospect(
            now=now,
            what_if=WhatIf(trip.load, question_of(trip, now, end, seen), between=_let_others),
            planned=planned,
            desks=_desks(trip.load, now.timestamp()),
            places=_places(trip, now.timestamp()),
            homeless=len(trip.load.provisional(None)),
            looks=seen,
        )


def _end(load: Load, planned: Changes, minutes: float) -> float:
    """Until then it is played: after the last desk has closed nobody comes."""
    shut = {closing.desk_id: closing.minute for closing in planned.closings}
    serving = [desk_id for desk_id, known in load.desks.items() if known.open_counters]
    if not serving or not shut.keys() >= set(serving):
        return minutes
    return min(minutes, max(STEP_MINUTES, *(shut[desk_id] for desk_id in serving)))


def question_of(
    trip: TripLoad, now: datetime, minutes: float = HORIZON_MINUTES, looks: Sequence[float] = ()
) -> Question:
    """What is played: whoever waits now, and comes as lately."""
    instant = now.timestamp()
    arrivals = [Arrivals(0.0, trip.rates.rates(instant))]
    return Question(instant, arrivals, minutes=minutes, step=STEP_MINUTES, looks=tuple(looks))


def _let_others() -> None:
    """The server answers other screens between two plays, each of which takes some milliseconds."""
    time.sleep(0)


def _moving(session: Session, trip_id: int, now: datetime) -> tuple[Step, ...]:
    """People on their way, or asked: the counter that they leave, and the one that they will open."""
    columns = (MOVES.c.state, MOVES.c.from_desk_id, MOVES.c.to_desk_id, MOVES.c.went_at)
    sits = (PLACES.c.state == "open") & (PLACES.c.user_id == MOVES.c.user_id)
    query = (
        select(*columns, sits.label("sits"))
        .outerjoin(PLACES, PLACES.c.id == MOVES.c.from_place_id)
        .where(MOVES.c.trip_id == trip_id, MOVES.c.state.in_(PENDING))
        .where(MOVES.c.for_day.is_(None) | (MOVES.c.for_day == local_day(now)))
    )
    steps: list[Step] = []
    for row in session.execute(query):
        if row.state in (ASKED, ORDERED) and row.sits:
            steps.append(Step(0.0, row.from_desk_id, -1))
        gone = 0.0 if row.went_at is None else (now - row.went_at) / _MINUTE
        # Whoever hasn't come by then may not come at all.
        if gone < DWELL / _MINUTE:
            steps.append(Step(max(1.0, TRAVEL_MINUTES - gone), row.to_desk_id, 1))
    return tuple(steps)


def _desks(load: Load, now: float) -> list[DeskNow]:
    found = []
    for desk_id, known in load.desks.items():
        queue = load.provisional(desk_id)
        oldest = (now - queue[0].registered_at) / SECONDS_PER_MINUTE if queue else 0.0
        idle = max(0, known.open_counters - known.busy)
        found.append(DeskNow(desk_id, len(queue), oldest, known.open_counters, idle))
    return found


def _places(trip: TripLoad, now: float) -> list[PlaceNow]:
    since: dict[int, list[float]] = {place: [] for place in (*sorted(trip.sites), 0)}
    for person in trip.load.all_waiting():
        since.setdefault(person.place, []).append(person.registered_at)
    return [
        PlaceNow(place, len(of_place), (now - min(of_place)) / SECONDS_PER_MINUTE if of_place else 0.0)
        for place, of_place in since.items()
    ]
