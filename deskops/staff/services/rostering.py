"""Rosters asked for, cancelled, and solved by the worker."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import jobs, runtime
from deskops.core.background import Background
from deskops.core.database import table_of
from deskops.core.errands import Errands, Going, Steps
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.staff import rules
from deskops.staff.errors import NothingToRoster, RosterOver, RosterRuns
from deskops.staff.events import RosterAsked, RosterEnded
from deskops.staff.models import DeskShift, Roster, RosterEntry
from deskops.staff.queries.problem import problem_of
from deskops.staff.rostering.problem import Plan, Problem
from deskops.staff.rostering.solver import Progress
from deskops.staff.services import plan as standing_plan
from deskops.staff.services.solving import solve_apart

NEW, REPLAN = "new", "replan"
KINDS = (NEW, REPLAN)
ACTIVE = (rules.ASKED, rules.SOLVING)
EVERY = timedelta(seconds=1)
News = Plan | Progress


def ask_roster(
    uow: UnitOfWork, actor: Actor, trip_id: int, kind: str, from_at: datetime | None = None
) -> Roster:
    """Ask the worker for a roster of all shifts that begin at `from_at` or later, and in the future.

    Raises Forbidden, NotFound, RosterRuns, NothingToRoster.
    """
    actor.require("roster.plan", trip_id)
    standing_plan.lock_plan(uow, trip_id)
    begins = max(from_at or uow.now, uow.now)
    active = select(Roster.id).where(Roster.trip_id == trip_id, Roster.state.in_(ACTIVE))
    if uow.session.execute(active).first() is not None:
        raise RosterRuns()
    ahead = select(DeskShift.id).where(DeskShift.trip_id == trip_id, DeskShift.starts_at >= begins)
    if uow.session.execute(ahead.limit(1)).first() is None:
        raise NothingToRoster()
    row = Roster(
        trip_id=trip_id,
        kind=kind,
        state=rules.ASKED,
        from_at=begins,
        progress={},
        figures={},
        asked_at=uow.now,
        asked_by=actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(RosterAsked(trip_id=trip_id, roster_id=row.id, mode=kind))
    return row


def cancel_roster(uow: UnitOfWork, actor: Actor, trip_id: int, roster_id: int) -> Roster:
    """Its worker ends it as soon as it looks. Raises Forbidden, NotFound, RosterOver."""
    actor.require("roster.plan", trip_id)
    row = roster_of(uow.session, trip_id, roster_id, locked=True)
    if row.state not in ACTIVE:
        raise RosterOver()
    _end(uow, row, rules.CANCELLED)
    return row


def roster_of(session: Session, trip_id: int, roster_id: int, *, locked: bool = False) -> Roster:
    """Raises NotFound."""
    query = select(Roster).where(Roster.id == roster_id, Roster.trip_id == trip_id)
    row = session.scalar(query.with_for_update() if locked else query)
    if row is None:
        raise NotFound()
    return row


def _renew(row: Roster) -> None:
    row.progress = {}


def _begin(roster_id: int) -> Going[Problem]:
    with runtime.current().database.reading() as session:
        row = session.get_one(Roster, roster_id)
        problem = problem_of(session, row.trip_id, row.from_at, keep=row.kind == REPLAN)
    return Going(Background(solve_apart, problem), problem)


def _note(uow: UnitOfWork, row: Roster, problem: Problem, news: list[News], ended: bool) -> bool:
    made = next((one for one in news if isinstance(one, Plan)), None)
    row.progress = _newest(news) or row.progress
    over = made is not None or ended
    if over:
        _settle(uow, row, problem, made)
    return over


def _newest(news: list[News]) -> dict[str, Any] | None:
    told = [asdict(one) for one in news if isinstance(one, Progress)]
    return told[-1] if told else None


def _settle(uow: UnitOfWork, row: Roster, problem: Problem, made: Plan | None) -> None:
    if made is None:
        _end(uow, row, rules.FAILED)
        return
    there = set(
        uow.session.scalars(
            select(DeskShift.id).where(DeskShift.trip_id == row.trip_id, DeskShift.starts_at >= row.from_at)
        )
    )
    # Of frozen ones only what was put against a rule is a draft's matter: the rest is past, or of no desk's shift.
    entries = [
        {"roster_id": row.id, "staff_id": person, "desk_shift_id": slot, "by_hand": False, "overrides": []}
        for person, slot in sorted(made.assignments | problem.frozen)
        if slot in there
    ]
    if entries:
        uow.session.execute(insert(table_of(RosterEntry)), entries)
    row.figures = figures(problem, made)
    _end(uow, row, rules.DRAFT)


def figures(problem: Problem, made: Plan) -> dict[str, Any]:
    """What a roster comes to. `gap`: by which share it may cost more than the best; None where nothing is proven."""
    lacks = [lack for lack in made.shortfalls if lack.slot not in problem.closed]
    gap = None if made.bound is None else max(0.0, made.cost - made.bound) / max(made.cost, 1.0)
    return {
        "people": len({person for person, _ in made.assignments}),
        "shifts": len(made.assignments - problem.frozen),
        "slots": len(problem.slots) - len(problem.closed),
        "below_minimum": sum(lack.below_minimum for lack in lacks),
        "below_target": sum(lack.below_target for lack in lacks),
        "supervisors": sum(lack.supervisors for lack in lacks),
        "languages": sum(len(lack.languages) for lack in lacks),
        "cost": made.cost,
        "bound": made.bound,
        "gap": gap,
        "method": made.method,
    }


def _end(uow: UnitOfWork, row: Roster, state: str) -> None:
    row.state, row.ended_at = state, uow.now
    row.version += 1
    uow.record(RosterEnded(trip_id=row.trip_id, roster_id=row.id, state=state))


rosters = Errands(Roster, rules.SOLVING, SYSTEM, Steps(_renew, _begin, _note))


@jobs.handler("staff.roster", every=EVERY)
def follow_rosters(_payload: dict[str, Any]) -> None:
    """Begin what was asked for, write down how far it is and what it comes to, end what was cancelled."""
    rosters.follow()
