"""What becomes of advice: accepted by a coordinator or by the rule, refused, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.control.errors import AdviceDecided, AdviceNotAccepted, NobodyToMove, SomebodyWent
from deskops.control.events import AdviceAccepted, AdviceEvent, AdviceRefused, AdviceTakenBack
from deskops.control.models import Advice, StaffMove
from deskops.control.queries.movers import movers_at
from deskops.control.rules.advice import (
    ACCEPTED,
    ARRIVED,
    ASKED,
    ORDERED,
    PROPOSED,
    REFUSED,
    TAKEN_BACK,
    UNDER_WAY,
    Mover,
)
from deskops.control.services.moving import ask_to_move, require_desk, take_back_move
from deskops.core.errors import InvalidInput, NotFound, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork


def accept(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    advice_id: int,
    *,
    people: Sequence[int] | None = None,
    counters: int | None = None,
    target_desk_id: int | None = None,
    version: int | None = None,
    automatic: bool = False,
) -> Advice:
    """Ask people of the source to work at the target. `people` are users; without them those who are missed least go, so
    many as `counters` says, or the advice. `automatic`: by the rule. `version` is what the asker saw.

    Raises NotFound, Forbidden, AdviceDecided, StaleVersion, NobodyToMove, NotAMover, InvalidInput.
    """
    actor.require("balance.decide", trip_id)
    row = _proposed(uow, trip_id, advice_id, version)
    target = row.target_desk_id if target_desk_id is None else target_desk_id
    require_desk(uow, trip_id, target, "target_desk_id")
    if target == row.source_desk_id:
        raise InvalidInput({"target_desk_id": gettext("They work at this desk already. Choose another one.")})
    chosen = _chosen(movers_at(uow.session, trip_id, row.source_desk_id, row.for_day), row, people, counters)
    row.target_desk_id, row.counters, row.automatic = target, len(chosen), automatic
    _decide(uow, actor, row, ACCEPTED)
    uow.record(advice_event(row, AdviceAccepted, automatic=automatic))
    # By id, so that two who accept at one instant don't wait for each other.
    for user_id in sorted(chosen):
        ask_to_move(
            uow, actor, trip_id, user_id=user_id, desk_id=target, advice_id=row.id, for_day=row.for_day
        )
    return row


def refuse(
    uow: UnitOfWork, actor: Actor, trip_id: int, advice_id: int, *, reason: str, version: int | None = None
) -> Advice:
    """Say no, and why. Raises NotFound, Forbidden, AdviceDecided, StaleVersion, InvalidInput without a reason."""
    actor.require("balance.decide", trip_id)
    row = _proposed(uow, trip_id, advice_id, version)
    if not reason:
        raise InvalidInput({"reason": gettext("Say why: whoever looks at this advice later will read it.")})
    row.reason = reason
    _decide(uow, actor, row, REFUSED)
    uow.record(advice_event(row, AdviceRefused))
    return row


def take_back(uow: UnitOfWork, actor: Actor, trip_id: int, advice_id: int) -> Advice:
    """Undo an acceptance: nobody is asked any longer. Raises NotFound, Forbidden, AdviceNotAccepted, SomebodyWent."""
    actor.require("balance.decide", trip_id)
    row = _locked(uow, trip_id, advice_id)
    if row.state != ACCEPTED:
        raise AdviceNotAccepted()
    moves = uow.session.scalars(
        select(StaffMove).where(StaffMove.advice_id == row.id).order_by(StaffMove.id).with_for_update()
    ).all()
    if any(move.state in (UNDER_WAY, ARRIVED) for move in moves):
        raise SomebodyWent()
    for move in moves:
        if move.state in (ASKED, ORDERED):
            take_back_move(uow, actor, trip_id, move.id)
    _decide(uow, actor, row, TAKEN_BACK)
    uow.record(advice_event(row, AdviceTakenBack))
    return row


def _chosen(
    movers: Sequence[Mover], row: Advice, people: Sequence[int] | None, counters: int | None
) -> list[int]:
    """The users to be asked: those named, or whoever is missed least."""
    if people is None:
        wanted = row.counters if counters is None else counters
        found = [mover.user_id for mover in movers[:wanted]]
    else:
        known = {mover.user_id for mover in movers}
        found = list(dict.fromkeys(people))
        if not known.issuperset(found):
            raise InvalidInput(
                {"people": gettext("Somebody you chose is no longer at this desk, or is asked already.")}
            )
    if not found:
        if movers and people is not None:
            raise InvalidInput({"people": gettext("Choose who should go.")})
        raise NobodyToMove(field="people")
    return found


def _proposed(uow: UnitOfWork, trip_id: int, advice_id: int, version: int | None) -> Advice:
    row = _locked(uow, trip_id, advice_id)
    if row.state != PROPOSED:
        raise AdviceDecided()
    if version is not None and version != row.version:
        raise StaleVersion(details={"yours": version, "current": row.version})
    return row


def _locked(uow: UnitOfWork, trip_id: int, advice_id: int) -> Advice:
    query = select(Advice).where(Advice.id == advice_id, Advice.trip_id == trip_id)
    row = uow.session.scalar(query.with_for_update())
    if row is None:
        raise NotFound()
    return row


def _decide(uow: UnitOfWork, actor: Actor, row: Advice, state: str) -> None:
    row.state, row.decided_at, row.decided_by = state, uow.now, actor.user_id
    row.version += 1


def advice_event(row: Advice, event: type[AdviceEvent], **more: Any) -> AdviceEvent:
    """The fact that advice is now as its row says."""
    return event(
        trip_id=row.trip_id,
        advice_id=row.id,
        from_desk_id=row.source_desk_id,
        desk_id=row.target_desk_id,
        counters=row.counters,
        for_day=None if row.for_day is None else row.for_day.isoformat(),
        **more,
    )
