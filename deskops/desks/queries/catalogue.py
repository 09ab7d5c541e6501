"""The trip's names and fixed facts, by id. Every room shows them, so they are kept in memory.

What is kept is dropped as soon as the journal has a newer change of set-up, by whichever process: one look
at an index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, ScalarSelect, Table, func, select
from sqlalchemy.orm import Session

from deskops.accounts.events import INSTALLATION
from deskops.core import runtime
from deskops.core.database import Database, table_of
from deskops.core.errors import NotFound
from deskops.core.i18n import PERSIAN
from deskops.core.i18n import lang as current_language
from deskops.core.journal_rows import IS_GENERAL, JournalRow
from deskops.desks.models import Agency, Desk, DeskTopic, Site, Topic, Trip

_SETUP_KINDS = ("trip.created", "trip.setup_changed", "trip.phase_changed")
_AGENCY_KINDS = ("agencies.changed",)
# The journal's numbers of the last change of the trip's own set-up, and of what outlives trips.
Change = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Label:
    """A thing with a full and a short name in both languages; what lacks one shows the next best."""

    id: int
    name_fa: str
    name_en: str
    short_fa: str
    short_en: str

    @property
    def name(self) -> str:
        """The full name in the current language."""
        return self.name_in(current_language())

    @property
    def short(self) -> str:
        """The short name in the current language."""
        return self.short_in(current_language())

    def name_in(self, lang: str) -> str:
        """The full name in a language."""
        return self.name_fa if lang == PERSIAN else self.name_en or self.name_fa

    def short_in(self, lang: str) -> str:
        """The short name in a language."""
        return (self.short_fa if lang == PERSIAN else self.short_en) or self.name_in(lang)


@dataclass(frozen=True, kw_only=True)
class TripLabel(Label):
    """`phase` as in rules.PHASES."""

    code: str
    phase: str
    starts_on: date
    ends_on: date | None
    is_demo: bool
    rehearsal_of: int | None
    version: int


@dataclass(frozen=True, kw_only=True)
class AgencyLabel(Label):
    code: str
    kind: str
    parent_id: int | None
    retired_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SiteLabel(Label):
    code: str
    kind: str
    address: str
    map_text: str
    retired_at: datetime | None
    version: int


@dataclass(frozen=True, kw_only=True)
class TopicLabel(Label):
    """`synonyms` and `papers` hold one of what people say, or are to bring, in each line."""

    code: str
    parent_id: int | None
    synonyms: str
    mean_minutes: float
    position: int
    assignable: bool
    agency_id: int | None
    default_desk_id: int | None
    papers: str
    default_days: int | None
    merged_into_id: int | None
    retired_at: datetime | None
    version: int

    @property
    def is_offered(self) -> bool:
        """Whether a new demand can be about it."""
        return self.assignable and self.retired_at is None


@dataclass(frozen=True, kw_only=True)
class DeskLabel(Label):
    """`speeds` maps the ids of topics that the desk does to the factor that its service takes."""

    code: str
    number: int
    site_id: int
    agency_id: int | None
    walk_ins: bool
    calls: bool
    is_headquarters: bool
    line: str
    retired_at: datetime | None
    sign_token: str
    speeds: Mapping[int, float]


@dataclass(frozen=True)
class Catalogue:
    """One trip's names by id. Desks, sites and topics are in the order of their lists, groups among the
    topics, retired ones among all.
    """

    trip: TripLabel
    agencies: Mapping[int, AgencyLabel]
    sites: Mapping[int, SiteLabel]
    topics: Mapping[int, TopicLabel]
    desks: Mapping[int, DeskLabel]

    def working_desks(self) -> list[DeskLabel]:
        """The desks that aren't retired."""
        return [desk for desk in self.desks.values() if desk.retired_at is None]

    def offered_sites(self) -> list[SiteLabel]:
        """The sites that aren't retired."""
        return [site for site in self.sites.values() if site.retired_at is None]

    def assignable_topics(self) -> list[TopicLabel]:
        """What a demand can be about."""
        return [topic for topic in self.topics.values() if topic.is_offered]

    def topics_of(self, desk_id: int) -> list[TopicLabel]:
        """What a desk does, the fastest first."""
        speeds = self.desks[desk_id].speeds
        fastest_first = sorted(speeds, key=lambda topic_id: speeds[topic_id])
        return [self.topics[topic_id] for topic_id in fastest_first if self.topics[topic_id].is_offered]

    def offered_agencies(self) -> list[AgencyLabel]:
        """The agencies that something can be given to now."""
        return [agency for agency in self.agencies.values() if agency.retired_at is None]

    def ministry_above(self, agency_id: int | None) -> AgencyLabel | None:
        """The agency above an agency, at the top; None where it stands alone."""
        agency = self.agencies.get(agency_id or 0)
        top = None
        while agency is not None and agency.parent_id is not None:
            agency = top = self.agencies.get(agency.parent_id)
        return top


_kept: WeakKeyDictionary[Database, dict[int, tuple[Change, Catalogue]]] = WeakKeyDictionary()


def catalogue(session: Session, trip_id: int) -> Catalogue:
    """The trip's catalogue, as of what the session can see. Raises NotFound."""
    kept = _kept.setdefault(runtime.current().database, {})
    # Before the reading: what changes meanwhile is then read again next time, instead of never.
    newest = last_change(session, trip_id)
    known = kept.get(trip_id)
    if known is not None and known[0] == newest:
        return known[1]
    forget_wiped(session, kept, trip_id)
    read = _read(session, trip_id)
    kept[trip_id] = (newest, read)
    return read


def forget_wiped(session: Session, kept: dict[int, Any], trip_id: int) -> None:
    """Drop what is kept of one trip, which is about to be read anew, and of all that are there no more: rehearsals that
    another process wiped, for which nobody may ever ask again.
    """
    kept.pop(trip_id, None)
    trips = table_of(Trip)
    known = list(kept)
    there = set(session.scalars(select(trips.c.id).where(trips.c.id.in_(known))))
    for gone in known:
        if gone not in there:
            kept.pop(gone, None)


def last_change(session: Session, trip_id: int) -> Change:
    """The newest changes of a trip's set-up and of the agencies: what is kept in memory is good until they move."""
    last = select(_newest(trip_id, _SETUP_KINDS), _newest(INSTALLATION, _AGENCY_KINDS))
    own, shared = session.execute(last).one()
    return (own or 0, shared or 0)


def _newest(trip_id: int, kinds: Collection[str]) -> ScalarSelect[Any]:
    journal = table_of(JournalRow)
    newest = select(func.max(journal.c.sequence)).where(
        journal.c.trip_id == trip_id, journal.c.kind.in_(kinds), IS_GENERAL
    )
    return newest.scalar_subquery()


def in_order(desks: Table) -> tuple[ColumnElement[Any], ...]:
    """The order of the list of desks: as somebody put them, then by number."""
    return (desks.c.position, desks.c.number)


_Some = TypeVar("_Some", bound=Label)


def _read(session: Session, trip_id: int) -> Catalogue:
    trips = _labels(session, TripLabel, table_of(Trip), table_of(Trip).c.id == trip_id)
    if trip_id not in trips:
        raise NotFound()
    agency, site, topic = table_of(Agency), table_of(Site), table_of(Topic)
    return Catalogue(
        trip=trips[trip_id],
        agencies=_labels(session, AgencyLabel, agency),
        sites=_labels(session, SiteLabel, site, site.c.trip_id == trip_id, order=site.c.position),
        topics=_labels(session, TopicLabel, topic, topic.c.trip_id == trip_id, order=topic.c.position),
        desks=_desks(session, trip_id),
    )


def _labels(
    session: Session,
    label: type[_Some],
    table: Table,
    *conditions: Any,
    order: ColumnElement[Any] | None = None,
) -> dict[int, _Some]:
    columns = [table.c[field.name] for field in fields(label)]
    query = select(*columns).where(*conditions).order_by(*(() if order is None else (order,)), table.c.id)
    return {row.id: label(**row._asdict()) for row in session.execute(query)}


def _desks(session: Session, trip_id: int) -> dict[int, DeskLabel]:
    desk, skill = table_of(Desk), table_of(DeskTopic)
    skills = session.execute(
        select(skill).join(desk, desk.c.id == skill.c.desk_id).where(desk.c.trip_id == trip_id)
    ).all()
    columns = [desk.c[field.name] for field in fields(DeskLabel) if field.name != "speeds"]
    rows = session.execute(select(*columns).where(desk.c.trip_id == trip_id).order_by(*in_order(desk)))
    speeds = _by_desk(skills)
    return {row.id: DeskLabel(**row._asdict(), speeds=speeds.get(row.id, {})) for row in rows}


def _by_desk(skills: Iterable[Any]) -> dict[int, dict[int, float]]:
    speeds: dict[int, dict[int, float]] = {}
    for row in skills:
        speeds.setdefault(row.desk_id, {})[row.topic_id] = row.factor
    return speeds
