"""Rule E in the evening: whom to have at which desks from the next opening on, by the days so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM
from deskops.balancing.advice import advise_tomorrow
from deskops.balancing.fluid import Arrivals, Question
from deskops.balancing.learning import DayProfile
from deskops.balancing.what_if import Changes, WhatIf
from deskops.control.services.advice_runs import EVERY, LIMITS, Pair, Proposal, proposals, renew, with_room
from deskops.core import clock, jobs, runtime
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.arriving import arrivals
from deskops.demands.models import Ticket
from deskops.demands.trip_load import TripLoad
from deskops.desks.models import Desk, DeskHours, Place, Trip
from deskops.desks.services.plan import closings_ahead

TICKETS, PLACES, DESKS, HOURS = table_of(Ticket), table_of(Place), table_of(Desk), table_of(DeskHours)
STEP_MINUTES = 10.0
# Older days tell less of the next.
DAYS = 14
# Where desks have no hours, the day is over then.
EVENING_MINUTE = 20 * 60
# The hours of a day that nobody set hours for.
USUAL_MINUTES = (8 * 60, 16 * 60)


@dataclass(frozen=True)
class NextDay:
    """The next day on which somebody serves; minutes of the day."""

    day: date
    opens: int
    closes: int


@jobs.handler("balance.evening", every=EVERY)
def look_for_evenings(_payload: dict[str, Any]) -> None:
    """In every live trip whose day is over, have the next one prepared, once."""
    with runtime.current().database.reading() as session:
        live = session.scalars(select(Trip).where(Trip.phase == "live").order_by(Trip.id)).all()
        over = [trip.id for trip in live if day_is_over(session, trip.id, clock.now())]
    for trip_id in over:
        with unit_of_work(SYSTEM) as uow:
            day = local_day(uow.now).isoformat()
            key = f"balance.tomorrow:{trip_id}:{day}"
            jobs.add(uow.session, "balance.tomorrow", {"trip_id": trip_id}, uow.now, unique_key=key)


@jobs.handler("balance.tomorrow")
def advise_next_day(payload: dict[str, Any]) -> None:
    """Advise for the trip's next day. Twice does no harm."""
    trip_id, began = payload["trip_id"], clock.now()
    with runtime.current().database.reading() as session:
        next_day = next_day_of(session, trip_id)
        found = {} if next_day is None else _advised(session, trip_id, next_day)
    if next_day is not None:
        with unit_of_work(SYSTEM) as uow:
            renew(uow, trip_id, found, next_day.day, began)


def next_day_of(session: Session, trip_id: int) -> NextDay | None:
    """The next day on which desks have hours; without any hours tomorrow. None where the trip ends before."""
    trip = session.get_one(Trip, trip_id)
    today = local_day(clock.now(), ZoneInfo(trip.timezone))
    hours = (
        select(HOURS.c.day, func.min(HOURS.c.opens), func.max(HOURS.c.closes))
        .join(DESKS, DESKS.c.id == HOURS.c.desk_id)
        .where(DESKS.c.trip_id == trip_id, DESKS.c.retired_at.is_(None))
        .group_by(HOURS.c.day)
    )
    ahead = session.execute(hours.where(HOURS.c.day > today).order_by(HOURS.c.day).limit(1)).first()
    if ahead is not None:
        found = NextDay(*ahead)
    elif session.execute(hours.limit(1)).first() is None:
        found = NextDay(today + timedelta(days=1), *USUAL_MINUTES)
    else:
        return None
    return None if trip.ends_on is not None and found.day > trip.ends_on else found


def day_is_over(session: Session, trip_id: int, now: datetime) -> bool:
    """Whether the hours of all desks are over that had any today; where none has, late in the evening."""
    zone = ZoneInfo(session.get_one(Trip, trip_id).timezone)
    local = now.astimezone(zone)
    working = (DESKS.c.trip_id == trip_id, DESKS.c.retired_at.is_(None))
    desk_ids = list(session.scalars(select(DESKS.c.id).where(*working)))
    today = select(HOURS.c.desk_id).where(HOURS.c.desk_id.in_(desk_ids), HOURS.c.day == local.date())
    served_today = list(session.scalars(today))
    if not served_today:
        return local.hour * 60 + local.minute >= EVENING_MINUTE
    ends = closings_ahead(session, served_today, zone, now)
    return all(local_day(end, zone) > local.date() for end in ends.values())


def _advised(session: Session, trip_id: int, next_day: NextDay) -> dict[Pair, Proposal]:
    """On a load of its own: this takes seconds."""
    trip, now = TripLoad(session, trip_id), clock.now()
    counts = dict.fromkeys(trip.load.desks, 0)
    counts |= _counters_of(session, trip_id, local_day(now, trip.timezone))
    expected = [
        Arrivals(minute - next_day.opens, rates) for minute, rates in _profile(session, trip).expected()
    ]
    planned = Changes().plan(counts)
    minutes = float(next_day.closes - next_day.opens)
    question = Question(now.timestamp(), expected, planned, minutes, STEP_MINUTES, carry_over=False)
    playing = WhatIf(trip.load, question, counts)
    room = {desk_id: len(known.counters) - counts[desk_id] for desk_id, known in trip.load.desks.items()}
    moves = with_room(advise_tomorrow(trip.load, question, LIMITS), room)
    return proposals(trip.load, playing, Changes(), moves, 0.0)


def _profile(session: Session, trip: TripLoad) -> DayProfile:
    """How people came on the days so far."""
    known = select(TICKETS.c.day).where(TICKETS.c.trip_id == trip.trip_id).group_by(TICKETS.c.day)
    days = list(session.scalars(known.order_by(TICKETS.c.day.desc()).limit(DAYS)))
    profile = DayProfile()
    for came in arrivals(session, trip.trip_id, days):
        local = came.at.astimezone(trip.timezone)
        profile.arrived(came.kind, local.hour * 60 + local.minute)
    for _ in days:
        profile.day_over()
    return profile


def _counters_of(session: Session, trip_id: int, day: date) -> dict[int, int]:
    """At how many counters of each desk somebody was served on a day."""
    served = (TICKETS.c.trip_id == trip_id, TICKETS.c.day == day, TICKETS.c.serving_at.is_not(None))
    query = (
        select(PLACES.c.desk_id, func.count(distinct(PLACES.c.id)))
        .join(TICKETS, TICKETS.c.place_id == PLACES.c.id)
        .where(*served)
        .group_by(PLACES.c.desk_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
