"""Reads of matters that many people share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.demands.models import Demand, Person
from deskops.followup.models import Collective, CollectiveDemand

COLLECTIVES, TIED = table_of(Collective), table_of(CollectiveDemand)
DEMANDS, PERSONS = table_of(Demand), table_of(Person)
PAGE_SIZE = 50


@dataclass(frozen=True)
class CollectiveLine:
    """A collective demand with how many demands are tied to it."""

    id: int
    title: str
    topic_id: int | None
    county: str
    note: str
    state: str
    made_at: datetime
    version: int
    demands: int


@dataclass(frozen=True)
class TiedDemand:
    """A demand of a collective one; `tied_at` is when it was tied."""

    id: int
    code: str
    name: str
    topic_id: int
    county: str
    state: str
    outcome: str | None
    tied_at: datetime


@dataclass(frozen=True)
class CollectivePage:
    """A page, newest first; `next_before` is None on the last one."""

    lines: list[CollectiveLine]
    next_before: int | None


@dataclass(frozen=True)
class TiedPage:
    """The same of a collective demand's demands."""

    lines: list[TiedDemand]
    next_before: int | None


def collective_page(
    session: Session, trip_id: int, state: str | None = None, before: int | None = None
) -> CollectivePage:
    """A page of a trip's collective demands, of all states unless one is given."""
    query = _counted().where(COLLECTIVES.c.trip_id == trip_id)
    if state is not None:
        query = query.where(COLLECTIVES.c.state == state)
    if before is not None:
        query = query.where(COLLECTIVES.c.id < before)
    rows = session.execute(query.order_by(COLLECTIVES.c.id.desc()).limit(PAGE_SIZE + 1))
    lines = [CollectiveLine(**row._asdict()) for row in rows]
    shown = lines[:PAGE_SIZE]
    return CollectivePage(shown, shown[-1].id if len(lines) > PAGE_SIZE else None)


def collective_of(session: Session, trip_id: int, collective_id: int) -> CollectiveLine:
    """One of a trip. Raises NotFound."""
    mine = (COLLECTIVES.c.id == collective_id, COLLECTIVES.c.trip_id == trip_id)
    row = session.execute(_counted().where(*mine)).first()
    if row is None:
        raise NotFound()
    return CollectiveLine(**row._asdict())


def collective_of_demand(session: Session, demand_id: int) -> CollectiveLine | None:
    """The matter that a demand shares, if any."""
    tied = select(TIED.c.collective_id).where(TIED.c.demand_id == demand_id)
    row = session.execute(_counted().where(COLLECTIVES.c.id.in_(tied))).first()
    return None if row is None else CollectiveLine(**row._asdict())


def demands_of(session: Session, collective_id: int, before: int | None = None) -> TiedPage:
    """A page of the demands that are tied to it."""
    plain = ("id", "code", "topic_id", "county", "state", "outcome")
    query: Select[Any] = (
        select(*(DEMANDS.c[name] for name in plain), PERSONS.c.name, TIED.c.tied_at)
        .join(DEMANDS, DEMANDS.c.id == TIED.c.demand_id)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
        .where(TIED.c.collective_id == collective_id)
    )
    if before is not None:
        query = query.where(TIED.c.demand_id < before)
    rows = session.execute(query.order_by(TIED.c.demand_id.desc()).limit(PAGE_SIZE + 1))
    lines = [TiedDemand(**row._asdict()) for row in rows]
    shown = lines[:PAGE_SIZE]
    return TiedPage(shown, shown[-1].id if len(lines) > PAGE_SIZE else None)


def collective_json(line: CollectiveLine) -> dict[str, Any]:
    """A collective demand as the API gives it."""
    return asdict(line) | {"made_at": line.made_at.isoformat()}


def shared_facts(session: Session, trip_id: int, demand_ids: Collection[int]) -> dict[str, Any]:
    """`topic_id` and `county` of demands of a trip, None where they differ, or where there are none."""
    mine = (DEMANDS.c.id.in_(demand_ids), DEMANDS.c.trip_id == trip_id)
    rows = session.execute(select(DEMANDS.c.topic_id, DEMANDS.c.county).where(*mine).distinct()).all()
    topics, counties = {row.topic_id for row in rows}, {row.county for row in rows}
    return {
        "topic_id": topics.pop() if len(topics) == 1 else None,
        "county": counties.pop() if len(counties) == 1 else None,
    }


def _counted() -> Select[Any]:
    plain = ("id", "title", "topic_id", "county", "note", "state", "made_at", "version")
    tied = select(func.count()).where(TIED.c.collective_id == COLLECTIVES.c.id).scalar_subquery()
    return select(*(COLLECTIVES.c[name] for name in plain), tied.label("demands"))
