"""Shifts that change hands: offered, taken, decided by a coordinator where a rule is broken, withdrawn or over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import jobs
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.staff.errors import CannotTake, ShiftOver, SwapOver, SwapThere
from deskops.staff.events import SwapChanged
from deskops.staff.models import ShiftSwap
from deskops.staff.queries.eligible import SOFT, bench
from deskops.staff.queries.own import SHIFTS, STAFF
from deskops.staff.queries.swaps import OPEN, SWAPS, still_open, swap_lines
from deskops.staff.rule_words import rules_told
from deskops.staff.rules import APPROVED, OFFERED, PLANNED, REFUSED, TAKEN, WITHDRAWN
from deskops.staff.rules.reasons import SWAPPED
from deskops.staff.services import swap_news
from deskops.staff.services.handing import hand
from deskops.staff.services.own import own_member, own_shift
from deskops.staff.services.plan import Gift, lock_plan, take
from deskops.staff.services.presence import locked_staff

# What a coordinator does with an exchange that waits.
Decide = Callable[[UnitOfWork, Actor, int, int], None]


def offer(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    shift_id: int,
    *,
    to_staff_id: int | None = None,
    wanted_shift_id: int | None = None,
    note: str = "",
) -> int:
    """Offer one's shift to anybody who could take it, to one person, or for a shift of theirs. Returns the offer's id.

    Raises NotFound, Forbidden, NotOnTheList, ShiftOver for one that began or that no desk needs, SwapThere, InvalidInput.
    """
    lock_plan(uow, trip_id)
    me = own_member(uow, actor, trip_id)
    shift = own_shift(uow, me.id, shift_id)
    if shift.state != PLANNED or shift.starts_at <= uow.now or shift.desk_shift_id is None:
        raise ShiftOver()
    there = (SWAPS.c.shift_id == shift_id, SWAPS.c.state.in_(OPEN))
    if uow.session.execute(select(SWAPS.c.id).where(*there)).first() is not None:
        raise SwapThere()
    to_id = _whom(uow, trip_id, me.id, to_staff_id, wanted_shift_id)
    row = ShiftSwap(
        trip_id=trip_id, shift_id=shift_id, to_staff_id=to_id, wanted_shift_id=wanted_shift_id, state=OFFERED, note=note,
        offered_at=uow.now,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    line = _locked(uow, trip_id, row.id)
    if to_id is not None:
        _require_possible(_broken(uow, trip_id, line, to_id), "to_staff_id")
        swap_news.offered(uow, line)
    _record(uow, trip_id, line, OFFERED)
    return row.id


def take_offer(uow: UnitOfWork, actor: Actor, trip_id: int, swap_id: int) -> str:
    """Take what somebody offers. Within the rules it is done at once; where a coordinator may allow what is broken, they
    decide. Returns the state: approved or taken.

    Raises NotFound for what is one's own or offered to somebody else, SwapOver, CannotTake, Forbidden, NotOnTheList.
    """
    lock_plan(uow, trip_id)
    me = own_member(uow, actor, trip_id)
    line = _locked(uow, trip_id, swap_id)
    if line.owner_id == me.id or line.to_staff_id not in (None, me.id):
        raise NotFound()
    if line.state != OFFERED:
        raise SwapOver()
    _require_open(uow, line)
    broken = _broken(uow, trip_id, line, me.id)
    _require_possible(broken)
    state = TAKEN if broken else APPROVED
    _become(uow, trip_id, line, state, broken, taken_by=me.id, taken_at=uow.now)
    if state == APPROVED:
        _hand_over(uow, line, me.id, ())
        swap_news.taken(uow, line, me.name)
    return state


def approve(uow: UnitOfWork, actor: Actor, trip_id: int, swap_id: int) -> None:
    """Allow what breaks a rule that may be broken; both are told.

    Raises NotFound, Forbidden, SwapOver, CannotTake where by now a rule is broken that may not.
    """
    actor.require("roster.plan", trip_id)
    lock_plan(uow, trip_id)
    line = _to_decide(uow, trip_id, swap_id)
    broken = _broken(uow, trip_id, line, line.taken_by)
    _require_possible(broken)
    _become(uow, trip_id, line, APPROVED, broken, decided_by=actor.user_id)
    _hand_over(uow, line, line.taken_by, broken)
    swap_news.approved(uow, line)


def refuse(uow: UnitOfWork, actor: Actor, trip_id: int, swap_id: int) -> None:
    """Everything stays as it was; both are told. Raises NotFound, Forbidden, SwapOver."""
    actor.require("roster.plan", trip_id)
    lock_plan(uow, trip_id)
    line = _to_decide(uow, trip_id, swap_id)
    _become(uow, trip_id, line, REFUSED, (), decided_by=actor.user_id)
    swap_news.refused(uow, line)


def withdraw(uow: UnitOfWork, actor: Actor, trip_id: int, swap_id: int) -> None:
    """Offer it no longer, while nobody has it. Raises NotFound for somebody else's, SwapOver, Forbidden, NotOnTheList."""
    lock_plan(uow, trip_id)
    me = own_member(uow, actor, trip_id)
    line = _locked(uow, trip_id, swap_id)
    if line.owner_id != me.id:
        raise NotFound()
    if line.state != OFFERED:
        raise SwapOver()
    _become(uow, trip_id, line, WITHDRAWN, ())


@jobs.handler("staff.end_swaps", every=timedelta(minutes=1))
def end_swaps(_payload: dict[str, Any]) -> None:
    """What nobody took before its shift began, or whose shift changed hands otherwise, is offered no longer."""
    with unit_of_work(SYSTEM) as uow:
        holds = swap_lines().where(still_open(uow.now)).with_only_columns(SWAPS.c.id).correlate(None)
        over = select(SWAPS.c.id, SWAPS.c.trip_id).where(SWAPS.c.state.in_(OPEN), SWAPS.c.id.not_in(holds))
        for row in uow.session.execute(over.order_by(SWAPS.c.id)).all():
            lock_plan(uow, row.trip_id)
            line = _locked(uow, row.trip_id, row.id)
            # Whoever took it in the last instant has it.
            if line.state in OPEN:
                _become(uow, row.trip_id, line, WITHDRAWN, ())


def _whom(
    uow: UnitOfWork, trip_id: int, own_id: int, to_staff_id: int | None, wanted_id: int | None
) -> int | None:
    """Whose the wanted shift is, or who was named; both must be one person, and another than oneself."""
    if wanted_id is not None:
        wanted = (SHIFTS.c.id == wanted_id, SHIFTS.c.state == PLANNED, SHIFTS.c.starts_at > uow.now)
        theirs = select(SHIFTS.c.staff_id).where(*wanted, SHIFTS.c.desk_shift_id.is_not(None))
        whose = uow.session.scalar(theirs)
        if whose is None or to_staff_id not in (None, whose):
            raise InvalidInput({"wanted_shift_id": gettext("Choose a coming shift of whoever you ask.")})
        to_staff_id = whose
    if to_staff_id is None:
        return None
    known = (STAFF.c.id == to_staff_id, STAFF.c.trip_id == trip_id, STAFF.c.retired_at.is_(None))
    if to_staff_id == own_id or uow.session.scalar(select(STAFF.c.id).where(*known)) is None:
        raise InvalidInput({"to_staff_id": gettext("Choose a colleague from the list.")})
    return to_staff_id


def _locked(uow: UnitOfWork, trip_id: int, swap_id: int) -> Row[Any]:
    """An offer, with its people locked in the order of their ids. Raises NotFound."""
    query = swap_lines().where(SWAPS.c.id == swap_id, SWAPS.c.trip_id == trip_id)
    found = uow.session.execute(query).first()
    if found is None:
        raise NotFound()
    locked_staff(uow, trip_id, {one for one in (found.owner_id, found.to_staff_id, found.taken_by) if one})
    return uow.session.execute(query.with_for_update(of=SWAPS)).one()


def _to_decide(uow: UnitOfWork, trip_id: int, swap_id: int) -> Row[Any]:
    line = _locked(uow, trip_id, swap_id)
    if line.state != TAKEN:
        raise SwapOver()
    _require_open(uow, line)
    return line


def _require_open(uow: UnitOfWork, line: Row[Any]) -> None:
    query = swap_lines().where(SWAPS.c.id == line.id, still_open(uow.now))
    if uow.session.execute(query).first() is None:
        raise SwapOver()


def _broken(uow: UnitOfWork, trip_id: int, line: Row[Any], taker_id: int) -> tuple[str, ...]:
    slots = [line.slot_id] + ([] if line.wanted_slot_id is None else [line.wanted_slot_id])
    people = bench(uow.session, trip_id, [line.owner_id, taker_id], slots)
    return people.exchange(line.owner_id, taker_id, line.slot_id, line.wanted_slot_id)


def _require_possible(broken: Sequence[str], field: str | None = None) -> None:
    never = [code for code in broken if code not in SOFT]
    if never:
        raise CannotTake(field=field, details={"faults": never}, why=rules_told(never))


def _hand_over(uow: UnitOfWork, line: Row[Any], taker_id: int, overrides: Sequence[str]) -> None:
    gone = [line.shift_id] + ([] if line.wanted_shift_id is None else [line.wanted_shift_id])
    gifts = [Gift(taker_id, line.slot_id, overrides)]
    if line.wanted_slot_id is not None:
        gifts.append(Gift(line.owner_id, line.wanted_slot_id, overrides))
    take(uow, gone)
    known = {"reason": SWAPPED, "told_at": uow.now, "confirmed_at": uow.now}
    uow.session.execute(update(SHIFTS).where(SHIFTS.c.id.in_(gone)).values(known))
    hand(uow, line.trip_id, gifts)


def _become(
    uow: UnitOfWork, trip_id: int, line: Row[Any], state: str, faults: Sequence[str], **values: Any
) -> None:
    ended = {} if state == TAKEN else {"ended_at": uow.now}
    changed = values | ended | {"state": state, "version": line.version + 1}
    uow.session.execute(update(SWAPS).where(SWAPS.c.id == line.id).values(changed))
    _record(uow, trip_id, line, state, values.get("taken_by", line.taken_by), faults)


def _record(
    uow: UnitOfWork,
    trip_id: int,
    line: Row[Any],
    state: str,
    taken_by: int | None = None,
    faults: Sequence[str] = (),
) -> None:
    uow.record(
        SwapChanged(
            trip_id=trip_id,
            swap_id=line.id,
            shift_id=line.shift_id,
            desk_id=line.desk_id,
            state=state,
            staff_id=line.owner_id,
            taken_by=taken_by,
            faults=tuple(faults),
        )
    )
