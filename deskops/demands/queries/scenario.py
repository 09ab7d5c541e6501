"""A trip's set-up as a scenario that can be played: `deskops simulate` and the pages of replays read it.

Nothing in it has a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.balancing.simulation.scenario import (
    CounterPlan,
    Desk,
    DeskDown,
    Generator,
    NoShows,
    Scenario,
    SiteShares,
    Topic,
)
from deskops.balancing.state import Policy
from deskops.core.errors import NotFound
from deskops.demands.errors import NothingToSimulate
from deskops.demands.learned import learned_times
from deskops.desks.models import Desk as DeskRow
from deskops.desks.models import DeskHours, DeskTopic, Place, Site, SiteWalk, Trip
from deskops.desks.models import Topic as TopicRow

# Where nothing is known: what the scenarios that the rule was measured on have.
USUAL_OPENING = (8 * 60, 18 * 60)
USUAL_LOAD = 0.85
USUAL_SLOWDOWN = 1.05
USUAL_ACCEPTING = 0.6
USUAL_URGENT = 0.05
USUAL_NO_SHOWS = NoShows(0.05, 2.0)
USUAL_SITES = SiteShares(0.5, 0.3, 0.2)
HALL = "hall"


@dataclass(frozen=True)
class Counters:
    """The counters that were open, by desk, how many of them spoke what, and the desks that stopped. `opening` is of the
    whole trip, in minutes of the day.
    """

    plans: Mapping[int, Sequence[CounterPlan]]
    languages: Mapping[int, Mapping[str, int]]
    stops: Sequence[DeskDown]
    opening: tuple[int, int]


@dataclass(frozen=True)
class SetUp:
    """`scenario` has its desks and topics by their ids, and its sites by the numbers of `sites`. `left_out`: how many desks
    do nothing or have no counter.
    """

    scenario: Scenario
    sites: Mapping[int, int]
    left_out: int


def setup_of(session: Session, trip_id: int, counters: Counters | None = None) -> SetUp:
    """The trip as it is set up, with all its places open at their desks' hours; or with the counters of a day.

    Raises NotFound, NothingToSimulate.
    """
    trip = session.get(Trip, trip_id)
    if trip is None:
        raise NotFound()
    sites = _sites(session, trip_id)
    known = counters or _planned(session, trip_id)
    desks = _desks(session, trip_id, sites, known)
    served = [desk for desk in desks if desk.speed and any(plan.counters for plan in desk.counters)]
    topics = _topics(session, trip_id)
    if not served or not topics:
        raise NothingToSimulate()
    staffed = {desk.id for desk in served}
    pairs = _pairs(session, trip_id, sites)
    scenario = Scenario(
        name=trip.code,
        days=1,
        opening=known.opening,
        load=USUAL_LOAD,
        sites=len(sites),
        hall=_hall(session, trip_id, sites, served),
        walk_minutes=(min(pairs.values()), max(pairs.values())) if pairs else None,
        topics=topics,
        desks=tuple(served),
        events=tuple(stop for stop in known.stops if stop.desk in staffed),
        reference_slowdown=USUAL_SLOWDOWN,
        accept_share=USUAL_ACCEPTING,
        generator=usual_generator(known.opening),
        walk_pairs=pairs or None,
    )
    return SetUp(scenario, sites, len(desks) - len(served))


def usual_generator(opening: tuple[int, int]) -> Generator:
    """People who come evenly over the opening hours."""
    hours = ceil((opening[1] - opening[0]) / 60)
    variation = Policy().service_variation
    return Generator((1.0,) * hours, 0.5, USUAL_URGENT, variation, USUAL_NO_SHOWS, None, USUAL_SITES)


def _sites(session: Session, trip_id: int) -> dict[int, int]:
    query = select(Site.id).where(Site.trip_id == trip_id).order_by(Site.position, Site.id)
    return {site_id: number for number, site_id in enumerate(session.scalars(query))}


def _hall(session: Session, trip_id: int, sites: Mapping[int, int], desks: Sequence[Desk]) -> int:
    """The site that is a hall; of several, or none, the one with the most counters."""
    kind = select(Site.id).where(Site.trip_id == trip_id, Site.kind == HALL, Site.retired_at.is_(None))
    halls = {sites[site_id] for site_id in session.scalars(kind)} or set(sites.values())
    most = dict.fromkeys(sorted(halls), 0)
    for desk in desks:
        if desk.site in most:
            most[desk.site] += max(plan.counters for plan in desk.counters)
    return max(most, key=lambda site: most[site])


def _topics(session: Session, trip_id: int) -> tuple[Topic, ...]:
    """With the mean that was learned, beside the one that the set-up believes; shares as they were served so far."""
    query = select(TopicRow).where(TopicRow.trip_id == trip_id, TopicRow.assignable.is_(True))
    rows = session.scalars(query.order_by(TopicRow.position, TopicRow.id)).all()
    learned = {
        row.topic_id: row
        for row in learned_times(session, trip_id, {row.id: row.mean_minutes for row in rows})
    }
    total = len(rows) + sum(row.served for row in learned.values())
    found = []
    for row in rows:
        known = learned.get(row.id)
        share = (1 + (known.served if known else 0)) / total
        found.append(
            Topic(row.id, share, known.mean_minutes if known else row.mean_minutes, row.mean_minutes)
        )
    return tuple(found)


def _pairs(session: Session, trip_id: int, sites: Mapping[int, int]) -> dict[tuple[int, int], float]:
    query = select(SiteWalk).join(Site, Site.id == SiteWalk.from_site_id).where(Site.trip_id == trip_id)
    found = {}
    for walk in session.scalars(query):
        ends = sorted((sites[walk.from_site_id], sites[walk.to_site_id]))
        found[ends[0], ends[1]] = walk.minutes
    return dict(sorted(found.items()))


def _desks(session: Session, trip_id: int, sites: Mapping[int, int], counters: Counters) -> list[Desk]:
    query = select(DeskRow).where(DeskRow.trip_id == trip_id).order_by(DeskRow.position, DeskRow.number)
    skills: dict[int, list[DeskTopic]] = {}
    of_trip = select(DeskTopic).join(DeskRow).where(DeskRow.trip_id == trip_id).order_by(DeskTopic.topic_id)
    for skill in session.scalars(of_trip):
        skills.setdefault(skill.desk_id, []).append(skill)
    return [
        _desk(row, skills.get(row.id, []), sites[row.site_id], counters)
        for row in session.scalars(query)
        if row.walk_ins or row.calls
    ]


def _desk(row: DeskRow, skills: Sequence[DeskTopic], site: int, counters: Counters) -> Desk:
    own = [skill.topic_id for skill in skills if skill.own]
    return Desk(
        id=row.id,
        site=site,
        own_topic=own[0] if own else None,
        walk_in=row.walk_ins,
        calls=row.calls,
        speed={skill.topic_id: skill.factor for skill in skills},
        counters=tuple(counters.plans.get(row.id, ())),
        also_own=tuple(own[1:]),
        languages=counters.languages.get(row.id, {}),
    )


def _planned(session: Session, trip_id: int) -> Counters:
    """All places of each desk at its hours on the first day that has any."""
    count = (
        select(Place.desk_id, func.count().label("places"))
        .where(Place.trip_id == trip_id)
        .group_by(Place.desk_id)
    )
    places: dict[int, int] = {row.desk_id: row.places for row in session.execute(count)}
    retired = select(DeskRow.id).where(DeskRow.trip_id == trip_id, DeskRow.retired_at.is_not(None))
    gone = set(session.scalars(retired))
    hours = _hours(session, trip_id)
    opening = USUAL_OPENING
    if hours:
        opening = min(opens for opens, _ in hours.values()), max(closes for _, closes in hours.values())
    plans = {
        desk_id: _open_at(number, hours.get(desk_id, opening), opening)
        for desk_id, number in places.items()
        if desk_id not in gone
    }
    return Counters(plans, {}, (), opening)


def _open_at(places: int, hours: tuple[int, int], opening: tuple[int, int]) -> list[CounterPlan]:
    """Whoever is there in the evening stays until everybody is served; a desk that closes before the others doesn't."""
    begins = CounterPlan(hours[0], places)
    return [begins, CounterPlan(hours[1], 0)] if hours[1] < opening[1] else [begins]


def _hours(session: Session, trip_id: int) -> dict[int, tuple[int, int]]:
    of_trip = (DeskHours.desk_id == DeskRow.id, DeskRow.trip_id == trip_id)
    first: date | None = session.scalar(select(func.min(DeskHours.day)).where(*of_trip))
    if first is None:
        return {}
    rows = session.scalars(select(DeskHours).join(DeskRow).where(*of_trip, DeskHours.day == first))
    return {row.desk_id: (row.opens, row.closes) for row in rows}
