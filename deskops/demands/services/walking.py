"""Those who were asked to walk to another site: after the minutes it takes, they are taken to be there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import jobs
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands import rules
from deskops.demands.models import IS_ACTIVE
from deskops.demands.services import serving
from deskops.demands.services.tickets import TICKETS

BATCH = 200


@jobs.handler("demands.walkers", every=timedelta(seconds=30))
def note_arrivals(_payload: dict[str, Any]) -> None:
    """Nobody who walked is forgotten: where no desk noted an arrival, the clock does."""
    with unit_of_work(SYSTEM) as uow:
        for trip_id, ticket_id in _due(uow):
            serving.arrive(uow, SYSTEM, trip_id, ticket_id)


def _due(uow: UnitOfWork) -> list[tuple[int, int]]:
    latest = uow.now - rules.WALK_TAKES
    query = (
        select(TICKETS.c.trip_id, TICKETS.c.id)
        .where(
            IS_ACTIVE,
            TICKETS.c.status == rules.WAITING,
            TICKETS.c.walk == "under_way",
            TICKETS.c.changed_at <= latest,
        )
        .order_by(TICKETS.c.id)
        .limit(BATCH)
    )
    return [(row.trip_id, row.id) for row in uow.session.execute(query)]
