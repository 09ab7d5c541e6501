"""The demands that a directive is about, and what becomes of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from deskops.core.database import table_of
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.models import Demand, Ticket
from deskops.demands.rules import AWAITING_CITIZEN, CLOSED, IN_PROGRESS
from deskops.directives import rules
from deskops.directives.events import DemandDirected, DemandUndirected
from deskops.directives.models import Directive, DirectiveDemand
from deskops.directives.services.orders import DECIDED
from deskops.followup.models import IS_OPEN, CollectiveDemand, Referral
from deskops.followup.services.collectives import locked_collective

REOPENED = "reopened"
DEMANDS, TICKETS, REFERRALS = table_of(Demand), table_of(Ticket), table_of(Referral)
ABOUT, TIED = table_of(DirectiveDemand), table_of(CollectiveDemand)


@dataclass(frozen=True)
class Concerned:
    """A demand that an order is about. `is_tied`: through a collective one alone. `desk_id` is where its turn is or was,
    `note` what was written when it was decided.
    """

    demand_id: int
    trip_id: int
    state: str
    note: str
    closed_at: datetime | None
    role: str
    is_tied: bool
    desk_id: int | None


def locked_concerned(uow: UnitOfWork, row: Directive) -> list[Concerned]:
    """All of them, locked until the commit, in the order of their ids."""
    query = select(ABOUT.c.demand_id, ABOUT.c.role).where(ABOUT.c.directive_id == row.id)
    roles: dict[int, str] = {found.demand_id: found.role for found in uow.session.execute(query)}
    tied: set[int] = set()
    if row.collective_id is not None:
        locked_collective(uow, row.trip_id, row.collective_id)
        tied = set(
            uow.session.scalars(select(TIED.c.demand_id).where(TIED.c.collective_id == row.collective_id))
        )
    return concerned_of(uow, {*roles, *tied}, roles)


def concerned_of(
    uow: UnitOfWork, demand_ids: Collection[int], roles: Mapping[int, str] | None = None
) -> list[Concerned]:
    """The same of these demands; those without a role are tied through a collective one alone."""
    ids, roles = sorted(demand_ids), roles or {}
    known = ("id", "trip_id", "state", "outcome_note", "closed_at", "desk_id")
    demands: Select[Any] = select(*(DEMANDS.c[name] for name in known))
    demands = demands.where(DEMANDS.c.id.in_(ids)).order_by(DEMANDS.c.id)
    desks = _desks_of_turns(uow, ids)
    return [
        Concerned(
            demand_id=found.id,
            trip_id=found.trip_id,
            state=found.state,
            note=found.outcome_note,
            closed_at=found.closed_at,
            role=roles.get(found.id, rules.MAIN),
            is_tied=found.id not in roles,
            desk_id=desks.get(found.id) or found.desk_id,
        )
        for found in uow.session.execute(demands.with_for_update())
    ]


def _desks_of_turns(uow: UnitOfWork, demand_ids: list[int]) -> dict[int, int | None]:
    query = select(TICKETS.c.demand_id, TICKETS.c.desk_id).where(TICKETS.c.demand_id.in_(demand_ids))
    return {row.demand_id: row.desk_id for row in uow.session.execute(query.order_by(TICKETS.c.id))}


def decide(uow: UnitOfWork, row: Directive, concerned: list[Concerned]) -> None:
    """Put the demands into the state that the kind of order leaves them in, and tell it of each. What an agency still has
    isn't closed by an answer beside it; what is closed, such as an older demand that is followed up, stays as it is.
    """
    kind = rules.KINDS[row.kind]
    referred = _with_open_referrals(uow, [one.demand_id for one in concerned])
    decided = {
        one.demand_id
        for one in concerned
        if one.state not in DECIDED
        and one.role == rules.MAIN
        and not (kind.state == CLOSED and one.demand_id in referred)
    }
    _put(uow, row, sorted(decided), kind.state, kind.outcome)
    for one in concerned:
        is_decided = one.demand_id in decided
        state, outcome = (kind.state, kind.outcome) if is_decided else (one.state, None)
        uow.record(
            DemandDirected(
                trip_id=one.trip_id,
                demand_id=one.demand_id,
                directive_id=row.id,
                order=row.kind,
                number=row.number or 0,
                desk_id=one.desk_id,
                state=state,
                outcome=outcome,
            )
        )


def put_back(uow: UnitOfWork, row: Directive, concerned: list[Concerned]) -> None:
    """Bring the demands of an order that ended back to where they are without it: what it closed is open again, what it
    sent to agencies is in progress where none of them has it any more. What others decided stays.
    """
    referred = _with_open_referrals(uow, [one.demand_id for one in concerned])
    for one in concerned:
        state = None if one.role == rules.OLDER else _without(row, one, one.demand_id in referred)
        if state is None:
            continue
        values: dict[str, Any] = {"state": state, "outcome": None, "outcome_note": "", "closed_at": None}
        values["version"] = DEMANDS.c.version + 1
        uow.session.execute(update(DEMANDS).where(DEMANDS.c.id == one.demand_id).values(values))
        uow.record(
            DemandUndirected(
                trip_id=one.trip_id,
                demand_id=one.demand_id,
                directive_id=row.id,
                desk_id=one.desk_id,
                state=state,
            )
        )


def _without(row: Directive, one: Concerned, is_referred: bool) -> str | None:
    """The state that a demand goes back to; None where this order isn't what left it as it is."""
    left_in = rules.KINDS[row.kind].state
    if one.state != left_in:
        return None
    if left_in == rules.REFERRED:
        return None if is_referred else IN_PROGRESS
    if left_in == AWAITING_CITIZEN:
        return IN_PROGRESS if one.note == row.text else None
    # Closing and issuing are one instant; whoever else closed it did so at another. Who was tied later was answered later.
    answered_later = one.is_tied and one.note == row.text
    return REOPENED if one.closed_at == row.issued_at or answered_later else None


def _put(uow: UnitOfWork, row: Directive, demand_ids: list[int], state: str, outcome: str | None) -> None:
    values: dict[str, Any] = {"state": state, "version": DEMANDS.c.version + 1}
    if outcome is not None:
        values |= {"outcome": outcome, "outcome_note": row.text}
    if state == CLOSED:
        values["closed_at"] = uow.now
    uow.session.execute(update(DEMANDS).where(DEMANDS.c.id.in_(demand_ids)).values(values))


def _with_open_referrals(uow: UnitOfWork, demand_ids: list[int]) -> set[int]:
    """Those that an agency has, by themselves or through the matter that they share."""
    own = select(REFERRALS.c.demand_id).where(REFERRALS.c.demand_id.in_(demand_ids), IS_OPEN)
    through = (
        select(TIED.c.demand_id)
        .join(REFERRALS, REFERRALS.c.collective_id == TIED.c.collective_id)
        .where(TIED.c.demand_id.in_(demand_ids), IS_OPEN)
    )
    found = {*uow.session.scalars(own), *uow.session.scalars(through)}
    return {demand_id for demand_id in found if demand_id is not None}
