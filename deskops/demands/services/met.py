"""Somebody who tells an official their matter on the way: a demand without a turn in any queue."""

from __future__ import annotations

from deskops.accounts.actor import Actor
from deskops.core.codes import new_tracking_code
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.errors import IntakeClosed, UnknownTopic
from deskops.demands.events import DemandMet
from deskops.demands.services.intake import Registration, add_demand
from deskops.demands.services.tickets import act
from deskops.desks.queries import catalogue
from deskops.desks.rules import LIVE


def register_met(uow: UnitOfWork, actor: Actor, trip_id: int, wanted: Registration) -> int:
    """Register who was met, for a decision at once; returns the demand's id. Raises IntakeClosed, UnknownTopic."""
    actor.require("directive.prepare", trip_id)
    names = catalogue(uow.session, trip_id)
    if names.trip.phase != LIVE:
        raise IntakeClosed(details={"phase": names.trip.phase})
    topic = names.topics.get(wanted.topic_id)
    if topic is None or not topic.is_offered:
        raise UnknownTopic(field="topic_id")
    demand = add_demand(act(uow, actor, trip_id), trip_id, wanted, new_tracking_code(), None)
    demand_id = int(demand["id"])
    uow.record(DemandMet(trip_id=trip_id, demand_id=demand_id, topic_id=wanted.topic_id))
    return demand_id
