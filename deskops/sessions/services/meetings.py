"""Meetings face to face: planned, drawn from those who asked, and cancelled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from deskops.accounts.actor import Actor
from deskops.core.codes import new_token
from deskops.core.database import table_of
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.models import Demand
from deskops.desks.models import Agency, Site, Trip
from deskops.directives.queries.authorities import officials_of
from deskops.sessions import rules
from deskops.sessions.errors import (
    AppointedAlready,
    CancelReasonNeeded,
    MeetingMoved,
    NobodyAsks,
    NoDays,
    NoOfficial,
    NoSlotLeft,
    SlotsAtFault,
    UnknownAgencyHere,
)
from deskops.sessions.events import (
    AppointmentMoved,
    AppointmentsDrawn,
    MeetingAsked,
    MeetingCancelled,
    MeetingPlanned,
)
from deskops.sessions.models import Appointment, Meeting, MeetingAgency
from deskops.sessions.queries.meetings import wishes_of
from deskops.sessions.services import inviting
from deskops.staff.services.desk_shifts import span_of

DEMANDS = table_of(Demand)


@dataclass(frozen=True, kw_only=True)
class MeetingPlan:
    """A meeting as it is to be. `opens` and `closes` are minutes from midnight; `agency_ids` the panel."""

    official_id: int
    title: str = ""
    site_id: int | None = None
    where_text: str = ""
    day: date
    opens: int
    closes: int
    slot_minutes: int
    agency_ids: tuple[int, ...] = ()


def plan_meeting(uow: UnitOfWork, actor: Actor, trip_id: int, plan: MeetingPlan) -> int:
    """Raises NoOfficial, NotFound for a site of another trip, SlotsAtFault, NoDays, InvalidInput, UnknownAgencyHere."""
    actor.require("meeting.plan", trip_id)
    _check(uow, trip_id, plan)
    starts_at, ends_at = span_of(plan.day, (plan.opens, plan.closes))
    if ends_at <= uow.now:
        raise NoDays(field="day")
    if not 1 <= len(rules.slots(starts_at, ends_at, plan.slot_minutes)) <= rules.MOST_SLOTS:
        raise SlotsAtFault(field="slot_minutes", most=rules.MOST_SLOTS)
    row = Meeting(
        trip_id=trip_id,
        official_id=plan.official_id,
        title=plan.title,
        site_id=plan.site_id,
        where_text=plan.where_text,
        starts_at=starts_at,
        ends_at=ends_at,
        slot_minutes=plan.slot_minutes,
        state=rules.PLANNED,
    )
    uow.session.add(row)
    uow.session.flush()
    panel = dict.fromkeys(plan.agency_ids)
    uow.session.add_all(MeetingAgency(meeting_id=row.id, agency_id=agency_id) for agency_id in panel)
    uow.record(MeetingPlanned(trip_id=trip_id, meeting_id=row.id, official_id=plan.official_id))
    return row.id


def draw(uow: UnitOfWork, actor: Actor, trip_id: int, meeting_id: int) -> list[int]:
    """Fill the free slots from those who asked, by rule `draw`; the demands. Nobody is told yet.

    Raises NotFound, MeetingMoved, NoSlotLeft, NobodyAsks.
    """
    actor.require("meeting.plan", trip_id)
    # Two meetings that draw at once must not draw the same people.
    uow.session.execute(select(Trip.id).where(Trip.id == trip_id).with_for_update(key_share=True))
    row = _open_meeting(uow, trip_id, meeting_id)
    free = _free_slots(uow, row)
    if not free:
        raise NoSlotLeft()
    chosen = rules.draw(wishes_of(uow.session, trip_id), len(free))
    if not chosen:
        raise NobodyAsks()
    _appoint(uow, row, [wish.demand_id for wish in chosen], free)
    return [wish.demand_id for wish in chosen]


def appoint(
    uow: UnitOfWork, actor: Actor, trip_id: int, meeting_id: int, demand_id: int, at: datetime | None = None
) -> int:
    """Give one demand a slot by hand, the first free one or the one at an instant; the appointment.

    Raises NotFound, MeetingMoved, NoSlotLeft, AppointedAlready.
    """
    actor.require("meeting.plan", trip_id)
    row = _open_meeting(uow, trip_id, meeting_id)
    demand = uow.session.get(Demand, demand_id)
    if demand is None or demand.trip_id != trip_id:
        raise NotFound()
    if demand_id in {one.demand_id for one in _appointments(uow, row.id) if one.state in rules.HAS_SLOT}:
        raise AppointedAlready()
    free = [slot for slot in _free_slots(uow, row) if at is None or slot == at]
    if not free:
        raise NoSlotLeft()
    [appointment_id] = _appoint(uow, row, [demand_id], free)
    return appointment_id


def cancel_meeting(uow: UnitOfWork, actor: Actor, trip_id: int, meeting_id: int, reason: str) -> None:
    """It isn't held: whoever was invited is told, and all wait for another one with the age they had.

    Raises NotFound, MeetingMoved, CancelReasonNeeded.
    """
    actor.require("meeting.plan", trip_id)
    if not reason:
        raise CancelReasonNeeded(field="reason")
    row = _open_meeting(uow, trip_id, meeting_id)
    told = []
    for one in _appointments(uow, row.id):
        if rules.appointment_after(one.state, "cancel") is not None:
            told += [one] if one.invited_at is not None else []
            move(uow, one, "cancel")
    inviting.tell_cancelled(uow, row, told)
    row.state, row.reason = rules.CANCELLED, reason
    row.version += 1
    uow.record(MeetingCancelled(trip_id=trip_id, meeting_id=row.id))


def ask_meeting(uow: UnitOfWork, actor: Actor, trip_id: int, demand_id: int, *, wanted: bool) -> None:
    """Whoever brought a demand wishes to meet an official, from now on or not any more. Once more changes nothing.

    Raises NotFound, Forbidden.
    """
    actor.require("demand.edit", trip_id)
    mine = (DEMANDS.c.id == demand_id, DEMANDS.c.trip_id == trip_id)
    row = uow.session.execute(select(DEMANDS.c.meeting_asked_at).where(*mine).with_for_update()).first()
    if row is None:
        raise NotFound()
    if wanted == (row.meeting_asked_at is not None):
        return
    values = {"meeting_asked_at": uow.now if wanted else None, "version": DEMANDS.c.version + 1}
    uow.session.execute(update(DEMANDS).where(*mine).values(values))
    uow.record(MeetingAsked(trip_id=trip_id, demand_id=demand_id, wanted=wanted))


def move(uow: UnitOfWork, row: Appointment, act: str) -> None:
    """Put an appointment into its next state. Raises MeetingMoved."""
    state = rules.appointment_after(row.state, act)
    if state is None:
        raise MeetingMoved(details={"state": row.state})
    row.state = state
    row.version += 1
    uow.record(
        AppointmentMoved(
            trip_id=row.trip_id,
            meeting_id=row.meeting_id,
            appointment_id=row.id,
            demand_id=row.demand_id,
            state=state,
        )
    )


def locked_meeting(uow: UnitOfWork, trip_id: int, meeting_id: int) -> Meeting:
    """A meeting of the trip, its row locked until the commit. Raises NotFound."""
    mine = (Meeting.id == meeting_id, Meeting.trip_id == trip_id)
    row = uow.session.scalar(select(Meeting).where(*mine).with_for_update())
    if row is None:
        raise NotFound()
    return row


def _open_meeting(uow: UnitOfWork, trip_id: int, meeting_id: int) -> Meeting:
    row = locked_meeting(uow, trip_id, meeting_id)
    if row.state == rules.CANCELLED or row.ends_at <= uow.now:
        raise MeetingMoved(details={"state": row.state})
    return row


def _appointments(uow: UnitOfWork, meeting_id: int) -> Sequence[Appointment]:
    mine = Appointment.meeting_id == meeting_id
    return uow.session.scalars(select(Appointment).where(mine).order_by(Appointment.starts_at)).all()


def _free_slots(uow: UnitOfWork, row: Meeting) -> list[datetime]:
    taken = {one.starts_at for one in _appointments(uow, row.id) if one.state in rules.HAS_SLOT}
    every = rules.slots(row.starts_at, row.ends_at, row.slot_minutes)
    length = timedelta(minutes=row.slot_minutes)
    return [slot for slot in every if slot not in taken and slot + length > uow.now]


def _appoint(uow: UnitOfWork, row: Meeting, demand_ids: Sequence[int], free: Sequence[datetime]) -> list[int]:
    """Whoever was taken off the list before gets their old line back, in another slot."""
    known = {one.demand_id: one for one in _appointments(uow, row.id)}
    made = []
    for demand_id, slot in zip(demand_ids, free, strict=False):
        one = known.get(demand_id) or Appointment(
            trip_id=row.trip_id, meeting_id=row.id, demand_id=demand_id, token=new_token()
        )
        one.starts_at, one.state, one.invited_at = slot, rules.DRAWN, None
        uow.session.add(one)
        made.append(one)
    uow.session.flush()
    uow.record(AppointmentsDrawn(trip_id=row.trip_id, meeting_id=row.id, demand_ids=tuple(demand_ids)))
    return [one.id for one in made]


def _check(uow: UnitOfWork, trip_id: int, plan: MeetingPlan) -> None:
    if plan.official_id not in officials_of(uow.session, trip_id):
        raise NoOfficial(field="official_id")
    if plan.closes <= plan.opens:
        raise InvalidInput({"closes": gettext("The end comes after the begin, on the same day.")})
    if plan.site_id is None and not plan.where_text:
        raise InvalidInput({"where_text": gettext("Say where people are received.")})
    if plan.site_id is not None:
        site = uow.session.get(Site, plan.site_id)
        if site is None or site.trip_id != trip_id:
            raise NotFound()
    _check_panel(uow, plan.agency_ids)


def _check_panel(uow: UnitOfWork, agency_ids: Collection[int]) -> None:
    query = select(Agency.id).where(Agency.id.in_(agency_ids), Agency.retired_at.is_(None))
    if set(uow.session.scalars(query)) != set(agency_ids):
        raise UnknownAgencyHere(field="agency_ids")
