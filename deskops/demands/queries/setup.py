"""Reads of what is set up, as this room's pages show it: names in the current language, and choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from deskops.demands.priorities import priorities_of
from deskops.demands.queries.topics import most_used_first
from deskops.desks.models import Desk, Place
from deskops.desks.queries import DeskLabel, TopicLabel, catalogue
from deskops.staff.models import StaffMember


@dataclass(frozen=True)
class Names:
    """What a trip and its parts, by id, are called in the current language, and the papers that topics ask for. What is
    gone shows as empty.
    """

    name: str
    topics: dict[int, str]
    desks: Mapping[int, DeskLabel]
    sites: dict[int, str]
    papers: dict[int, list[str]]

    def topic(self, topic_id: int | None) -> str:
        """A topic's name."""
        return self.topics.get(topic_id or 0, "")

    def desk(self, desk_id: int | None) -> str:
        """A desk's short name."""
        known = self.desks.get(desk_id or 0)
        return known.short if known else ""


@dataclass(frozen=True)
class IntakeChoices:
    """What the form of registration offers, most frequent topics first; `priorities` are the kinds that count here."""

    topics: list[TopicLabel]
    sites: list[tuple[int, str]]
    priorities: tuple[str, ...]


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
    known = catalogue(session, trip_id)
    return Names(
        name=known.trip.name,
        topics={topic.id: topic.name for topic in known.topics.values()},
        desks=known.desks,
        sites={site.id: site.name for site in known.sites.values()},
        papers={topic.id: topic.papers.splitlines() for topic in known.topics.values() if topic.papers},
    )


def intake_choices(session: Session, trip_id: int) -> IntakeChoices:
    """Topics that can be given, and sites where people can wait. Raises NotFound."""
    known = catalogue(session, trip_id)
    waiting_rooms = {desk.site_id for desk in known.desks.values() if desk.walk_ins}
    sites = [(site.id, site.name) for site in known.offered_sites() if site.id in waiting_rooms]
    _, priorities = priorities_of(session, trip_id)
    return IntakeChoices(most_used_first(session, known), sites, priorities.offered)


def place_choices(
    session: Session, trip_id: int, user_id: int | None, desk_ids: frozenset[int] | None
) -> list[DeskChoice]:
    """The desks at which somebody may work (None: all of the trip), by number, the one they sit at first."""
    conditions: list[ColumnElement[bool]] = [Desk.trip_id == trip_id]
    if desk_ids is not None:
        conditions.append(Desk.id.in_(desk_ids))
    desks = session.scalars(select(Desk).where(*conditions).order_by(Desk.number)).all()
    rows = session.scalars(select(Place).where(Place.trip_id == trip_id).order_by(Place.number)).all()
    sites = catalogue(session, trip_id).sites
    choices = [_desk_choice(desk, sites[desk.site_id].name, rows, user_id) for desk in desks]
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
