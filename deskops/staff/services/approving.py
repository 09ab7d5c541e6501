"""A draft becomes the plan that stands, or is thrown away."""

from __future__ import annotations

from deskops.accounts.actor import Actor
from deskops.core.unit_of_work import UnitOfWork
from deskops.staff import rules
from deskops.staff.errors import DifferenceChanged, NoDraft
from deskops.staff.events import RosterApproved, RosterDiscarded
from deskops.staff.models import Roster
from deskops.staff.queries.difference import Difference, difference
from deskops.staff.services import plan
from deskops.staff.services.rostering import roster_of


def approve_roster(uow: UnitOfWork, actor: Actor, trip_id: int, roster_id: int, sign: str) -> Difference:
    """Make a draft the plan, all of it or nothing. `sign` is of the difference that was looked at.

    Only those are told for whom something changes. Raises Forbidden, NotFound, NoDraft, DifferenceChanged.
    """
    row = _draft(uow, actor, trip_id, roster_id)
    changes = difference(uow.session, row, trip_id, uow.now)
    if changes.sign != sign:
        raise DifferenceChanged(details={"sign": changes.sign})
    plan.take(uow, [lost.shift_id for lost in changes.removed])
    plan.give_drafted(uow, row, sorted({gained.staff_id for gained in changes.added}))
    _decide(uow, actor, row, rules.APPROVED)
    people = changes.people()
    if people:
        plan.have_told(uow, trip_id)
    uow.record(
        RosterApproved(
            trip_id=trip_id,
            roster_id=row.id,
            added=len(changes.added),
            removed=len(changes.removed),
            people=people,
        )
    )
    return changes


def discard_roster(uow: UnitOfWork, actor: Actor, trip_id: int, roster_id: int) -> None:
    """Nobody hears of it. Raises Forbidden, NotFound, NoDraft."""
    row = _draft(uow, actor, trip_id, roster_id)
    _decide(uow, actor, row, rules.DISCARDED)
    uow.record(RosterDiscarded(trip_id=trip_id, roster_id=row.id))


def _draft(uow: UnitOfWork, actor: Actor, trip_id: int, roster_id: int) -> Roster:
    actor.require("roster.plan", trip_id)
    plan.lock_plan(uow, trip_id)
    row = roster_of(uow.session, trip_id, roster_id, locked=True)
    if row.state != rules.DRAFT:
        raise NoDraft(details={"state": row.state})
    return row


def _decide(uow: UnitOfWork, actor: Actor, row: Roster, state: str) -> None:
    row.state, row.decided_at, row.decided_by = state, uow.now, actor.user_id
    row.version += 1
