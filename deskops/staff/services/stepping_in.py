"""Answers of those who are asked to step into a shift: one gets it, and whoever comes later is told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from deskops.accounts.actor import Actor
from deskops.core.dates import datetime_text
from deskops.core.errors import NotFound
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.models import Desk
from deskops.staff.errors import CallOver, CannotTake, TakenByOther
from deskops.staff.events import ReplacementAnswered
from deskops.staff.models import DeskShift, ReplacementCall
from deskops.staff.queries.eligible import bench
from deskops.staff.queries.gaps import gap_is_open
from deskops.staff.queries.own import STAFF
from deskops.staff.rostering.fitting import FULL
from deskops.staff.rule_words import rules_told
from deskops.staff.rules import ACCEPTED, ASKED, DECLINED, WITHDRAWN
from deskops.staff.rules.reasons import kept_reason
from deskops.staff.services.handing import hand
from deskops.staff.services.notices import tell
from deskops.staff.services.own import own_member
from deskops.staff.services.plan import Gift, lock_plan


def step_in(uow: UnitOfWork, actor: Actor, trip_id: int, call_id: int) -> int:
    """Somebody who was asked takes the shift; returns its id. Others who were asked for the same gap are asked no longer.

    Raises NotFound for what somebody else was asked, CallOver, TakenByOther, CannotTake, Forbidden, NotOnTheList.
    """
    lock_plan(uow, trip_id)
    return fill(uow, trip_id, own_member(uow, actor, trip_id), call_id)


def fill(uow: UnitOfWork, trip_id: int, me: Row[Any], call_id: int) -> int:
    """The same for a person of the staff list, locked after the plan, whoever notes their answer. Raises as `step_in`."""
    call = _own_call(uow, trip_id, me.id, call_id)
    slot = uow.session.get_one(DeskShift, call.desk_shift_id)
    if call.state != ASKED or slot.ends_at <= uow.now:
        raise CallOver()
    if not gap_is_open(uow.session, call):
        raise TakenByOther()
    _require_fit(uow, trip_id, me.id, slot.id)
    [shift_id] = hand(uow, trip_id, [Gift(me.id, slot.id)])
    _answer(uow, call, slot.desk_id, ACCEPTED)
    _tell_asker(uow, call, slot, me)
    _release_others(uow, call, slot)
    return shift_id


def decline(uow: UnitOfWork, actor: Actor, trip_id: int, call_id: int, *, reason: str, words: str) -> None:
    """Somebody who was asked can't. Raises NotFound, CallOver, Forbidden, NotOnTheList."""
    me = own_member(uow, actor, trip_id)
    call, slot = answer_call(uow, trip_id, me, call_id, DECLINED)
    call.reason = kept_reason(reason, words)
    _tell_asker(uow, call, slot, me)


def answer_call(
    uow: UnitOfWork, trip_id: int, me: Row[Any], call_id: int, state: str
) -> tuple[ReplacementCall, DeskShift]:
    """A call that isn't answered yet ends with nobody stepping in: declined, or withdrawn. Raises NotFound, CallOver."""
    call = _own_call(uow, trip_id, me.id, call_id)
    if call.state != ASKED:
        raise CallOver()
    slot = uow.session.get_one(DeskShift, call.desk_shift_id)
    _answer(uow, call, slot.desk_id, state)
    return call, slot


def _own_call(uow: UnitOfWork, trip_id: int, staff_id: int, call_id: int) -> ReplacementCall:
    mine = (ReplacementCall.id == call_id, ReplacementCall.trip_id == trip_id)
    query = select(ReplacementCall).where(*mine, ReplacementCall.staff_id == staff_id)
    call = uow.session.scalar(query.with_for_update())
    if call is None:
        raise NotFound()
    return call


def _require_fit(uow: UnitOfWork, trip_id: int, staff_id: int, slot_id: int) -> None:
    """Whether there is room is another question: the one who is to be replaced may still stand there."""
    people = bench(uow.session, trip_id, [staff_id], [slot_id], with_mates=False)
    broken = [code for code in people.faults(staff_id, slot_id) if code != FULL]
    if broken:
        raise CannotTake(details={"faults": broken}, why=rules_told(broken))


def _answer(uow: UnitOfWork, call: ReplacementCall, desk_id: int, state: str) -> None:
    call.state, call.answered_at, call.version = state, uow.now, call.version + 1
    uow.record(
        ReplacementAnswered(
            trip_id=call.trip_id, call_id=call.id, staff_id=call.staff_id, desk_id=desk_id, state=state
        )
    )


def _release_others(uow: UnitOfWork, call: ReplacementCall, slot: DeskShift) -> None:
    uow.session.flush()
    same = (ReplacementCall.desk_shift_id == slot.id, ReplacementCall.state == ASKED)
    others = select(ReplacementCall).where(*same).order_by(ReplacementCall.id).with_for_update()
    for other in uow.session.scalars(others).all():
        if gap_is_open(uow.session, other):
            continue
        _answer(uow, other, slot.desk_id, WITHDRAWN)
        tell(
            uow,
            call.trip_id,
            {other.staff_id},
            f"call-filled:{other.id}",
            lambda: gettext("Somebody else has stepped in, thank you: %(shift)s.", shift=_shift(uow, slot)),
        )


def _tell_asker(uow: UnitOfWork, call: ReplacementCall, slot: DeskShift, me: Row[Any]) -> None:
    """Whoever asked and is on the staff list gets a message; all coordinators see it on their pages."""
    asker = (STAFF.c.trip_id == call.trip_id, STAFF.c.user_id == call.asked_by, STAFF.c.id != me.id)
    known = uow.session.scalars(select(STAFF.c.id).where(*asker)).all()
    words = {
        ACCEPTED: lambda: gettext("%(name)s steps in: %(shift)s.", name=me.name, shift=_shift(uow, slot)),
        DECLINED: lambda: gettext(
            "%(name)s can't step in: %(shift)s.", name=me.name, shift=_shift(uow, slot)
        ),
    }
    tell(uow, call.trip_id, set(known), f"call-{call.state}:{call.id}", words[call.state])


def _shift(uow: UnitOfWork, slot: DeskShift) -> str:
    desk = uow.session.get_one(Desk, slot.desk_id)
    return gettext("%(desk)s, %(when)s", desk=desk.short, when=datetime_text(slot.starts_at))
