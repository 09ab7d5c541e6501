"""Emergency stop of a desk or of a whole site, and going on again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.control.errors import AlreadyResumed, NothingToStop
from deskops.control.events import DesksResumed, DesksStopped
from deskops.control.models import EmergencyStop, StoppedDesk
from deskops.control.rules import KEEP
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules as desk_rules
from deskops.desks.errors import ReasonNeeded
from deskops.desks.models import Desk, Site
from deskops.desks.services.states import become

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
    keep, and they wait on. Raises NotFound, Forbidden, ReasonNeeded, NothingToStop.
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
    uow.session.add_all(StoppedDesk(stop_id=row.id, desk_id=desk.id) for desk in desks)
    become(uow, desks, _state_of(choice), reason, keeps=choice == KEEP)
    uow.record(
        DesksStopped(trip_id=trip_id, stop_id=row.id, site_id=site_id, choice=choice, count=len(desks))
    )
    return row


def resume(uow: UnitOfWork, actor: Actor, trip_id: int, stop_id: int) -> int:
    """Open the desks that are still as the stop left them; returns how many. Raises NotFound, Forbidden, AlreadyResumed."""
    query = select(EmergencyStop).where(EmergencyStop.id == stop_id, EmergencyStop.trip_id == trip_id)
    row = uow.session.scalar(query.with_for_update())
    if row is None:
        raise NotFound()
    _require(actor, trip_id, row.desk_id)
    if row.resumed_at is not None:
        raise AlreadyResumed()
    row.resumed_at, row.resumed_by = uow.now, actor.user_id
    stopped = select(StoppedDesk.desk_id).where(StoppedDesk.stop_id == row.id)
    # Whoever changed a desk since knows more of it than the stop does.
    unchanged = (Desk.id.in_(stopped), Desk.state == _state_of(row.choice), Desk.state_at == row.at)
    desks = uow.session.scalars(select(Desk).where(*unchanged).order_by(Desk.id).with_for_update()).all()
    become(uow, desks, desk_rules.OPEN)
    uow.record(DesksResumed(trip_id=trip_id, stop_id=row.id, site_id=row.site_id, count=len(desks)))
    return len(desks)


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
