"""A trip's set-up as one document that people can read: codes instead of ids, nothing about people, no
secrets.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.desks.models import Desk, DeskHours, Site, SiteWalk
from deskops.desks.queries.catalogue import Catalogue, DeskLabel, Label, catalogue
from deskops.desks.queries.lists import PlaceLine, places_of_trip

VERSION = 1

Hours = dict[int, list[dict[str, Any]]]


def setup_document(session: Session, trip_id: int) -> dict[str, Any]:
    """JSON-able; times are local, hours "08:00". Raises NotFound."""
    names = catalogue(session, trip_id)
    hours, places = _hours(session, trip_id), places_of_trip(session, trip_id)
    used = {desk.agency_id for desk in names.desks.values()} | {
        topic.agency_id for topic in names.topics.values()
    }
    return {
        "deskops": VERSION,
        "trip": _names(names.trip)
        | {"code": names.trip.code, "phase": names.trip.phase, "starts_on": names.trip.starts_on.isoformat()},
        "agencies": [
            _names(agency)
            | {"code": agency.code, "kind": agency.kind, "parent": _agency(names, agency.parent_id)}
            for agency in names.agencies.values()
            if agency.id in _with_parents(names, used)
        ],
        "sites": [
            _names(site) | {"code": site.code, "kind": site.kind, "address": site.address}
            for site in names.sites.values()
        ],
        "walks": _walks(session, names, trip_id),
        "topics": _topics(names),
        "desks": [
            _desk(
                names, desk, hours.get(desk.id, []), [place for place in places if place.desk_id == desk.id]
            )
            for desk in names.desks.values()
        ],
    }


def _names(label: Label) -> dict[str, Any]:
    return {name: getattr(label, name) for name in ("name_fa", "name_en", "short_fa", "short_en")}


def _agency(names: Catalogue, agency_id: int | None) -> str | None:
    agency = names.agencies.get(agency_id or 0)
    return None if agency is None else agency.code


def _with_parents(names: Catalogue, used: set[int | None]) -> set[int | None]:
    """The agencies of the trip and all above them."""
    wanted: set[int | None] = set()
    for agency_id in used:
        above = names.agencies.get(agency_id or 0)
        while above is not None and above.id not in wanted:
            wanted.add(above.id)
            above = names.agencies.get(above.parent_id or 0)
    return wanted


def _topics(names: Catalogue) -> list[dict[str, Any]]:
    groups = {topic.id: topic.code for topic in names.topics.values()}
    return [
        _names(topic)
        | {
            "code": topic.code,
            "parent": groups.get(topic.parent_id or 0),
            "assignable": topic.assignable,
            "mean_minutes": topic.mean_minutes,
            "synonyms": topic.synonyms.splitlines(),
            "agency": _agency(names, topic.agency_id),
        }
        for topic in names.topics.values()
    ]


def _desk(
    names: Catalogue, desk: DeskLabel, hours: list[dict[str, Any]], places: list[PlaceLine]
) -> dict[str, Any]:
    return _names(desk) | {
        "code": desk.code,
        "number": desk.number,
        "site": names.sites[desk.site_id].code,
        "agency": _agency(names, desk.agency_id),
        "walk_ins": desk.walk_ins,
        "calls": desk.calls,
        "is_headquarters": desk.is_headquarters,
        "speeds": {names.topics[topic_id].code: factor for topic_id, factor in desk.speeds.items()},
        "hours": hours,
        "places": [
            {"number": place.number, "kind": place.kind, "external_id": place.external_id} for place in places
        ],
    }


def _hours(session: Session, trip_id: int) -> Hours:
    table, desk = table_of(DeskHours), table_of(Desk)
    query = select(table).join(desk, desk.c.id == table.c.desk_id).where(desk.c.trip_id == trip_id)
    hours: Hours = {}
    for row in session.execute(query.order_by(table.c.desk_id, table.c.day)):
        line = {"day": row.day.isoformat(), "opens": _clock(row.opens), "closes": _clock(row.closes)}
        hours.setdefault(row.desk_id, []).append(line)
    return hours


def _walks(session: Session, names: Catalogue, trip_id: int) -> list[dict[str, Any]]:
    table, site = table_of(SiteWalk), table_of(Site)
    query = select(table).join(site, site.c.id == table.c.from_site_id).where(site.c.trip_id == trip_id)
    return [
        {
            "from": names.sites[row.from_site_id].code,
            "to": names.sites[row.to_site_id].code,
            "minutes": row.minutes,
        }
        for row in session.execute(query)
    ]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
