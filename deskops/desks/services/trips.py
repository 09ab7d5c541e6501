"""A new trip from a template: everything in one transaction, in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import Table, insert, select, update

from deskops.accounts.actor import Actor
from deskops.core.codes import new_token
from deskops.core.database import Base, table_of
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.upsert import upsert
from deskops.desks import rules
from deskops.desks.errors import CodeTaken
from deskops.desks.events import SetupChanged, TripCreated
from deskops.desks.models import Agency, Desk, DeskHours, DeskTopic, Place, Site, Topic, Trip
from deskops.desks.services.states import set_desk_states
from deskops.desks.template import Desk as DeskTemplate
from deskops.desks.template import Labelled, Template

# A group is a topic that nothing can be assigned to; its code must not meet a topic's.
GROUP = "group_"
WHOLE_DAY = (0, 24 * 60)


@dataclass(frozen=True)
class TripNames:
    """What the trip is called in both languages."""

    fa: str
    en: str = ""


def create_trip_from_template(
    uow: UnitOfWork,
    actor: Actor,
    template: Template,
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
    actor.require("trip.create")
    if uow.session.scalar(select(Trip.id).where(Trip.code == code)) is not None:
        raise CodeTaken(field="code")
    trip = Trip(
        code=code,
        name_fa=names.fa,
        name_en=names.en or names.fa,
        phase=phase,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=template.live_days - 1),
        is_demo=is_demo,
        version=1,
        created_at=uow.now,
    )
    uow.session.add(trip)
    uow.session.flush()
    _SetUp(uow, template, trip).everything()
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

    def __init__(self, uow: UnitOfWork, template: Template, trip: Trip) -> None:
        self.uow = uow
        self.template = template
        self.trip = trip
        self.agencies: Mapping[str, int] = {}
        self.sites: Mapping[str, int] = {}
        self.topics: Mapping[str, int] = {}
        self.desks: Mapping[str, int] = {}

    def everything(self) -> None:
        self.agencies = _missing_agencies(self.uow, self.template)
        self.sites = self._sites()
        self.topics = self._topics()
        self.desks = self._desks()
        self._insert(DeskTopic, self._skills())
        self._insert(DeskHours, self._hours())
        self._insert(Place, self._places())

    def _insert(self, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
        _insert(self.uow, table_of(model), list(rows))

    def _insert_coded(self, model: type[Base], rows: Sequence[dict[str, Any]]) -> dict[str, int]:
        return _insert_coded(self.uow, table_of(model), rows)

    def _sites(self) -> dict[str, int]:
        rows = [
            _labels(site)
            | {
                "trip_id": self.trip.id,
                "kind": "hall" if site.kind == "hall" else "building",
                "address": site.address_fa,
            }
            for site in self.template.sites
        ]
        return self._insert_coded(Site, rows)

    def _topics(self) -> dict[str, int]:
        groups = [
            {
                "trip_id": self.trip.id,
                "code": GROUP + group.code,
                **_names(group.name_fa, group.name_en, group.name_fa, group.name_en),
                "position": position,
                "assignable": False,
                "mean_minutes": 0.0,
            }
            for position, group in enumerate(self.template.topic_groups)
        ]
        parents = self._insert_coded(Topic, groups)
        rows = [
            _labels(topic)
            | {
                "trip_id": self.trip.id,
                "parent_id": parents[GROUP + topic.group],
                "synonyms": "\n".join((*topic.synonyms_fa, *topic.synonyms_en)),
                "mean_minutes": topic.mean_minutes,
                "position": position,
                "assignable": True,
                "agency_id": self.agencies[topic.default_agency],
            }
            for position, topic in enumerate(self.template.topics)
        ]
        return self._insert_coded(Topic, rows)

    def _desks(self) -> dict[str, int]:
        return self._insert_coded(Desk, [self._desk(desk) for desk in self.template.desks])

    def _desk(self, desk: DeskTemplate) -> dict[str, Any]:
        return _labels(desk) | {
            "trip_id": self.trip.id,
            "site_id": self.sites[desk.site],
            "agency_id": self.agencies[desk.agency],
            "number": desk.number,
            "walk_ins": desk.walk_ins,
            "calls": desk.calls,
            "is_headquarters": desk.is_headquarters,
            "state": rules.PLANNED,
            "state_reason": "",
            "state_at": self.uow.now,
            "sign_token": new_token(),
            "version": 1,
        }

    def _skills(self) -> Iterable[dict[str, Any]]:
        for desk in self.template.desks:
            for topic, factor in desk.speeds.items():
                ids = {"desk_id": self.desks[desk.code], "topic_id": self.topics[topic]}
                yield ids | {"factor": factor, "own": desk.owns(topic)}

    def _hours(self) -> Iterable[dict[str, Any]]:
        for desk in self.template.desks:
            hours = self.template.hours_of(desk)
            for day in hours.days:
                ids = {"desk_id": self.desks[desk.code], "day": self.trip.starts_on + timedelta(days=day)}
                yield ids | {"opens": _minute(hours.opens), "closes": _minute(hours.closes)}

    def _places(self) -> Iterable[dict[str, Any]]:
        for desk in self.template.desks:
            for number in range(1, desk.places + 1):
                yield {
                    "trip_id": self.trip.id,
                    "desk_id": self.desks[desk.code],
                    "number": number,
                    "kind": rules.place_kind(desk.is_headquarters),
                    "state": "closed",
                    "state_at": self.uow.now,
                }


def _missing_agencies(uow: UnitOfWork, template: Template) -> dict[str, int]:
    """Ids of the template's agencies by code; those not known yet are made, and put under their parents."""
    table = table_of(Agency)
    codes = [agency.code for agency in template.agencies]
    query = select(table.c.code, table.c.id).where(table.c.code.in_(codes))
    known = {row.code: row.id for row in uow.session.execute(query)}
    missing = [agency for agency in template.agencies if agency.code not in known]
    made = _insert_coded(uow, table, [_labels(agency) | {"kind": agency.kind} for agency in missing])
    ids = known | made
    for agency in missing:
        if agency.parent is not None:
            statement = update(table).where(table.c.id == ids[agency.code])
            uow.session.execute(statement.values(parent_id=ids[agency.parent]))
    return ids


def _insert(uow: UnitOfWork, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        uow.session.execute(insert(table), rows)


def _insert_coded(uow: UnitOfWork, table: Table, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Insert rows with a code each; returns their ids by code."""
    if not rows:
        return {}
    statement = insert(table).returning(table.c.code, table.c.id)
    return {row.code: row.id for row in uow.session.execute(statement, list(rows))}


def _labels(record: Labelled) -> dict[str, Any]:
    return {
        "code": record.code,
        **_names(record.name_fa, record.name_en, record.short_fa, record.short_en),
    }


def _names(name_fa: str, name_en: str, short_fa: str, short_en: str) -> dict[str, str]:
    return {"name_fa": name_fa, "name_en": name_en, "short_fa": short_fa, "short_en": short_en}


def _minute(moment: time) -> int:
    """Minutes from midnight."""
    return moment.hour * 60 + moment.minute
