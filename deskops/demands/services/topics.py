"""What a change of topics or desks does to those who wait."""

from __future__ import annotations

from sqlalchemy import func, select

from deskops.accounts.actor import SYSTEM
from deskops.balancing.load import Load
from deskops.balancing.reroute import place
from deskops.balancing.state import Waiting
from deskops.core.database import table_of
from deskops.core.events import DomainEvent
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import DeskAwaited
from deskops.demands.events import TicketTopicChanged
from deskops.demands.models import IS_ACTIVE, Demand, Ticket
from deskops.demands.services import handing_over
from deskops.demands.services.tickets import Act, put, tickets_of
from deskops.demands.trip_load import TripLoad
from deskops.desks.events import SetupChanged
from deskops.desks.models import Desk, Topic
from deskops.desks.rules import takers
from deskops.desks.services.desks import DESK
from deskops.desks.services.topics import TOPIC

TICKETS, DEMANDS = table_of(Ticket), table_of(Demand)
TOPICS, DESKS = table_of(Topic), table_of(Desk)
SET_UP_ANEW = handing_over.Cause(rules.SETUP_CHANGED, leaves=True)


def follow_topics(uow: UnitOfWork, event: DomainEvent) -> None:
    """In the transaction that merges a topic or brings one back: who waits, waits under the topic that takes their demand
    now, at a desk that does it. Demands keep their topic, so that a merger can be taken back; who is called or served
    already is served under the old one.
    """
    if not (isinstance(event, SetupChanged) and event.what == TOPIC):
        return
    wanted = _wanted_topics(uow, event.trip_id)
    doing = Act(uow, SYSTEM, uow.now)
    for row in tickets_of(uow, event.trip_id, wanted):
        if row.status not in rules.AT_PLACE:
            # Since when somebody is on hold, or was missed, is no matter of their topic.
            put(
                doing, row, row.status, TicketTopicChanged, topic_id=wanted[row.id], changed_at=row.changed_at
            )
    _share_out_misplaced(doing, event.trip_id)


def follow_desks(uow: UnitOfWork, event: DomainEvent) -> None:
    """In the transaction that changes desks: who waits for one that does their topic no more, or takes no walk-ins or no
    calls, waits for another. Raises DeskAwaited where people wait for a desk that was retired.
    """
    if not (isinstance(event, SetupChanged) and event.what == DESK):
        return
    retired = select(DESKS.c.id).where(DESKS.c.trip_id == event.trip_id, DESKS.c.retired_at.is_not(None))
    there = select(func.count()).where(TICKETS.c.trip_id == event.trip_id, IS_ACTIVE)
    waiting = uow.session.execute(there.where(TICKETS.c.desk_id.in_(retired))).scalar_one()
    if waiting:
        raise DeskAwaited(num=waiting)
    _share_out_misplaced(Act(uow, SYSTEM, uow.now), event.trip_id)


def _wanted_topics(uow: UnitOfWork, trip_id: int) -> dict[int, int]:
    """The topic under which each of those waits, by ticket, who wait under another now."""
    merged = select(TOPICS.c.id, TOPICS.c.merged_into_id).where(TOPICS.c.trip_id == trip_id)
    taken_by = takers({row.id: row.merged_into_id for row in uow.session.execute(merged)})
    given = DEMANDS.c.topic_id.label("given")
    query = (
        select(TICKETS.c.id, TICKETS.c.topic_id, given)
        .join(DEMANDS, DEMANDS.c.id == TICKETS.c.demand_id)
        .where(TICKETS.c.trip_id == trip_id, IS_ACTIVE)
        .where((TICKETS.c.topic_id != DEMANDS.c.topic_id) | DEMANDS.c.topic_id.in_(taken_by))
    )
    rows = uow.session.execute(query).all()
    wanted = {row.id: taken_by.get(row.given, row.given) for row in rows}
    return {row.id: wanted[row.id] for row in rows if wanted[row.id] != row.topic_id}


def _share_out_misplaced(doing: Act, trip_id: int) -> None:
    """Another desk for those whose desk doesn't do their topic any more."""
    # As it is in this transaction; what other requests look at learns it after the commit.
    load = TripLoad(doing.uow.session, trip_id).load
    handing_over.relabel_people(doing, trip_id, place(load, _misplaced(load)), SET_UP_ANEW)


def _misplaced(load: Load) -> list[Waiting]:
    """Oldest first."""
    found = [waiting for waiting in load.all_waiting() if not _is_placed(load, waiting)]
    return sorted(found, key=lambda waiting: waiting.by_age)


def _is_placed(load: Load, waiting: Waiting) -> bool:
    """Whether their desk may serve them, where they are; nobody's is a place too."""
    if waiting.desk_id is None:
        return True
    desk = load.desks[waiting.desk_id].desk
    return waiting.topic_id in desk.speed and waiting.place in desk.places
