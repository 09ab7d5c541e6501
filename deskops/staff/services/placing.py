"""People put in shifts, moved and taken out by hand: in a draft, or in the plan that stands, whose people are told."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.staff import rules
from deskops.staff.errors import AlreadyThere, NoDraft, RulesBroken, ShiftBegun
from deskops.staff.events import RosterChanged
from deskops.staff.models import DeskShift, RosterEntry, Shift
from deskops.staff.queries.problem import around
from deskops.staff.rostering.fitting import faults
from deskops.staff.services import plan
from deskops.staff.services.rostering import roster_of


@dataclass(frozen=True)
class Where:
    """Which plan is changed: a draft, or with None the one that stands."""

    trip_id: int
    roster_id: int | None = None


@dataclass(frozen=True)
class Placing:
    """Somebody is to be in a shift, and not any more in the one they come from, if any; `confirmed`: whatever it breaks."""

    staff_id: int
    slot_id: int
    from_id: int | None = None
    confirmed: bool = False


def place(uow: UnitOfWork, actor: Actor, where: Where, wanted: Placing) -> list[str]:
    """Put somebody in a shift, or move them there, both or neither. The rules that were knowingly broken for it.

    Raises Forbidden, NotFound, also where they aren't in the shift that they come from, NoDraft, ShiftBegun where it is
    over, AlreadyThere, RulesBroken where nobody confirmed it.
    """
    _open(uow, actor, where)
    broken = _check(uow, where, wanted)
    if wanted.from_id is not None:
        _take(uow, where, wanted.staff_id, wanted.from_id)
    _add(uow, where, wanted, broken)
    _record(uow, where, wanted, broken)
    return list(broken)


def take_out(uow: UnitOfWork, actor: Actor, where: Where, staff_id: int, slot_id: int) -> None:
    """Raises Forbidden, NotFound, NoDraft, ShiftBegun."""
    _open(uow, actor, where)
    _take(uow, where, staff_id, slot_id)
    _record(uow, where, Placing(staff_id, slot_id), (), is_out=True)


def _open(uow: UnitOfWork, actor: Actor, where: Where) -> None:
    actor.require("roster.plan", where.trip_id)
    plan.lock_plan(uow, where.trip_id)
    if where.roster_id is not None:
        state = roster_of(uow.session, where.trip_id, where.roster_id, locked=True).state
        if state != rules.DRAFT:
            raise NoDraft(details={"state": state})


def _check(uow: UnitOfWork, where: Where, wanted: Placing) -> tuple[str, ...]:
    slot = _slot(uow, where.trip_id, wanted.slot_id)
    # Into a shift that runs somebody may step in; a draft is about what is ahead.
    if slot.ends_at <= uow.now or (where.roster_id is not None and slot.starts_at <= uow.now):
        raise ShiftBegun()
    found = around(uow.session, where.trip_id, slot.id, where.roster_id, wanted.staff_id)
    if wanted.staff_id not in found.problem.people:
        raise NotFound()
    if (wanted.staff_id, slot.id) in found.assignments:
        raise AlreadyThere()
    # Whoever comes from another shift is out of that one by then.
    others = found.assignments - {(wanted.staff_id, wanted.from_id)}
    broken = faults(found.problem, others, wanted.staff_id, slot.id)
    if broken and not wanted.confirmed:
        raise RulesBroken(details={"rules": list(broken)})
    return broken


def _add(uow: UnitOfWork, where: Where, wanted: Placing, broken: tuple[str, ...]) -> None:
    if where.roster_id is None:
        plan.give(uow, [plan.Gift(wanted.staff_id, wanted.slot_id, broken)])
        return
    entry = RosterEntry(
        roster_id=where.roster_id,
        staff_id=wanted.staff_id,
        desk_shift_id=wanted.slot_id,
        by_hand=True,
        overrides=list(broken),
    )
    uow.session.add(entry)


def _take(uow: UnitOfWork, where: Where, staff_id: int, slot_id: int) -> None:
    if _slot(uow, where.trip_id, slot_id).starts_at <= uow.now:
        raise ShiftBegun()
    if where.roster_id is None:
        query = select(Shift.id, Shift.state).where(
            Shift.staff_id == staff_id, Shift.desk_shift_id == slot_id, Shift.state.in_(rules.COVERS)
        )
        shift = uow.session.execute(query).first()
        if shift is None:
            raise NotFound()
        plan.take(uow, [shift.id])
        return
    table = table_of(RosterEntry)
    this = (
        table.c.roster_id == where.roster_id,
        table.c.staff_id == staff_id,
        table.c.desk_shift_id == slot_id,
    )
    if uow.session.execute(delete(table).where(*this).returning(table.c.staff_id)).first() is None:
        raise NotFound()


def _slot(uow: UnitOfWork, trip_id: int, slot_id: int) -> DeskShift:
    row = uow.session.scalar(select(DeskShift).where(DeskShift.id == slot_id, DeskShift.trip_id == trip_id))
    if row is None:
        raise NotFound()
    return row


def _record(
    uow: UnitOfWork, where: Where, done: Placing, broken: tuple[str, ...], *, is_out: bool = False
) -> None:
    if where.roster_id is None:
        plan.have_told(uow, where.trip_id)
    uow.record(
        RosterChanged(
            trip_id=where.trip_id,
            roster_id=where.roster_id,
            staff_id=done.staff_id,
            desk_shift_id=None if is_out else done.slot_id,
            from_id=done.slot_id if is_out else done.from_id,
            overrides=broken,
        )
    )
