"""Desks that open and close by their hours. What somebody decided by hand holds until the plan's next change, an emergency
stop until somebody ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, jobs, runtime
from deskops.core.dates import to_utc
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.desks import rules
from deskops.desks.models import Desk, DeskHours, Trip
from deskops.desks.services.states import become

EVERY = timedelta(seconds=15)
# A server that was off for longer leaves the desks to whoever comes back to it.
LOOK_BACK = timedelta(days=7)
# Emergency stops belong to an upper room, which hands in the desks of a trip that mustn't open because of them.
HeldShut = Callable[[Session, int], Collection[int]]
_held_shut: HeldShut = lambda _session, _trip_id: ()  # noqa: E731


def provide(held_shut: HeldShut) -> None:
    """Called by whoever puts the application together."""
    global _held_shut
    _held_shut = held_shut


@jobs.handler("desks.plan", every=EVERY)
def follow_plan(_payload: dict[str, Any]) -> None:
    """Open and close what is due in every live trip, and write only where something is."""
    now = clock.now()
    with runtime.current().database.reading() as session:
        live = session.scalars(select(Trip).where(Trip.phase == rules.LIVE).order_by(Trip.id)).all()
        due = [trip.id for trip in live if any(due_states(session, trip, now).values())]
    for trip_id in due:
        with unit_of_work(SYSTEM) as uow:
            _follow(uow, trip_id)


def _follow(uow: UnitOfWork, trip_id: int) -> None:
    trip = uow.session.get_one(Trip, trip_id)
    desks = select(Desk).where(Desk.trip_id == trip_id).order_by(Desk.number)
    uow.session.scalars(desks.with_for_update(key_share=True)).all()
    for state, changing in due_states(uow.session, trip, uow.now).items():
        become(uow, changing, state)


def due_states(session: Session, trip: Trip, now: datetime) -> dict[str, list[Desk]]:
    """The desks that the plan puts into another state now, by that state."""
    # A desk keeps its queue only while it is stopped: as a failed one, it is a person's matter.
    followed = (Desk.trip_id == trip.id, Desk.retired_at.is_(None), Desk.keeps_queue.is_(False))
    desks = session.scalars(select(Desk).where(*followed).order_by(Desk.number)).all()
    by_plan = states_by_plan(session, trip, {desk.id: (desk.state, desk.state_at) for desk in desks}, now)
    held = _held_shut(session, trip.id) if rules.OPEN in by_plan.values() else ()
    due: dict[str, list[Desk]] = {rules.OPEN: [], rules.CLOSING: [], rules.CLOSED: []}
    for desk in desks:
        if desk.id in by_plan and not (by_plan[desk.id] == rules.OPEN and desk.id in held):
            due[by_plan[desk.id]].append(desk)
    return due


def states_by_plan(
    session: Session, trip: Trip, since: Mapping[int, tuple[str, datetime]], now: datetime
) -> dict[int, str]:
    """What the plan makes of desks by now that are in a state since an instant; without those that it leaves as they are."""
    zone = ZoneInfo(trip.timezone)
    local = now.astimezone(zone)
    hours = _hours(session, since, local.date())
    found = {}
    for desk_id, (state, at) in since.items():
        said = rules.planned_state(hours.get(desk_id, {}), local.date(), local.hour * 60 + local.minute)
        if said is not None and at < _instant(said[1], said[2], zone):
            becomes = _next_state(state, said[0])
            if becomes is not None:
                found[desk_id] = becomes
    return found


def _next_state(state: str, planned: str) -> str | None:
    """What becomes of a desk by what the plan says; None where it stays. A failed desk is a person's matter."""
    if planned == rules.OPEN:
        return rules.OPEN if state in (rules.PLANNED, rules.CLOSED, rules.CLOSING) else None
    return {rules.OPEN: rules.CLOSING, rules.PAUSED: rules.CLOSED}.get(state)


def _hours(
    session: Session, desk_ids: Iterable[int], today: date
) -> dict[int, dict[date, rules.OpeningHours]]:
    days = DeskHours.day.between(today - LOOK_BACK, today + timedelta(days=1))
    found: dict[int, dict[date, rules.OpeningHours]] = {}
    for row in session.scalars(select(DeskHours).where(DeskHours.desk_id.in_(list(desk_ids)), days)):
        found.setdefault(row.desk_id, {})[row.day] = (row.opens, row.closes)
    return found


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return to_utc(datetime.combine(day, time()) + timedelta(minutes=minute), zone)


def over_by(session: Session, trip_id: int, desk_ids: Iterable[int], at: datetime) -> set[int]:
    """The desks whose hours are over at an instant, by the plan; without those that have no hours."""
    local = at.astimezone(ZoneInfo(session.get_one(Trip, trip_id).timezone))
    minute = local.hour * 60 + local.minute
    found = _hours(session, desk_ids, local.date())
    said = {desk_id: rules.planned_state(days, local.date(), minute) for desk_id, days in found.items()}
    return {desk_id for desk_id, last in said.items() if last is not None and last[0] == rules.CLOSING}


def closings_ahead(
    session: Session, desk_ids: Iterable[int], zone: ZoneInfo, now: datetime
) -> dict[int, datetime]:
    """When the plan closes these desks next, today or tomorrow; without those that it doesn't close."""
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    hours = _hours(session, desk_ids, local.date())
    ends = {desk_id: rules.next_closing(days, local.date(), minute) for desk_id, days in hours.items()}
    return {desk_id: _instant(*end, zone) for desk_id, end in ends.items() if end is not None}
