"""Who is tied to a matter gets what was ordered on it already; who is untied is where they were without it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.unit_of_work import UnitOfWork
from deskops.directives import rules
from deskops.directives.models import Directive
from deskops.directives.services.concerned import concerned_of, decide, put_back
from deskops.directives.services.issuing import ordered_agencies
from deskops.directives.services.telling import tell_people
from deskops.followup.services import collectives
from deskops.followup.services.collectives import Tied


def tie(uow: UnitOfWork, actor: Actor, trip_id: int, collective_id: int, demand_ids: Collection[int]) -> Tied:
    """Tie demands to a matter, with all that was ordered on it; their people are told of the last order. Raises as
    `collectives.tie`.
    """
    tied = collectives.tie(uow, actor, trip_id, collective_id, demand_ids)
    binding = _binding(uow, collective_id)
    for row in binding if tied.demand_ids else ():
        decide(uow, row, concerned_of(uow, tied.demand_ids))
    if binding and tied.demand_ids:
        last = binding[-1]
        tell_people(uow, last, tied.demand_ids, ordered_agencies(uow, last.id))
    return tied


def untie(uow: UnitOfWork, actor: Actor, trip_id: int, collective_id: int, demand_id: int) -> int:
    """Untie a demand; returns its id. Raises as `collectives.untie`."""
    collectives.untie(uow, actor, trip_id, collective_id, demand_id)
    for row in reversed(_binding(uow, collective_id)):
        put_back(uow, row, concerned_of(uow, [demand_id]))
    return demand_id


def _binding(uow: UnitOfWork, collective_id: int) -> list[Directive]:
    """The orders on a matter that bind, oldest first."""
    mine = (Directive.collective_id == collective_id, Directive.state == rules.ISSUED)
    return list(uow.session.scalars(select(Directive).where(*mine).order_by(Directive.id)))
