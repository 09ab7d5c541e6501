"""The day of a meeting: invitations, the door, minutes, and who came for the agencies."""

from __future__ import annotations

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.sessions import rules
from deskops.sessions.errors import MeetingMoved, NotInvited, UnknownCode
from deskops.sessions.events import PanelNoted
from deskops.sessions.models import Appointment, Meeting, MeetingAgency
from deskops.sessions.services import inviting
from deskops.sessions.services.looking_up import demand_of_code
from deskops.sessions.services.meetings import locked_meeting, move


def invite(uow: UnitOfWork, actor: Actor, trip_id: int, meeting_id: int) -> int:
    """Everybody who has a slot and wasn't invited yet; how many. Raises NotFound, MeetingMoved where there is nobody."""
    actor.require("meeting.plan", trip_id)
    row = locked_meeting(uow, trip_id, meeting_id)
    drawn = (Appointment.meeting_id == row.id, Appointment.state == rules.DRAWN)
    found = uow.session.scalars(select(Appointment).where(*drawn).order_by(Appointment.starts_at)).all()
    if row.state == rules.CANCELLED or not found:
        raise MeetingMoved(details={"state": row.state})
    for one in found:
        move(uow, one, "invite")
        one.invited_at = uow.now
    inviting.tell_invited(uow, row, found)
    row.state = rules.ANNOUNCED
    row.version += 1
    return len(found)


def check_in(uow: UnitOfWork, actor: Actor, trip_id: int, meeting_id: int, typed: str) -> int:
    """Whoever is at the door, by the QR code of their invitation or their tracking code; the appointment.

    Raises NotFound, NotInvited, MeetingMoved where they are in already.
    """
    actor.require("meeting.receive", trip_id)
    row = locked_meeting(uow, trip_id, meeting_id)
    one = _by_code(uow, row, typed)
    if one is None or row.state == rules.CANCELLED:
        raise NotInvited(field="code")
    _act(uow, one, "check_in")
    return one.id


def act_on(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    meeting_id: int,
    appointment_id: int,
    act: str,
    minutes: str = "",
) -> None:
    """One of rules.APPOINTMENT_ACTS, with the minutes of what was said, if any. Raises NotFound, MeetingMoved."""
    actor.require("meeting.receive", trip_id)
    one = _appointment(uow, trip_id, meeting_id, appointment_id)
    _act(uow, one, act)
    if minutes:
        one.minutes = minutes


def write_minutes(
    uow: UnitOfWork, actor: Actor, trip_id: int, meeting_id: int, appointment_id: int, minutes: str
) -> None:
    """What was said and promised, also afterwards. Raises NotFound, MeetingMoved before they were received."""
    actor.require("meeting.receive", trip_id)
    one = _appointment(uow, trip_id, meeting_id, appointment_id)
    if one.state not in (rules.WITH_OFFICIAL, rules.MET):
        raise MeetingMoved(details={"state": one.state})
    one.minutes = minutes
    one.version += 1


def note_panel(
    uow: UnitOfWork, actor: Actor, trip_id: int, meeting_id: int, agency_id: int, name: str, *, came: bool
) -> None:
    """Who came for an agency of the panel, or that nobody did. Raises NotFound."""
    actor.require("meeting.receive", trip_id)
    row = locked_meeting(uow, trip_id, meeting_id)
    seat = uow.session.get(MeetingAgency, (row.id, agency_id))
    if seat is None:
        raise NotFound()
    seat.name, seat.came_at = name, uow.now if came else None
    uow.record(PanelNoted(trip_id=trip_id, meeting_id=row.id, agency_id=agency_id, came=came))


def _act(uow: UnitOfWork, one: Appointment, act: str) -> None:
    move(uow, one, act)
    if act == "check_in":
        one.checked_in_at = uow.now
    elif act == "take":
        one.called_at = uow.now
    elif act == "finish":
        one.ended_at = uow.now


def _appointment(uow: UnitOfWork, trip_id: int, meeting_id: int, appointment_id: int) -> Appointment:
    mine = (
        Appointment.id == appointment_id,
        Appointment.meeting_id == meeting_id,
        Appointment.trip_id == trip_id,
    )
    row = uow.session.scalar(select(Appointment).where(*mine).with_for_update())
    if row is None:
        raise NotFound()
    return row


def _by_code(uow: UnitOfWork, row: Meeting, typed: str) -> Appointment | None:
    """Whose invitation or demand was scanned or typed; a scanner types the whole address."""
    theirs = Appointment.token == typed.strip().rsplit("/", 1)[-1]
    query = select(Appointment).where(Appointment.meeting_id == row.id, Appointment.state != rules.CANCELLED)
    found = uow.session.scalar(query.where(theirs).with_for_update())
    if found is not None:
        return found
    try:
        demand_id = demand_of_code(uow, row.trip_id, typed)
    except UnknownCode:
        return None
    return uow.session.scalar(query.where(Appointment.demand_id == demand_id).with_for_update())
