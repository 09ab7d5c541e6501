"""Emergency stop of a desk or of a whole site, and going on again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.control.errors import AlreadyResumed, NothingToStop
from deskops.control.events import DesksResumed, DesksStopped
from deskops.control.models import EmergencyStop, StoppedDesk
from deskops.control.rules import CALL_BACK, KEEP
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.services.closing import promise_calls
from deskops.desks import rules as desk_rules
from deskops.desks.errors import ReasonNeeded
from deskops.desks.models import Desk, Site, Trip
from deskops.desks.services.plan import states_by_plan
from deskops.desks.services.states import become

REMEMBERED = ("state", "state_reason", "state_at", "keeps_queue")
IN_SERVICE = desk_rules.SERVING_STATES | {desk_rules.PAUSED}


def stop(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    *,
    site_id: int,
    choice: str,
    reason: str,
    desk_id: int | None = None,
) -> EmergencyStop:
    """Put a desk, or all desks of a site, out of service at once. `choice`: share_out, and those who wait get other desks;
    keep, and they wait on; call_back, and they go home to be called, those without a phone get other desks.

    Raises NotFound, Forbidden, ReasonNeeded, NothingToStop.
    """
    _require(actor, trip_id, desk_id)
    if not reason:
        raise ReasonNeeded(field="reason")
    desks = _in_service(uow, trip_id, site_id, desk_id)
    if not desks:
        raise NothingToStop()
    row = EmergencyStop(
        trip_id=trip_id,
        site_id=site_id,
        desk_id=desk_id,
        choice=choice,
        reason=reason,
        at=uow.now,
        user_id=actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.session.add_all(_as_it_is(row.id, desk) for desk in desks)
    if choice == CALL_BACK:
        promise_calls(uow, actor, trip_id, [desk.id for desk in desks])
    become(uow, desks, _state_of(choice), reason, keeps=choice == KEEP)
    uow.record(
        DesksStopped(trip_id=trip_id, stop_id=row.id, site_id=site_id, choice=choice, count=len(desks))
    )
    return row


def _as_it_is(stop_id: int, desk: Desk) -> StoppedDesk:
    facts = {name: getattr(desk, name) for name in REMEMBERED}
    return StoppedDesk(stop_id=stop_id, desk_id=desk.id, **facts)


def resume(uow: UnitOfWork, actor: Actor, trip_id: int, stop_id: int) -> int:
    """Make the desks that are still as the stop left them what they were before, or what their plan made of that since;
    returns how many serve again. Raises NotFound, Forbidden, AlreadyResumed.
    """
    query = select(EmergencyStop).where(EmergencyStop.id == stop_id, EmergencyStop.trip_id == trip_id)
    row = uow.session.scalar(query.with_for_update())
    if row is None:
        raise NotFound()
    _require(actor, trip_id, row.desk_id)
    if row.resumed_at is not None:
        raise AlreadyResumed()
    row.resumed_at, row.resumed_by = uow.now, actor.user_id
    stopped = uow.session.scalars(select(StoppedDesk).where(StoppedDesk.stop_id == row.id))
    before = {one.desk_id: one for one in stopped}
    # Whoever changed a desk since knows more of it than the stop does.
    unchanged = (Desk.id.in_(before), Desk.state == _state_of(row.choice), Desk.state_at == row.at)
    desks = uow.session.scalars(select(Desk).where(*unchanged).order_by(Desk.id).with_for_update()).all()
    _hand_down(uow, row, before)
    _restore(uow, trip_id, desks, before)
    count = sum(desk.state in desk_rules.SERVING_STATES for desk in desks)
    uow.record(DesksResumed(trip_id=trip_id, stop_id=row.id, site_id=row.site_id, count=count))
    return count


def _restore(uow: UnitOfWork, trip_id: int, desks: Sequence[Desk], before: Mapping[int, StoppedDesk]) -> None:
    trip = uow.session.get_one(Trip, trip_id)
    since = {desk.id: (before[desk.id].state, before[desk.id].state_at) for desk in desks}
    is_live = trip.phase == desk_rules.LIVE
    # An earlier stop that keeps the queue goes on holding the desk.
    followed = {desk_id: at for desk_id, at in since.items() if not before[desk_id].keeps_queue}
    by_plan = states_by_plan(uow.session, trip, followed, uow.now) if is_live else {}
    for desk_id, state in by_plan.items():
        before[desk_id].state, before[desk_id].state_at = state, uow.now
        before[desk_id].state_reason, before[desk_id].keeps_queue = "", False
    alike: dict[tuple[str, str, bool], list[Desk]] = {}
    for desk in desks:
        was = before[desk.id]
        alike.setdefault((was.state, was.state_reason, was.keeps_queue), []).append(desk)
    for (state, reason, keeps), changing in sorted(alike.items()):
        become(uow, changing, state, reason, keeps=keeps)
    for desk in desks:
        if desk.state not in desk_rules.SERVING_STATES:
            # A pause goes on since it began; one that an earlier stop made is ended by that.
            desk.state_at = before[desk.id].state_at


def _hand_down(uow: UnitOfWork, row: EmergencyStop, before: Mapping[int, StoppedDesk]) -> None:
    """A later stop gives its desks back as they were before both."""
    later = (
        select(StoppedDesk)
        .join(EmergencyStop, EmergencyStop.id == StoppedDesk.stop_id)
        .where(EmergencyStop.resumed_at.is_(None), StoppedDesk.desk_id.in_(before))
        .where(StoppedDesk.state == _state_of(row.choice), StoppedDesk.state_at == row.at)
    )
    for one in uow.session.scalars(later):
        for name in REMEMBERED:
            setattr(one, name, getattr(before[one.desk_id], name))


def _state_of(choice: str) -> str:
    return desk_rules.PAUSED if choice == KEEP else desk_rules.FAILED


def _require(actor: Actor, trip_id: int, desk_id: int | None) -> None:
    """A whole site is stopped only by who may stop every desk."""
    actor.require("desk.stop", trip_id)
    own = actor.desk_ids("desk.stop", trip_id)
    if own is not None and desk_id not in own:
        raise Forbidden()


def _in_service(uow: UnitOfWork, trip_id: int, site_id: int, desk_id: int | None) -> Sequence[Desk]:
    known = select(Site.id).where(Site.id == site_id, Site.trip_id == trip_id)
    if uow.session.scalar(known) is None:
        raise NotFound()
    at_site = (Desk.trip_id == trip_id, Desk.site_id == site_id)
    query = select(Desk).where(*at_site).order_by(Desk.id).with_for_update(key_share=True)
    desks = uow.session.scalars(query).all()
    if desk_id is not None and all(desk.id != desk_id for desk in desks):
        raise NotFound()
    return [desk for desk in desks if desk.state in IN_SERVICE and desk_id in (None, desk.id)]
