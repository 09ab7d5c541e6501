"""A trip's set-up as the file that people can read: codes instead of ids, days instead of dates, no secrets, nothing about
citizens or staff. What is retired is left out: the file says what stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session

from deskops.core.database import Base, table_of
from deskops.core.errors import NotFound
from deskops.desks import document
from deskops.desks.document import FORMAT, Setup
from deskops.desks.models import (
    Agency,
    AgencyContact,
    Desk,
    DeskHours,
    DeskTopic,
    Holiday,
    Place,
    Site,
    SiteWalk,
    Topic,
    Trip,
)
from deskops.desks.queries.card_records import cards_of_setup
from deskops.desks.queries.needs import needs_of_trip

Record = TypeVar("Record")
Codes = Mapping[int, str]
# Opening hours of one length on some days of a trip: (days, opens, closes).
Plan = tuple[tuple[int, ...], int, int]


def setup_of_trip(session: Session, trip_id: int) -> Setup:
    """All that `create_trip_of_setup` would make the same trip from. Raises NotFound."""
    trip = session.get(Trip, trip_id)
    if trip is None:
        raise NotFound()
    return _Reader(session, trip).setup()


class _Reader:
    """Rows of one trip, each kind read once and in one order."""

    def __init__(self, session: Session, trip: Trip) -> None:
        self.session, self.trip = session, trip
        site, topic, desk = table_of(Site), table_of(Topic), table_of(Desk)
        self.sites = self._rows(site, site.c.position, site.c.id, where=site.c.retired_at.is_(None))
        self.topics = self._rows(topic, topic.c.position, topic.c.id, where=topic.c.retired_at.is_(None))
        self.desks = self._rows(desk, desk.c.number, where=desk.c.retired_at.is_(None))
        self.agencies = self._used_agencies()
        self.site_codes, self.topic_codes, self.desk_codes, self.agency_codes = (
            {row.id: row.code for row in rows}
            for rows in (self.sites, self.topics, self.desks, self.agencies)
        )
        self.plans: dict[Plan, str] = {}

    def setup(self) -> Setup:
        desks = self._desks()
        return Setup(
            format=FORMAT,
            **_same(self.trip, Setup, ("code", "kind", "starts_on", "timezone", "days_off")),
            live_days=None
            if self.trip.ends_on is None
            else (self.trip.ends_on - self.trip.starts_on).days + 1,
            hours=tuple(
                document.Hours(code=code, days=days, opens=opens, closes=closes)
                for (days, opens, closes), code in self.plans.items()
            ),
            agencies=self._agencies(),
            holidays=self._holidays(),
            sites=tuple(document.Site(**_same(row, document.Site)) for row in self.sites),
            walks=self._walks(),
            topics=self._topics(),
            desks=desks,
            cards=cards_of_setup(self.session, self.trip.id, self.topic_codes),
        )

    def _rows(
        self, table: Table, *order: ColumnElement[Any], where: ColumnElement[bool] | None = None
    ) -> list[Any]:
        query = select(table).where(table.c.trip_id == self.trip.id).order_by(*order)
        return list(self.session.execute(query if where is None else query.where(where)))

    def _of_desks(self, model: type[Base], *order: str) -> dict[int, list[Any]]:
        table = table_of(model)
        query = select(table).where(table.c.desk_id.in_(select(Desk.id).where(Desk.trip_id == self.trip.id)))
        found: dict[int, list[Any]] = defaultdict(list)
        for row in self.session.execute(query.order_by(*(table.c[name] for name in order))):
            found[row.desk_id].append(row)
        return found

    def _used_agencies(self) -> list[Any]:
        """Those of desks and topics and all above and below them, by id: a branch without a desk is an addressee."""
        table = table_of(Agency)
        all_rows = list(
            self.session.execute(select(table).where(table.c.retired_at.is_(None)).order_by(table.c.id))
        )
        parents = {row.id: row.parent_id for row in all_rows}
        used = {row.agency_id for row in (*self.desks, *self.topics)}
        above = {agency_id for one in used for agency_id in _upwards(one, parents)}
        return [row for row in all_rows if row.id in above or not used.isdisjoint(_upwards(row.id, parents))]

    def _agencies(self) -> tuple[document.Agency, ...]:
        contacts: dict[int, list[document.Contact]] = defaultdict(list)
        for row in self._of_agencies(AgencyContact, "id"):
            contacts[row.agency_id].append(document.Contact(**_same(row, document.Contact)))
        return tuple(
            document.Agency(
                **_same(row, document.Agency),
                parent=self.agency_codes.get(row.parent_id),
                contacts=tuple(contacts[row.id]),
            )
            for row in self.agencies
        )

    def _holidays(self) -> tuple[document.Holiday, ...]:
        return tuple(
            document.Holiday(
                **_same(row, document.Holiday, ("day", "name", "works")),
                agency=self.agency_codes[row.agency_id],
            )
            for row in self._of_agencies(Holiday, "agency_id", "day")
        )

    def _of_agencies(self, model: type[Base], *order: str) -> Iterable[Any]:
        table = table_of(model)
        query = select(table).where(table.c.agency_id.in_(list(self.agency_codes)))
        return self.session.execute(query.order_by(*(table.c[name] for name in order)))

    def _walks(self) -> tuple[document.Walk, ...]:
        table = table_of(SiteWalk)
        here = list(self.site_codes)
        query = select(table).where(table.c.from_site_id.in_(here), table.c.to_site_id.in_(here))
        order = {site_id: place for place, site_id in enumerate(self.site_codes)}
        rows = sorted(
            self.session.execute(query), key=lambda row: (order[row.from_site_id], order[row.to_site_id])
        )
        return tuple(
            document.Walk(
                from_site=self.site_codes[row.from_site_id],
                to_site=self.site_codes[row.to_site_id],
                minutes=row.minutes,
            )
            for row in rows
        )

    def _topics(self) -> tuple[document.Topic, ...]:
        return tuple(
            document.Topic(
                **_same(row, document.Topic, ("assignable", "mean_minutes", "default_days")),
                parent=self.topic_codes.get(row.parent_id),
                agency=self.agency_codes.get(row.agency_id),
                default_desk=self.desk_codes.get(row.default_desk_id),
                synonyms=tuple(row.synonyms.splitlines()),
                papers=tuple(row.papers.splitlines()),
            )
            for row in self.topics
        )

    def _desks(self) -> tuple[document.Desk, ...]:
        hours, places = (
            self._of_desks(DeskHours, "desk_id", "day"),
            self._of_desks(Place, "desk_id", "number"),
        )
        speeds, needs = self._of_desks(DeskTopic), needs_of_trip(self.session, self.trip.id)
        return tuple(
            document.Desk(
                **_same(row, document.Desk, _DESK_FACTS),
                **_places(places[row.id]),
                agency=self.agency_codes.get(row.agency_id),
                site=self.site_codes[row.site_id],
                hours=self._plans_of(hours[row.id]),
                speeds=self._speeds(speeds[row.id]),
                need=needs.get(row.id),
            )
            for row in self.desks
        )

    def _speeds(self, rows: Iterable[Any]) -> dict[str, float]:
        factors = {row.topic_id: row.factor for row in rows}
        return {code: factors[topic_id] for topic_id, code in self.topic_codes.items() if topic_id in factors}

    def _plans_of(self, rows: Iterable[Any]) -> tuple[str, ...]:
        days: dict[tuple[int, int], list[int]] = defaultdict(list)
        for row in rows:
            days[row.opens, row.closes].append(_offset(row.day, self.trip.starts_on))
        plans = [(tuple(numbers), *times) for times, numbers in days.items()]
        return tuple(self.plans.setdefault(plan, f"hours-{len(self.plans) + 1}") for plan in plans)


_NAMES = ("name_fa", "name_en", "short_fa", "short_en")
_DESK_FACTS = ("number", "walk_ins", "calls", "is_headquarters", "line", "position")
_ALIKE: Mapping[type[Any], tuple[str, ...]] = {
    document.Contact: ("name", "position", "phone", "email"),
    document.Agency: ("code", *_NAMES, "kind", "phone", "email", "address", "days_off"),
    document.Site: ("code", *_NAMES, "kind", "address", "map_text"),
    document.Topic: ("code", *_NAMES),
    document.Desk: ("code", *_NAMES),
    document.Holiday: (),
    Setup: _NAMES,
}


def _same(row: Any, record: type[Any], more: tuple[str, ...] = ()) -> dict[str, Any]:
    """What a row and a record call alike."""
    return {name: getattr(row, name) for name in (*_ALIKE[record], *more)}


def _places(rows: list[Any]) -> dict[str, Any]:
    """Counts, where they say all; else seat by seat."""
    counters = sum(row.kind == "counter" for row in rows)
    plain = document.Desk.plain_seats(counters, len(rows) - counters)
    seats = tuple(
        document.Seat(number=row.number, kind=row.kind, external_id=row.external_id) for row in rows
    )
    return {"counters": counters, "phones": len(rows) - counters} if seats == plain else {"seats": seats}


def _upwards(agency_id: int | None, parents: Mapping[int, int | None]) -> Iterator[int]:
    """An agency and all above it."""
    while agency_id is not None and agency_id in parents:
        yield agency_id
        agency_id = parents[agency_id]


def _offset(day: date, first: date) -> int:
    return (day - first).days
