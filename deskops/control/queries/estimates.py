"""How the waits that people were told came out, what the offer to be served by phone saved, and what was learned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from deskops.balancing.learning import Correction
from deskops.core.database import table_of
from deskops.core.dates import local_day, to_utc
from deskops.demands import rules
from deskops.demands.learned import learned_times
from deskops.demands.load import CACHE
from deskops.demands.models import Learning, Offer, Ticket
from deskops.desks.models import Topic, Trip
from deskops.desks.queries.catalogue import catalogue

TICKETS, OFFERS, TOPICS = table_of(Ticket), table_of(Offer), table_of(Topic)
CLOSE_ENOUGH_MINUTES = 5.0
TOPICS_SHOWN = 15
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class EstimateFigures:
    """Of those who were told a wait and have been served. `place` is a site, 0 the phone, None all; `within` the share whose
    wait came within five minutes of it; `bias` by how many minutes waits were longer than told, on average.
    """

    place: int | None
    judged: int
    within: float | None
    bias: float | None
    mean_wait: float | None


@dataclass(frozen=True)
class OfferFigures:
    """`accepted` counts all who ever did, also those who `returned` to their place or were `unreached`; `saved_minutes` is,
    over the `served` ones, the wait projected at their place less the one that came.
    """

    offered: int
    accepted: int
    refused: int
    unanswered: int
    returned: int
    unreached: int
    served: int
    saved_minutes: float


@dataclass(frozen=True)
class LearnedTopic:
    """A topic's service minutes: what the set-up believes, what was learned from so many services."""

    topic_id: int
    believed: float
    learned: float
    served: int


@dataclass(frozen=True)
class Estimates:
    """A day's figures; `arrivals` are people an hour by place, lately; projections are multiplied by `correction`."""

    day: date
    whole: EstimateFigures
    places: list[EstimateFigures]
    offers: OfferFigures
    arrivals: dict[int, float]
    correction: float
    topics: list[LearnedTopic]

    @property
    def busy_places(self) -> list[EstimateFigures]:
        """Where people were told a wait and served today, or come lately; the most served first."""
        busy = (
            line for line in self.places if line.judged or self.arrivals.get(line.place or 0, 0.0) >= 0.05
        )
        return sorted(busy, key=lambda line: -line.judged)

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return asdict(self) | {"day": self.day.isoformat()}


def estimates(session: Session, trip_id: int, now: datetime) -> Estimates:
    """Today's, by the trip's own clock. Raises NotFound."""
    names = catalogue(session, trip_id)
    zone = ZoneInfo(session.get_one(Trip, trip_id).timezone)
    today = local_day(now, zone)
    judged = _judged(session, trip_id, today)
    with CACHE.held(session, trip_id) as trip:
        rates = trip.rates.rates(now.timestamp())
    arrivals: dict[int, float] = {}
    for (place, _), rate in rates.items():
        arrivals[place] = arrivals.get(place, 0.0) + rate * 60
    known = session.get(Learning, trip_id)
    return Estimates(
        day=today,
        whole=_figures(None, judged),
        places=[
            _figures(place, [row for row in judged if row.location == place]) for place in (*names.sites, 0)
        ],
        offers=_offers(session, trip_id, to_utc(datetime.combine(today, time()), zone)),
        arrivals=arrivals,
        correction=1.0 if known is None else Correction(known.correction).factor,
        topics=_topics(session, trip_id),
    )


def _judged(session: Session, trip_id: int, day: date) -> list[Row[Any]]:
    columns = (TICKETS.c[name] for name in ("location", "told_minutes", "registered_at", "serving_at"))
    told = (TICKETS.c.told_minutes.is_not(None), TICKETS.c.serving_at.is_not(None))
    return list(
        session.execute(select(*columns).where(TICKETS.c.trip_id == trip_id, TICKETS.c.day == day, *told))
    )


def _figures(place: int | None, rows: Iterable[Row[Any]]) -> EstimateFigures:
    waits = [((row.serving_at - row.registered_at) / _MINUTE, row.told_minutes) for row in rows]
    if not waits:
        return EstimateFigures(place, 0, None, None, None)
    errors = [waited - told for waited, told in waits]
    within = sum(abs(error) <= CLOSE_ENOUGH_MINUTES for error in errors) / len(errors)
    mean_wait = sum(waited for waited, _ in waits) / len(waits)
    return EstimateFigures(place, len(waits), within, sum(errors) / len(errors), mean_wait)


def _offers(session: Session, trip_id: int, since: datetime) -> OfferFigures:
    query = (
        select(OFFERS.c.state, OFFERS.c.wait_minutes, OFFERS.c.made_at, TICKETS.c.serving_at)
        .join(TICKETS, TICKETS.c.id == OFFERS.c.ticket_id)
        .where(OFFERS.c.trip_id == trip_id, OFFERS.c.made_at >= since)
    )
    rows = session.execute(query).all()
    states = Counter(row.state for row in rows)
    served = [row for row in rows if row.state == rules.ACCEPTED and row.serving_at is not None]
    saved = [
        row.wait_minutes - (row.serving_at - row.made_at) / _MINUTE
        for row in served
        if row.wait_minutes is not None
    ]
    given_back = states[rules.RETURNED] + states[rules.UNREACHED]
    return OfferFigures(
        offered=len(rows),
        accepted=states[rules.ACCEPTED] + given_back,
        refused=states[rules.REFUSED],
        unanswered=states[rules.OFFERED],
        returned=states[rules.RETURNED],
        unreached=states[rules.UNREACHED],
        served=len(served),
        saved_minutes=sum(saved),
    )


def _topics(session: Session, trip_id: int) -> list[LearnedTopic]:
    rows = session.execute(select(TOPICS.c.id, TOPICS.c.mean_minutes).where(TOPICS.c.trip_id == trip_id))
    learned = learned_times(session, trip_id, {row.id: row.mean_minutes for row in rows})
    most = sorted(learned, key=lambda row: (-row.served, row.topic_id))[:TOPICS_SHOWN]
    return [LearnedTopic(row.topic_id, row.believed, row.mean_minutes, row.served) for row in most]
