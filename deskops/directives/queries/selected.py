"""Reads of demands that were ticked, for one order on all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.demands.models import Demand, Person
from deskops.directives.models import Directive, DirectiveDemand

DEMANDS, PERSONS = table_of(Demand), table_of(Person)
DIRECTIVES, ABOUT = table_of(Directive), table_of(DirectiveDemand)


@dataclass(frozen=True)
class SelectedDemand:
    """A demand as it is shown among those that were ticked."""

    id: int
    code: str
    name: str
    topic_id: int
    state: str


def demands_selected(session: Session, trip_id: int, demand_ids: Collection[int]) -> list[SelectedDemand]:
    """Those demands of a trip. Raises NotFound where one isn't of it."""
    plain = ("id", "code", "topic_id", "state")
    query: Select[Any] = (
        select(*(DEMANDS.c[name] for name in plain), PERSONS.c.name)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
        .where(DEMANDS.c.id.in_(demand_ids), DEMANDS.c.trip_id == trip_id)
        .order_by(DEMANDS.c.id)
    )
    found = [SelectedDemand(**row._asdict()) for row in session.execute(query)]
    if len(found) != len(set(demand_ids)):
        raise NotFound()
    return found


def prepared_before(
    session: Session, user_id: int, demand_ids: Collection[int], collective_id: int | None
) -> int:
    """How many orders somebody has signed or prepared on any of these demands, or on a collective one."""
    on_one = select(ABOUT.c.directive_id).where(ABOUT.c.demand_id.in_(demand_ids))
    about: list[ColumnElement[bool]] = [DIRECTIVES.c.id.in_(on_one)]
    if collective_id is not None:
        about.append(DIRECTIVES.c.collective_id == collective_id)
    query = select(func.count()).select_from(DIRECTIVES)
    return int(session.execute(query.where(or_(*about), DIRECTIVES.c.prepared_by == user_id)).scalar_one())
