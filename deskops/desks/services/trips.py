"""A new trip from a set-up, such as the template: everything in one transaction, in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.codes import new_token
from deskops.core.database import Base, table_of
from deskops.core.dates import local_day
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.upsert import upsert
from deskops.desks import rules
from deskops.desks.document import Desk as DeskRecord
from deskops.desks.document import Setup
from deskops.desks.document import Site as SiteRecord
from deskops.desks.document import Topic as TopicRecord
from deskops.desks.errors import CodeTaken
from deskops.desks.events import SetupChanged, TripCreated
from deskops.desks.models import Desk, DeskHours, DeskTopic, Place, Site, SiteWalk, StaffNeed, Topic, Trip
from deskops.desks.services.needs import columns_of
from deskops.desks.services.rows import (
    add_missing_agencies,
    insert_cards,
    insert_coded,
    insert_rows,
    labels_of,
    names_of,
    update_rows,
)
from deskops.desks.services.states import set_desk_states

WHOLE_DAY = (0, 24 * 60)


@dataclass(frozen=True)
class TripNames:
    """What the trip is called in both languages."""

    fa: str
    en: str = ""


def create_trip_from_template(
    uow: UnitOfWork,
    actor: Actor,
    template: Setup,
    *,
    code: str,
    names: TripNames,
    starts_on: date,
    phase: str = "preparation",
    is_demo: bool = False,
) -> int:
    """Set a trip up with all that the template has; desks are planned, counters closed. Returns the trip's
    id.

    Agencies outlive trips: those that are known by their code keep their names. Raises Forbidden, CodeTaken.
    """
    setup = replace(
        template,
        code=code,
        name_fa=names.fa,
        name_en=names.en or names.fa,
        short_fa="",
        short_en="",
        starts_on=starts_on,
    )
    return create_trip_of_setup(uow, actor, setup, phase=phase, is_demo=is_demo)


def create_trip_of_setup(
    uow: UnitOfWork, actor: Actor, setup: Setup, *, phase: str | None = None, is_demo: bool = False
) -> int:
    """Set a trip up as a file says; a set-up without a code or first day is called by its kind and begins today. A standing
    office is live at once. Returns the trip's id.

    Agencies outlive trips: those that are known by their code stay as they are. Raises Forbidden, CodeTaken.
    """
    actor.require("trip.create")
    code, starts_on = setup.code or setup.kind, setup.starts_on or local_day(uow.now)
    if uow.session.scalar(select(Trip.id).where(Trip.code == code)) is not None:
        raise CodeTaken(field="code")
    trip = Trip(
        **names_of(setup),
        code=code,
        kind=setup.kind,
        phase=phase or (rules.LIVE if setup.kind == rules.OFFICE else rules.PREPARATION),
        starts_on=starts_on,
        ends_on=None if setup.live_days is None else starts_on + timedelta(days=setup.live_days - 1),
        timezone=setup.timezone,
        days_off=setup.days_off,
        is_demo=is_demo,
        version=1,
        created_at=uow.now,
    )
    uow.session.add(trip)
    uow.session.flush()
    _SetUp(uow, setup, trip).everything()
    uow.record(TripCreated(trip_id=trip.id, code=code))
    return trip.id


def reopen_demo_day(uow: UnitOfWork, actor: Actor, trip_id: int, today: date) -> bool:
    """Carry a demo on to today, open around the clock: whoever tries it at night finds it living too.

    Returns whether there was anything to do. Raises NotFound for a trip that isn't a demo.
    """
    trip = uow.session.get(Trip, trip_id)
    if trip is None or not trip.is_demo:
        raise NotFound()
    desks = uow.session.scalars(select(Desk.id).where(Desk.trip_id == trip_id)).all()
    opens, closes = WHOLE_DAY
    rows = [{"desk_id": desk_id, "day": today, "opens": opens, "closes": closes} for desk_id in desks]
    known = select(DeskHours.desk_id).where(
        DeskHours.desk_id.in_(desks), DeskHours.day == today, DeskHours.closes == closes
    )
    if len(uow.session.scalars(known).all()) == len(desks):
        return False
    statement = upsert(uow.session, table_of(DeskHours)).values(rows)
    hours = {"opens": statement.excluded.opens, "closes": statement.excluded.closes}
    uow.session.execute(statement.on_conflict_do_update(index_elements=["desk_id", "day"], set_=hours))
    trip.phase, trip.ends_on = "live", max(today, trip.ends_on or today)
    trip.version += 1
    uow.record(SetupChanged(trip_id=trip_id, what="hours", id=trip_id))
    set_desk_states(uow, actor, trip_id, rules.OPEN)
    return True


class _SetUp:
    """The steps in the order in which they need one another's ids."""

    def __init__(self, uow: UnitOfWork, setup: Setup, trip: Trip) -> None:
        self.uow = uow
        self.setup = setup
        self.trip = trip
        self.agencies: Mapping[str, int] = {}
        self.sites: Mapping[str, int] = {}
        self.topics: Mapping[str, int] = {}
        self.desks: Mapping[str, int] = {}

    def everything(self) -> None:
        self.agencies = add_missing_agencies(self.uow, self.setup)
        self.sites = self._insert_coded(
            Site, [self._site(*numbered) for numbered in enumerate(self.setup.sites)]
        )
        self._insert(SiteWalk, self._walks())
        self.topics = self._insert_coded(
            Topic, [self._topic(*numbered) for numbered in enumerate(self.setup.topics)]
        )
        self.desks = self._insert_coded(Desk, [self._desk(desk) for desk in self.setup.desks])
        self._link_topics()
        self._insert(DeskTopic, self._skills())
        self._insert(DeskHours, self._hours())
        self._insert(Place, self._places())
        self._insert(StaffNeed, self._needs())
        insert_cards(self.uow, self.trip.id, self.setup.cards, self.topics)

    def _insert(self, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
        insert_rows(self.uow, table_of(model), list(rows))

    def _insert_coded(self, model: type[Base], rows: Sequence[dict[str, Any]]) -> dict[str, int]:
        return insert_coded(self.uow, table_of(model), rows)

    def _site(self, position: int, site: SiteRecord) -> dict[str, Any]:
        facts = {"kind": site.kind, "address": site.address, "map_text": site.map_text}
        return labels_of(site) | facts | {"trip_id": self.trip.id, "position": position}

    def _walks(self) -> Iterable[dict[str, Any]]:
        for walk in self.setup.walks:
            ids = {"from_site_id": self.sites[walk.from_site], "to_site_id": self.sites[walk.to_site]}
            yield ids | {"minutes": walk.minutes}

    def _topic(self, position: int, topic: TopicRecord) -> dict[str, Any]:
        return labels_of(topic) | {
            "trip_id": self.trip.id,
            "synonyms": "\n".join(topic.synonyms),
            "papers": "\n".join(topic.papers),
            "mean_minutes": topic.mean_minutes,
            "position": position,
            "assignable": topic.assignable,
            "default_days": topic.default_days,
            "agency_id": self.agencies[topic.agency] if topic.agency else None,
        }

    def _link_topics(self) -> None:
        """What topics name that has its id only now: the topic above, the desk for them."""
        links = [
            {
                "b_id": self.topics[topic.code],
                "parent_id": self.topics.get(topic.parent or ""),
                "default_desk_id": self.desks.get(topic.default_desk or ""),
            }
            for topic in self.setup.topics
            if topic.parent or topic.default_desk
        ]
        update_rows(self.uow, table_of(Topic), links)

    def _desk(self, desk: DeskRecord) -> dict[str, Any]:
        return labels_of(desk) | {
            "trip_id": self.trip.id,
            "site_id": self.sites[desk.site],
            "agency_id": self.agencies[desk.agency] if desk.agency else None,
            "number": desk.number,
            "walk_ins": desk.walk_ins,
            "calls": desk.calls,
            "is_headquarters": desk.is_headquarters,
            "line": desk.line,
            "position": desk.position,
            "state": rules.PLANNED,
            "state_reason": "",
            "state_at": self.uow.now,
            "sign_token": new_token(),
            "version": 1,
        }

    def _needs(self) -> Iterable[dict[str, Any]]:
        for desk in self.setup.desks:
            if desk.need is not None:
                yield {"desk_id": self.desks[desk.code]} | columns_of(desk.need)

    def _skills(self) -> Iterable[dict[str, Any]]:
        for desk in self.setup.desks:
            for topic, factor in desk.speeds.items():
                ids = {"desk_id": self.desks[desk.code], "topic_id": self.topics[topic]}
                yield ids | {"factor": factor, "own": desk.owns(topic)}

    def _hours(self) -> Iterable[dict[str, Any]]:
        plans = {plan.code: plan for plan in self.setup.hours}
        for desk in self.setup.desks:
            for plan in (plans[code] for code in desk.hours):
                for day in plan.days:
                    ids = {"desk_id": self.desks[desk.code], "day": self.trip.starts_on + timedelta(days=day)}
                    yield ids | {"opens": plan.opens, "closes": plan.closes}

    def _places(self) -> Iterable[dict[str, Any]]:
        for desk in self.setup.desks:
            for seat in desk.all_seats():
                yield {
                    "trip_id": self.trip.id,
                    "desk_id": self.desks[desk.code],
                    "number": seat.number,
                    "kind": seat.kind,
                    "external_id": seat.external_id,
                    "state": "closed",
                    "state_at": self.uow.now,
                }
