"""Use cases of set-up: the state of a desk and the phase of a trip."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules
from deskops.desks.errors import DeskRetired, DeskStateRefused, ReasonNeeded
from deskops.desks.events import DeskStateChanged, TripPhaseChanged
from deskops.desks.models import Desk, Trip


def set_desk_state(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    desk_id: int,
    *,
    state: str,
    reason: str = "",
    version: int | None = None,
) -> Desk:
    """Open, pause, close or fail a desk. Those who wait are shared out by whoever listens to the event.

    Raises NotFound, Forbidden, StaleVersion, DeskRetired, DeskStateRefused, ReasonNeeded.
    """
    actor.require("desk.state", trip_id)
    desk = locked_desk(uow, trip_id, desk_id)
    reachable = actor.desk_ids("desk.state", trip_id)
    if reachable is not None and desk_id not in reachable:
        raise Forbidden()
    if version is not None and version != desk.version:
        raise StaleVersion(details={"yours": version, "current": desk.version})
    if state in rules.NEEDS_REASON and not reason:
        raise ReasonNeeded(field="reason")
    if desk.retired_at is not None:
        raise DeskRetired()
    if not rules.desk_may_become(desk.state, state):
        raise DeskStateRefused(details={"state": desk.state})
    become(uow, [desk], state, reason)
    return desk


def set_desk_states(
    uow: UnitOfWork, actor: Actor, trip_id: int, state: str, site_id: int | None = None
) -> int:
    """Open or close every desk of the trip, or of a site, that can be; returns how many changed.

    Paused and failed desks have a reason of their own and stay as they are. Raises NotFound, Forbidden,
    DeskStateRefused.
    """
    actor.require("trip.setup", trip_id)
    if state not in {rules.OPEN, rules.CLOSED}:
        raise DeskStateRefused(details={"state": state})
    query = select(Desk).where(Desk.trip_id == trip_id, Desk.retired_at.is_(None))
    query = query.where(Desk.state.not_in((rules.PAUSED, rules.FAILED)))
    if site_id is not None:
        query = query.where(Desk.site_id == site_id)
    desks = uow.session.scalars(query.order_by(Desk.number).with_for_update(key_share=True)).all()
    changing = [desk for desk in desks if rules.desk_may_become(desk.state, state)]
    become(uow, changing, state)
    return len(changing)


def become(
    uow: UnitOfWork, desks: Sequence[Desk], state: str, reason: str = "", *, keeps: bool = False
) -> None:
    """Put locked desks that can be so into a state, all before anybody who waits is shared out to another of them."""
    previous = {desk.id: desk.state for desk in desks}
    for desk in desks:
        desk.state, desk.state_reason, desk.state_at = state, reason, uow.now
        desk.keeps_queue = keeps
        desk.version += 1
    uow.session.flush()
    for desk in desks:
        before = previous[desk.id]
        uow.record(
            DeskStateChanged(trip_id=desk.trip_id, desk_id=desk.id, state=state, previous=before, keeps=keeps)
        )


def set_phase(uow: UnitOfWork, actor: Actor, trip_id: int, phase: str) -> None:
    """Move a trip to a phase. Raises NotFound, Forbidden, InvalidInput."""
    actor.require("trip.setup", trip_id)
    trip = uow.session.get(Trip, trip_id)
    if trip is None:
        raise NotFound()
    if phase not in rules.PHASES:
        raise InvalidInput({"phase": gettext("Choose one of the phases.")})
    trip.phase = phase
    trip.version += 1
    uow.record(TripPhaseChanged(trip_id=trip_id, phase=phase))


def locked_desk(uow: UnitOfWork, trip_id: int, desk_id: int) -> Desk:
    """A desk of the trip, its row locked until the commit. Raises NotFound."""
    query = select(Desk).where(Desk.id == desk_id, Desk.trip_id == trip_id)
    # With key_share, who only refers to the row, as a new ticket does, need not wait.
    desk = uow.session.scalar(query.with_for_update(key_share=True))
    if desk is None:
        raise NotFound()
    return desk
