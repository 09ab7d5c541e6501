"""What stands, as the records of list files: for their export, and for the dry run of an import."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.queries import names_of_users
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.desks.document.columns import AGENCIES, CARDS, COLUMNS, DESKS, SITES, STAFF_NEEDS, TOPICS
from deskops.desks.document.list_checks import Known, Values
from deskops.desks.models import (
    Agency,
    Desk,
    DeskHours,
    DeskTopic,
    GuidanceCard,
    GuidanceEdition,
    Place,
    Site,
    Topic,
    Trip,
)
from deskops.desks.queries.needs import needs_of_trip
from deskops.desks.queries.people import leaders_by_name

# Which other lists a list's codes are looked up in.
_REFERS = {kind: {column.refers for column in columns if column.refers} for kind, columns in COLUMNS.items()}
Codes = Mapping[int | None, str]


def known_of(session: Session, trip_id: int, kind: str) -> Known:
    """The records of a list by their code, with what the codes in them may be. Raises NotFound."""
    if session.get(Trip, trip_id) is None or kind not in COLUMNS:
        raise NotFound()
    codes = {name: frozenset(_codes(session, trip_id, name).values()) for name in _REFERS[kind]}
    if kind == DESKS:
        # A branch of the tree is no topic that a desk could do.
        codes[TOPICS] = frozenset(_codes(session, trip_id, TOPICS, assignable=True).values())
    leaders = _leaders(session, trip_id) if kind == DESKS else {}
    return Known(_RECORDS[kind](session, trip_id), codes, leaders, _retired(session, trip_id, kind))


def _retired(session: Session, trip_id: int, kind: str) -> dict[str, int | None]:
    """Codes stay with what is retired, and so do the numbers of desks."""
    if kind not in (SITES, AGENCIES, TOPICS, DESKS):
        return {}
    model: Any = {SITES: Site, AGENCIES: Agency, TOPICS: Topic, DESKS: Desk}[kind]
    query = select(model).where(model.retired_at.is_not(None))
    if kind != AGENCIES:
        query = query.where(model.trip_id == trip_id)
    return {row.code: getattr(row, "number", None) for row in session.scalars(query)}


def _leaders(session: Session, trip_id: int) -> dict[str, Counter[str]]:
    """How many people are called so, by column and folded name."""
    return {
        column: Counter({name: len(ids) for name, ids in people.items()})
        for column, people in leaders_by_name(session, trip_id).items()
    }


def _codes(session: Session, trip_id: int, kind: str, **only: Any) -> dict[int | None, str]:
    table = table_of({SITES: Site, AGENCIES: Agency, TOPICS: Topic, DESKS: Desk}[kind])
    query = select(table.c.id, table.c.code)
    if "trip_id" in table.c:
        query = query.where(table.c.trip_id == trip_id)
    if "retired_at" in table.c:
        query = query.where(table.c.retired_at.is_(None))
    for name, value in only.items():
        query = query.where(table.c[name] == value)
    return {row.id: row.code for row in session.execute(query.order_by(table.c.id))}


def _plain(kind: str, row: Any) -> Values:
    return {column.key: getattr(row, column.key) for column in COLUMNS[kind] if hasattr(row, column.key)}


def _sites(session: Session, trip_id: int) -> dict[str, Values]:
    query = select(Site).where(Site.trip_id == trip_id, Site.retired_at.is_(None))
    ordered = query.order_by(Site.position, Site.id)
    return {row.code: _plain(SITES, row) for row in session.scalars(ordered)}


def _agencies(session: Session, trip_id: int) -> dict[str, Values]:
    codes = _codes(session, trip_id, AGENCIES)
    query = select(Agency).where(Agency.retired_at.is_(None)).order_by(Agency.id)
    return {
        row.code: _plain(AGENCIES, row) | {"parent": codes.get(row.parent_id)}
        for row in session.scalars(query)
    }


def _topics(session: Session, trip_id: int) -> dict[str, Values]:
    codes, agencies = _codes(session, trip_id, TOPICS), _codes(session, trip_id, AGENCIES)
    query = select(Topic).where(Topic.trip_id == trip_id, Topic.retired_at.is_(None))
    return {
        row.code: _plain(TOPICS, row)
        | {
            "parent": codes.get(row.parent_id),
            "agency": agencies.get(row.agency_id),
            "synonyms": tuple(row.synonyms.splitlines()),
            "papers": tuple(row.papers.splitlines()),
        }
        for row in session.scalars(query.order_by(Topic.position, Topic.id))
    }


def _desks(session: Session, trip_id: int) -> dict[str, Values]:
    sites, agencies, topics = (_codes(session, trip_id, kind) for kind in (SITES, AGENCIES, TOPICS))
    speeds, hours, places = (_of_desks(session, trip_id, model) for model in (DeskTopic, DeskHours, Place))
    query = select(Desk).where(Desk.trip_id == trip_id, Desk.retired_at.is_(None)).order_by(Desk.number)
    desks = list(session.scalars(query))
    names = names_of_users(
        session, {one for row in desks for one in (row.head_user_id, row.official_user_id) if one}
    )
    return {
        row.code: _plain(DESKS, row)
        | {
            "site": sites[row.site_id],
            "agency": agencies.get(row.agency_id),
            "head": names.get(row.head_user_id or 0, ""),
            "official": names.get(row.official_user_id or 0, ""),
            "speeds": {topics[one.topic_id]: one.factor for one in speeds[row.id] if one.topic_id in topics},
        }
        | _times(hours[row.id])
        | _places(places[row.id])
        for row in desks
    }


def _of_desks(session: Session, trip_id: int, model: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(model).where(model.desk_id.in_(select(Desk.id).where(Desk.trip_id == trip_id)))
    for row in session.scalars(query):
        found[row.desk_id].append(row)
    return found


def _times(rows: list[Any]) -> Values:
    """Opening and closing where they are the same on all days."""
    times = {(row.opens, row.closes) for row in rows}
    opens, closes = times.pop() if len(times) == 1 else (None, None)
    return {"opens": opens, "closes": closes}


def _places(rows: list[Any]) -> Values:
    """How many of each kind, and how many of them somebody worked at: those must stay."""
    count = Counter(row.kind for row in rows)
    used = Counter(row.kind for row in rows if row.state != "closed" or row.version > 1)
    return {
        "counters": count["counter"],
        "phones": count["phone"],
        "used_counters": used["counter"],
        "used_phones": used["phone"],
    }


def _cards(session: Session, trip_id: int) -> dict[str, Values]:
    """Cards have no code; the number stands in for it."""
    topics = _codes(session, trip_id, TOPICS)
    edition = (GuidanceEdition.card_id == GuidanceCard.id) & (GuidanceEdition.number == GuidanceCard.edition)
    query = select(GuidanceCard, GuidanceEdition).join(GuidanceEdition, edition)
    query = query.where(GuidanceCard.trip_id == trip_id, GuidanceCard.retired_at.is_(None)).order_by(
        GuidanceCard.id
    )
    return {
        str(card.id): _plain(CARDS, words)
        | {"topic": topics.get(card.topic_id), "good_until": card.good_until}
        for card, words in session.execute(query)
    }


def _needs(session: Session, trip_id: int) -> dict[str, Values]:
    codes, needs = _codes(session, trip_id, DESKS), needs_of_trip(session, trip_id)
    return {
        code: {"code": code, **asdict(needs[desk_id])} for desk_id, code in codes.items() if desk_id in needs
    }


_RECORDS: Mapping[str, Callable[[Session, int], dict[str, Values]]] = {
    SITES: _sites,
    AGENCIES: _agencies,
    TOPICS: _topics,
    DESKS: _desks,
    CARDS: _cards,
    STAFF_NEEDS: _needs,
}
