"""Matters that many people share, and the demands that are tied to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select

from deskops.accounts.actor import Actor
from deskops.core.errors import NotFound, StaleVersion
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.errors import UnknownTopic
from deskops.demands.models import Demand
from deskops.desks.models import Topic
from deskops.followup import rules
from deskops.followup.errors import CollectiveClosed, NothingChosen, TooManyChosen
from deskops.followup.events import CollectiveChanged, CollectiveMade, DemandTied, DemandUntied
from deskops.followup.models import Collective, CollectiveDemand


@dataclass(frozen=True)
class Subject:
    """What a collective demand is about. `topic_id` and `county` where all of them have the same."""

    title: str
    topic_id: int | None = None
    county: str = ""
    note: str = ""


@dataclass(frozen=True)
class Tied:
    """`demand_ids` are tied now; `left_out` were merged, withdrawn or invalid, or are tied to another matter."""

    demand_ids: list[int]
    left_out: int

    def as_json(self) -> dict[str, int]:
        """How many of each."""
        return {"tied": len(self.demand_ids), "left_out": self.left_out}


def make_collective(uow: UnitOfWork, actor: Actor, trip_id: int, subject: Subject) -> int:
    """Raises UnknownTopic."""
    actor.require("collective.tie", trip_id)
    _check_topic(uow, trip_id, subject.topic_id)
    row = Collective(
        trip_id=trip_id,
        state=rules.COLLECTIVE_OPEN,
        made_at=uow.now,
        made_by=actor.user_id,
        version=1,
        **vars(subject),
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(CollectiveMade(trip_id=trip_id, collective_id=row.id, topic_id=row.topic_id))
    return row.id


def make_and_tie(
    uow: UnitOfWork, actor: Actor, trip_id: int, subject: Subject, demand_ids: Collection[int]
) -> dict[str, int]:
    """A new one with the demands that were chosen for it, if any: `{id, tied, left_out}`. Raises as both."""
    collective_id = make_collective(uow, actor, trip_id, subject)
    tied = tie(uow, actor, trip_id, collective_id, demand_ids) if demand_ids else Tied([], 0)
    return {"id": collective_id} | tied.as_json()


def change_collective(
    uow: UnitOfWork, actor: Actor, trip_id: int, collective_id: int, subject: Subject, version: int | None
) -> int:
    """Correct what it is about; returns its version. Raises NotFound, UnknownTopic, StaleVersion."""
    actor.require("collective.tie", trip_id)
    row = locked_collective(uow, trip_id, collective_id)
    if version is not None and version != row.version:
        raise StaleVersion(details={"version": row.version})
    _check_topic(uow, trip_id, subject.topic_id)
    for name, value in vars(subject).items():
        setattr(row, name, value)
    return _changed(uow, row)


def set_state(uow: UnitOfWork, actor: Actor, trip_id: int, collective_id: int, state: str) -> int:
    """Close it, so that nothing more is tied to it, or open it again; its demands and orders stay. Raises NotFound."""
    actor.require("collective.tie", trip_id)
    row = locked_collective(uow, trip_id, collective_id)
    if row.state == state:
        return row.version
    row.state = state
    return _changed(uow, row)


def tie(uow: UnitOfWork, actor: Actor, trip_id: int, collective_id: int, demand_ids: Collection[int]) -> Tied:
    """Tie demands to a matter; those that are tied to it already stay so. What was ordered on it already isn't ordered on
    them here: see directives.

    Raises NotFound, also for a demand of another trip, CollectiveClosed, NothingChosen, TooManyChosen.
    """
    actor.require("collective.tie", trip_id)
    row = locked_collective(uow, trip_id, collective_id)
    if row.state != rules.COLLECTIVE_OPEN:
        raise CollectiveClosed()
    wanted = _wanted(demand_ids)
    demands = select(Demand.id, Demand.state).where(Demand.id.in_(wanted), Demand.trip_id == trip_id)
    states = {
        found.id: found.state for found in uow.session.execute(demands.order_by(Demand.id).with_for_update())
    }
    if states.keys() != wanted:
        raise NotFound()
    tied = select(CollectiveDemand.demand_id).where(CollectiveDemand.demand_id.in_(wanted))
    taken = set(uow.session.scalars(tied))
    new = [one for one, state in states.items() if one not in taken and state not in rules.NOT_TIED]
    uow.session.add_all(
        CollectiveDemand(demand_id=one, collective_id=row.id, tied_at=uow.now, tied_by=actor.user_id)
        for one in new
    )
    uow.session.flush()
    for one in new:
        uow.record(DemandTied(trip_id=trip_id, demand_id=one, collective_id=row.id))
    return Tied(new, len(wanted) - len(new))


def untie(uow: UnitOfWork, actor: Actor, trip_id: int, collective_id: int, demand_id: int) -> None:
    """It stands alone again. Raises NotFound."""
    actor.require("collective.tie", trip_id)
    row = locked_collective(uow, trip_id, collective_id)
    mine = (CollectiveDemand.demand_id == demand_id, CollectiveDemand.collective_id == row.id)
    if uow.session.scalar(select(CollectiveDemand.demand_id).where(*mine)) is None:
        raise NotFound()
    uow.session.execute(delete(CollectiveDemand).where(*mine))
    uow.record(DemandUntied(trip_id=trip_id, demand_id=demand_id, collective_id=row.id))


def locked_collective(uow: UnitOfWork, trip_id: int, collective_id: int) -> Collective:
    """The row, locked before its demands until the commit: who is tied while an order is issued gets it, or waits for it.

    Raises NotFound.
    """
    query = select(Collective).where(Collective.id == collective_id, Collective.trip_id == trip_id)
    row = uow.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound()
    return row


def _wanted(demand_ids: Collection[int]) -> set[int]:
    if not demand_ids:
        raise NothingChosen()
    if len(demand_ids) > rules.MOST_TIED_AT_ONCE:
        raise TooManyChosen(most=rules.MOST_TIED_AT_ONCE)
    return set(demand_ids)


def _check_topic(uow: UnitOfWork, trip_id: int, topic_id: int | None) -> None:
    of_trip = (Topic.id == topic_id, Topic.trip_id == trip_id)
    if topic_id is not None and uow.session.scalar(select(Topic.id).where(*of_trip)) is None:
        raise UnknownTopic(field="topic_id")


def _changed(uow: UnitOfWork, row: Collective) -> int:
    row.version += 1
    uow.record(CollectiveChanged(trip_id=row.trip_id, collective_id=row.id, state=row.state))
    return row.version
