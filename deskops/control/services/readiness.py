"""Use cases of the readiness board: marks that a person puts, and go or no-go."""

from __future__ import annotations

from sqlalchemy import delete, select

from deskops.accounts.actor import Actor
from deskops.control import rules
from deskops.control.errors import DecisionNeedsReason
from deskops.control.events import GoDecided, ReadinessMarked
from deskops.control.models import GoDecision, ReadinessMark
from deskops.control.queries.readiness import readiness_board
from deskops.core.database import table_of
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.upsert import upsert
from deskops.desks.models import Desk

MARKS = table_of(ReadinessMark)


def mark(
    uow: UnitOfWork, actor: Actor, trip_id: int, name: str, good: bool | None, desk_id: int | None = None
) -> int:
    """Put a mark to a desk, or to all that the actor may mark; `good` None takes it back. Returns to how many desks.

    Raises NotFound for a check that nobody marks and for a desk of another trip; Forbidden.
    """
    actor.require("readiness.mark", trip_id)
    if name not in rules.MARKED:
        raise NotFound()
    desk_ids = _reachable(uow, actor, trip_id, desk_id)
    if good is None:
        uow.session.execute(delete(MARKS).where(MARKS.c.desk_id.in_(desk_ids), MARKS.c.name == name))
    elif desk_ids:
        found = {"trip_id": trip_id, "name": name, "good": good, "at": uow.now, "user_id": actor.user_id}
        added = upsert(uow.session, MARKS).values([{**found, "desk_id": one} for one in desk_ids])
        new = {column: getattr(added.excluded, column) for column in ("good", "at", "user_id")}
        uow.session.execute(added.on_conflict_do_update(index_elements=["desk_id", "name"], set_=new))
    uow.record(ReadinessMarked(trip_id=trip_id, name=name, good=good, count=len(desk_ids), desk_id=desk_id))
    return len(desk_ids)


def decide(
    uow: UnitOfWork, actor: Actor, trip_id: int, go: bool, reason: str = "", desk_id: int | None = None
) -> GoDecision:
    """Go, or no-go, for a desk or for the whole. Raises NotFound, Forbidden, DecisionNeedsReason."""
    actor.require("readiness.decide", trip_id)
    board = readiness_board(uow.session, trip_id)
    desk = next((line for line in board.desks if line.desk_id == desk_id), None)
    if desk_id is not None and desk is None:
        raise NotFound()
    faults = board.faults if desk is None else desk.faults
    if (faults or not go) and not reason:
        raise DecisionNeedsReason(field="reason")
    row = GoDecision(
        trip_id=trip_id,
        desk_id=desk_id,
        go=go,
        faults=faults,
        reason=reason,
        at=uow.now,
        user_id=actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(GoDecided(trip_id=trip_id, decision_id=row.id, desk_id=desk_id, go=go, faults=faults))
    return row


def _reachable(uow: UnitOfWork, actor: Actor, trip_id: int, desk_id: int | None) -> list[int]:
    own = actor.desk_ids("readiness.mark", trip_id)
    query = select(Desk.id).where(Desk.trip_id == trip_id, Desk.retired_at.is_(None))
    desk_ids = set(uow.session.scalars(query))
    if desk_id is None:
        return sorted(desk_ids if own is None else desk_ids & own)
    if desk_id not in desk_ids:
        raise NotFound()
    if own is not None and desk_id not in own:
        raise Forbidden()
    return [desk_id]
