"""An order as it is given: what it says, checked, and written down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.models import Demand
from deskops.demands.rules import CLOSED, INVALID
from deskops.desks.models import Agency
from deskops.directives import rules
from deskops.directives.errors import (
    DemandDecided,
    DirectiveMoved,
    OrderAtFault,
    TooManyDemands,
    UnknownAgency,
)
from deskops.directives.models import Directive, DirectiveAddressee, DirectiveDemand
from deskops.followup.errors import CollectiveClosed
from deskops.followup.models import Collective
from deskops.followup.rules import COLLECTIVE_CLOSED

# What takes no new order.
DECIDED = frozenset({CLOSED, INVALID, "merged", "withdrawn"})


@dataclass(frozen=True, kw_only=True)
class Order:
    """What an official orders, as it is filled in: `agency_ids` are to do it, `copy_ids` are told; `demand_ids` it is about,
    or a collective demand, with `older_ids` that are to be followed up. `amount` is in rials. `draft_id` is what was
    prepared, and is signed in these words instead.
    """

    kind: str
    text: str
    demand_ids: tuple[int, ...] = ()
    collective_id: int | None = None
    older_ids: tuple[int, ...] = ()
    agency_ids: tuple[int, ...] = ()
    copy_ids: tuple[int, ...] = ()
    days: int | None = None
    amount: int | None = None
    whose_id: int | None = None
    template_id: int | None = None
    session_id: int | None = None
    appointment_id: int | None = None
    photo: str | None = None
    supersedes_id: int | None = None
    draft_id: int | None = None


def in_its_place(uow: UnitOfWork, trip_id: int, official_id: int, order: Order) -> Order:
    """An order in the place of one of the same official's, about all that that one is about.

    Raises NotFound, DirectiveMoved where that one doesn't bind.
    """
    older = uow.session.get(Directive, order.supersedes_id)
    if older is None or (older.trip_id, older.official_id) != (trip_id, official_id):
        raise NotFound()
    if older.state != rules.ISSUED:
        raise DirectiveMoved(details={"state": older.state})
    about = select(DirectiveDemand.demand_id).where(
        DirectiveDemand.directive_id == older.id, DirectiveDemand.role == rules.MAIN
    )
    demand_ids = tuple(sorted(uow.session.scalars(about)))
    return replace(order, demand_ids=demand_ids, collective_id=older.collective_id)


def check_order(session: Session, trip_id: int, order: Order) -> None:
    """Raises OrderAtFault, UnknownAgency, TooManyDemands, DemandDecided, and NotFound for what is of another trip."""
    fault = rules.fault_of(
        order.kind,
        text=order.text,
        agencies=len(set(order.agency_ids)),
        days=order.days,
        amount=order.amount,
        whose=order.whose_id,
    )
    if fault is not None:
        raise OrderAtFault(field=fault)
    if len(order.demand_ids) > rules.MOST_DEMANDS:
        raise TooManyDemands(most=rules.MOST_DEMANDS)
    if not order.demand_ids and order.collective_id is None:
        raise NotFound()
    _check_agencies(session, {*order.agency_ids, *order.copy_ids} | {order.whose_id} - {None})
    _check_demands(session, trip_id, order)


def check_written(session: Session, row: Directive) -> None:
    """That what was prepared or proposed can still be ordered. Raises UnknownAgency, DemandDecided."""
    named = select(DirectiveAddressee.agency_id).where(DirectiveAddressee.directive_id == row.id)
    _check_agencies(session, {*session.scalars(named), row.whose_id} - {None})
    main = (DirectiveDemand.directive_id == row.id, DirectiveDemand.role == rules.MAIN)
    query = select(Demand.id).join(DirectiveDemand, DirectiveDemand.demand_id == Demand.id)
    decided = list(session.scalars(query.where(*main, Demand.state.in_(DECIDED))))
    if decided and row.supersedes_id is None:
        raise DemandDecided(details={"demand_ids": decided})


def _check_agencies(session: Session, agency_ids: Collection[int | None]) -> None:
    query = select(Agency.id).where(Agency.id.in_(agency_ids), Agency.retired_at.is_(None))
    if set(session.scalars(query)) != set(agency_ids):
        raise UnknownAgency(field="agency_ids")


def _check_demands(session: Session, trip_id: int, order: Order) -> None:
    wanted = {*order.demand_ids, *order.older_ids}
    mine = (Demand.id.in_(wanted), Demand.trip_id == trip_id)
    states = {row.id: row.state for row in session.execute(select(Demand.id, Demand.state).where(*mine))}
    if states.keys() != wanted:
        raise NotFound()
    decided = [demand_id for demand_id in order.demand_ids if states[demand_id] in DECIDED]
    if decided and order.supersedes_id is None:
        raise DemandDecided(details={"demand_ids": decided})
    if order.collective_id is not None:
        of_trip = (Collective.id == order.collective_id, Collective.trip_id == trip_id)
        state = session.scalar(select(Collective.state).where(*of_trip))
        if state is None:
            raise NotFound()
        if state == COLLECTIVE_CLOSED and order.supersedes_id is None:
            raise CollectiveClosed()


def write_order(uow: UnitOfWork, trip_id: int, official_id: int, order: Order) -> Directive:
    """The order as a draft, with whom and what it is about."""
    same = ("kind", "collective_id", "days", "amount", "whose_id", "template_id", "session_id", "appointment_id",
            "photo", "supersedes_id")  # fmt: skip
    row = Directive(
        trip_id=trip_id,
        official_id=official_id,
        state=rules.DRAFT,
        text=order.text.strip(),
        prepared_at=uow.now,
        prepared_by=uow.actor.user_id,
        **{name: getattr(order, name) for name in same},
    )
    uow.session.add(row)
    uow.session.flush()
    tie(uow, row.id, order)
    return row


def tie(uow: UnitOfWork, directive_id: int, order: Order) -> None:
    """Write down which demands and agencies a new order is about."""
    demands = _roles(order.demand_ids, rules.MAIN) | _roles(
        set(order.older_ids) - {*order.demand_ids}, rules.OLDER
    )
    uow.session.add_all(
        DirectiveDemand(directive_id=directive_id, demand_id=demand_id, role=role)
        for demand_id, role in sorted(demands.items())
    )
    agencies = _roles(set(order.copy_ids) - {*order.agency_ids}, rules.COPY) | _roles(
        order.agency_ids, rules.ORDER
    )
    uow.session.add_all(
        DirectiveAddressee(directive_id=directive_id, agency_id=agency_id, role=role)
        for agency_id, role in sorted(agencies.items())
    )


def _roles(ids: Collection[int] | Sequence[int], role: str) -> dict[int, str]:
    return dict.fromkeys(ids, role)
