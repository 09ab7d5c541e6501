"""JSON API of meetings face to face."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.queries import catalogue
from deskops.sessions.api.blueprint import api
from deskops.sessions.forms import (
    AppointForm,
    AppointmentActForm,
    CheckInForm,
    MeetingForm,
    MinutesForm,
    PanelForm,
    ReasonForm,
    WishForm,
)
from deskops.sessions.queries.meetings import (
    appointments_of,
    meeting_line,
    meetings_of,
    panel_of,
    wishes_of,
)
from deskops.sessions.services import meetings, receiving
from deskops.sessions.services.looking_up import demand_of_code

_TOLD = ("id", "demand_id", "starts_at", "state", "invited_at", "checked_in_at", "ended_at", "minutes")


@api.get("/meetings")
@access("meeting.view")
def meeting_list(trip_id: int) -> ResponseReturnValue:
    """`{meetings, asking}`: how many demands ask for one and have none."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        found = [line.as_json() for line in meetings_of(session, trip_id)]
        return jsonify({"meetings": found, "asking": len(wishes_of(session, trip_id))})


@api.post("/meetings")
@access("meeting.plan")
def plan_meeting(trip_id: int) -> ResponseReturnValue:
    """A meeting is answered by `{id}`."""
    actor, form = current_actor(), MeetingForm.of_request()
    plan = form.plan()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": meetings.plan_meeting(uow, actor, trip_id, plan)}

    answer = perform(actor, form.model_dump(mode="json"), work, status=201)
    return jsonify(answer.data), answer.status


@api.get("/meetings/<int:meeting_id>")
@access("meeting.view")
def meeting(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """One meeting with its `appointments`, by demand, and its `panel`."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        line = meeting_line(session, trip_id, meeting_id)
        appointments = [_told(one) for one in appointments_of(session, meeting_id)]
        panel = [
            {"agency_id": one.agency_id, "name": one.name, "came": one.came_at is not None}
            for one in panel_of(session, meeting_id)
        ]
    return jsonify({**line.as_json(), "appointments": appointments, "panel": panel})


@api.post("/meetings/<int:meeting_id>/draw")
@access("meeting.plan")
def draw(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """`{demand_ids}` that have a slot now."""
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"demand_ids": meetings.draw(uow, actor, trip_id, meeting_id)}

    return jsonify(perform(actor, {}, work).data)


@api.post("/meetings/<int:meeting_id>/appoint")
@access("meeting.plan")
def appoint(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """One demand by its tracking code: `{id}` of the appointment."""
    actor, form = current_actor(), AppointForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        demand_id = demand_of_code(uow, trip_id, form.code)
        return {"id": meetings.appoint(uow, actor, trip_id, meeting_id, demand_id)}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.post("/meetings/<int:meeting_id>/invite")
@access("meeting.plan")
def invite(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """`{count}` of those who are told."""
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"count": receiving.invite(uow, actor, trip_id, meeting_id)}

    return jsonify(perform(actor, {}, work).data)


@api.post("/meetings/<int:meeting_id>/cancel")
@access("meeting.plan")
def cancel_meeting(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """It isn't held; who was invited is told."""
    actor, form = current_actor(), ReasonForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        meetings.cancel_meeting(uow, actor, trip_id, meeting_id, form.reason)
        return {}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.post("/meetings/<int:meeting_id>/check-in")
@access("meeting.receive")
def check_in(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """Whoever is at the door, by `code`: `{id}` of the appointment."""
    actor, form = current_actor(), CheckInForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": receiving.check_in(uow, actor, trip_id, meeting_id, form.code)}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.post("/meetings/<int:meeting_id>/panel")
@access("meeting.receive")
def note_panel(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """Who came for an agency of the panel."""
    actor, form = current_actor(), PanelForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        receiving.note_panel(uow, actor, trip_id, meeting_id, form.agency_id, form.name, came=form.came)
        return {}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.post("/meetings/<int:meeting_id>/appointments/<int:appointment_id>")
@access("meeting.receive")
def act_on(trip_id: int, meeting_id: int, appointment_id: int) -> ResponseReturnValue:
    """An `act`, such as take or finish, with `minutes` where there are any."""
    actor, form = current_actor(), AppointmentActForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        receiving.act_on(uow, actor, trip_id, meeting_id, appointment_id, form.act, form.minutes)
        return {}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.put("/meetings/<int:meeting_id>/appointments/<int:appointment_id>/minutes")
@access("meeting.receive")
def write_minutes(trip_id: int, meeting_id: int, appointment_id: int) -> ResponseReturnValue:
    """What was said and promised."""
    actor, form = current_actor(), MinutesForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        receiving.write_minutes(uow, actor, trip_id, meeting_id, appointment_id, form.minutes)
        return {}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.post("/demands/<int:demand_id>/meeting")
@access("demand.edit")
def ask_meeting(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """Whether whoever brought it wishes to meet an official: `wanted`."""
    actor, form = current_actor(), WishForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        meetings.ask_meeting(uow, actor, trip_id, demand_id, wanted=form.wanted)
        return {}

    return jsonify(perform(actor, form.model_dump(), work).data)


def _told(line: Any) -> dict[str, Any]:
    """An appointment by its demand; people are not named."""
    facts = {name: getattr(line, name) for name in _TOLD}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()
    }
