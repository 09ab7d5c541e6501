"""Reads of what is set up, as this room's pages show it: names in the current language, and choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from deskops.core.errors import NotFound
from deskops.desks.models import Desk, Place, Site, Topic, Trip
from deskops.staff.models import StaffMember


@dataclass(frozen=True)
class DeskName:
    """A desk as people call it: its number on the sign, its names."""

    number: int
    name: str
    short: str
    site_id: int


@dataclass(frozen=True)
class Names:
    """What a trip and its parts, by id, are called in the current language. What is gone shows as empty."""

    name: str
    topics: dict[int, str]
    desks: dict[int, DeskName]
    sites: dict[int, str]

    def topic(self, topic_id: int | None) -> str:
        """A topic's name."""
        return self.topics.get(topic_id or 0, "")

    def desk(self, desk_id: int | None) -> str:
        """A desk's short name."""
        known = self.desks.get(desk_id or 0)
        return known.short if known else ""


@dataclass(frozen=True)
class TopicChoice:
    """A topic in a list to choose from; `synonyms` are further words that it is found by."""

    id: int
    name: str
    synonyms: str


@dataclass(frozen=True)
class IntakeChoices:
    """What the form of registration offers, most frequent topics first."""

    topics: list[TopicChoice]
    sites: list[tuple[int, str]]


@dataclass(frozen=True)
class PlaceChoice:
    """A counter to sit down at. `occupied` by somebody else; `mine` where the asker works there already."""

    id: int
    number: int
    kind: str
    state: str
    occupied: bool
    mine: bool


@dataclass(frozen=True)
class DeskChoice:
    """A desk at which the asker may work, and its counters."""

    id: int
    number: int
    name: str
    short: str
    state: str
    site: str
    places: list[PlaceChoice]

    @property
    def has_mine(self) -> bool:
        """Whether the asker sits here now."""
        return any(place.mine for place in self.places)


def names_of(session: Session, trip_id: int) -> Names:
    """The names of a trip's parts. Raises NotFound."""
    trip = session.get(Trip, trip_id)
    if trip is None:
        raise NotFound()
    topics = session.scalars(select(Topic).where(Topic.trip_id == trip_id))
    desks = session.scalars(select(Desk).where(Desk.trip_id == trip_id))
    sites = session.scalars(select(Site).where(Site.trip_id == trip_id))
    return Names(
        name=trip.name,
        topics={topic.id: topic.name for topic in topics},
        desks={desk.id: DeskName(desk.number, desk.name, desk.short, desk.site_id) for desk in desks},
        sites={site.id: site.name for site in sites},
    )


def intake_choices(session: Session, trip_id: int) -> IntakeChoices:
    """Topics that can be given, and sites where people can wait."""
    topics = select(Topic).where(Topic.trip_id == trip_id, Topic.assignable.is_(True))
    waiting_rooms = select(Desk.site_id).where(Desk.trip_id == trip_id, Desk.walk_ins.is_(True))
    sites = select(Site).where(Site.trip_id == trip_id, Site.id.in_(waiting_rooms))
    return IntakeChoices(
        topics=[
            TopicChoice(topic.id, topic.name, topic.synonyms)
            for topic in session.scalars(topics.order_by(Topic.position, Topic.id))
        ],
        sites=[(site.id, site.name) for site in session.scalars(sites.order_by(Site.id))],
    )


def place_choices(
    session: Session, trip_id: int, user_id: int | None, desk_ids: frozenset[int] | None
) -> list[DeskChoice]:
    """The desks at which somebody may work (None: all of the trip), by number, the one they sit at first."""
    conditions: list[ColumnElement[bool]] = [Desk.trip_id == trip_id]
    if desk_ids is not None:
        conditions.append(Desk.id.in_(desk_ids))
    desks = session.scalars(select(Desk).where(*conditions).order_by(Desk.number)).all()
    rows = session.scalars(select(Place).where(Place.trip_id == trip_id).order_by(Place.number)).all()
    sites = {site.id: site.name for site in session.scalars(select(Site).where(Site.trip_id == trip_id))}
    choices = [_desk_choice(desk, sites[desk.site_id], rows, user_id) for desk in desks]
    return sorted(choices, key=lambda choice: (not choice.has_mine, choice.number))


def own_languages(session: Session, trip_id: int, user_id: int | None) -> tuple[str, ...]:
    """The languages that a member of staff speaks, as the list of staff says; Persian where it says nothing."""
    query = select(StaffMember.languages).where(
        StaffMember.trip_id == trip_id, StaffMember.user_id == user_id
    )
    known = session.scalar(query.limit(1))
    return tuple((known or "fa").split(","))


def _desk_choice(desk: Desk, site: str, rows: Sequence[Place], user_id: int | None) -> DeskChoice:
    places = [
        PlaceChoice(
            id=row.id,
            number=row.number,
            kind=row.kind,
            state=row.state,
            occupied=row.state != "closed" and row.user_id not in {None, user_id},
            mine=row.state != "closed" and row.user_id == user_id,
        )
        for row in rows
        if row.desk_id == desk.id
    ]
    return DeskChoice(desk.id, desk.number, desk.name, desk.short, desk.state, site, places)
