"""What balancing would do, where coordinators want to be asked: they accept it or refuse it, of all or of some."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import ProposalsOver
from deskops.demands.models import Proposal
from deskops.demands.services.acts import DO, Wanted
from deskops.demands.services.tickets import Act, act
from deskops.demands.steering import ActsProposed, ProposalsRefused

PROPOSALS = table_of(Proposal)


def replace_open(uow: UnitOfWork, trip_id: int, kind: str, wanted: Sequence[Wanted]) -> None:
    """These instead of what the tick before proposed. Whom a coordinator left out isn't proposed again; labels are another
    matter, for they concern the queue as it is.
    """
    of_kind = (PROPOSALS.c.trip_id == trip_id, PROPOSALS.c.act == kind)
    stale = PROPOSALS.c.state.in_(
        (rules.OFFERED, rules.REFUSED) if kind == rules.RELABEL else (rules.OFFERED,)
    )
    uow.session.execute(delete(PROPOSALS).where(*of_kind, stale))
    refused = set(uow.session.scalars(select(PROPOSALS.c.ticket_id).where(*of_kind)))
    rows = [
        one._asdict() | {"trip_id": trip_id, "act": kind, "state": rules.OFFERED, "made_at": uow.now}
        for one in wanted
        if one.ticket_id not in refused
    ]
    if rows:
        uow.session.execute(insert(PROPOSALS), rows)
        uow.record(ActsProposed(trip_id=trip_id, act=kind, count=len(rows)))


def accept(
    uow: UnitOfWork, actor: Actor, trip_id: int, kind: str, ticket_ids: Collection[int] | None = None
) -> int:
    """Do what is proposed of a kind of rules.TICK_ACTS, with these people or with all; returns with how many it could still
    be done. Raises Forbidden, ProposalsOver.
    """
    doing = act(uow, actor, trip_id)
    rows = _open(uow, actor, trip_id, kind, ticket_ids)
    uow.session.execute(delete(PROPOSALS).where(PROPOSALS.c.id.in_([row.id for row in rows])))
    done = _do(doing, trip_id, kind, rows)
    if not done:
        raise ProposalsOver()
    return done


def _do(doing: Act, trip_id: int, kind: str, rows: Sequence[Row[Any]]) -> int:
    return DO[kind](doing, trip_id, [Wanted(row.ticket_id, row.desk_id, row.minutes) for row in rows])


def refuse(
    uow: UnitOfWork, actor: Actor, trip_id: int, kind: str, ticket_ids: Collection[int] | None = None
) -> int:
    """Leave these people as they are, or all; returns how many. Raises Forbidden, ProposalsOver."""
    rows = _open(uow, actor, trip_id, kind, ticket_ids)
    these = PROPOSALS.c.id.in_([row.id for row in rows])
    uow.session.execute(update(PROPOSALS).where(these).values(state=rules.REFUSED))
    uow.record(ProposalsRefused(trip_id=trip_id, act=kind, count=len(rows)))
    return len(rows)


def _open(
    uow: UnitOfWork, actor: Actor, trip_id: int, kind: str, ticket_ids: Collection[int] | None
) -> Sequence[Row[Any]]:
    actor.require("balance.decide", trip_id)
    wanted: list[ColumnElement[bool]] = [PROPOSALS.c.trip_id == trip_id, PROPOSALS.c.act == kind]
    wanted.append(PROPOSALS.c.state == rules.OFFERED)
    if ticket_ids is not None:
        wanted.append(PROPOSALS.c.ticket_id.in_(ticket_ids))
    rows = uow.session.execute(
        select(PROPOSALS).where(*wanted).order_by(PROPOSALS.c.id).with_for_update()
    ).all()
    if not rows:
        raise ProposalsOver()
    return rows
