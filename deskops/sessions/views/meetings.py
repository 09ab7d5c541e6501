"""Meetings face to face: planned, filled, and as they go."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import Refusal
from deskops.core.i18n import gettext, ngettext
from deskops.core.qr import qr_svg
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.desks.queries import catalogue
from deskops.desks.views.changing import refused_on
from deskops.directives.queries.authorities import officials_of
from deskops.sessions import rules
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
from deskops.sessions.views import words
from deskops.sessions.views.blueprint import blueprint, public_address

_MEETING = "/meetings/<int:meeting_id>"


@blueprint.get("/meetings")
@access("meeting.view")
def meeting_list(trip_id: int) -> ResponseReturnValue:
    """The meetings, and how many ask for one."""
    with runtime.current().database.reading() as session:
        return render_template(
            "sessions/meetings.html",
            trip=(names := catalogue(session, trip_id)).trip,
            trip_id=trip_id,
            names=names,
            lines=meetings_of(session, trip_id),
            asking=len(wishes_of(session, trip_id)),
            words=words,
        )


@blueprint.get("/meetings/new")
@access("meeting.plan")
def new_meeting(trip_id: int) -> ResponseReturnValue:
    return _new_page(trip_id)


@blueprint.post("/meetings")
@access("meeting.plan")
@refused_on(lambda refusal, trip_id: _new_page(trip_id, errors_of(refusal, "official_id")))
def plan_meeting(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), MeetingForm.of_request()
    plan = form.plan()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": meetings.plan_meeting(uow, actor, trip_id, plan)}

    meeting_id = perform(actor, form.model_dump(mode="json"), work, status=201).data["id"]
    flash(gettext("The meeting is planned. Draw who is received now."), "ok")
    return _to(trip_id, meeting_id)


@blueprint.get(_MEETING)
@access("meeting.view")
def meeting(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    return _page(trip_id, meeting_id)


def _refused(refusal: Refusal, trip_id: int, meeting_id: int) -> str:
    return _page(trip_id, meeting_id, refusal)


@blueprint.post(f"{_MEETING}/draw")
@access("meeting.plan")
@refused_on(_refused)
def draw(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """Fill the free slots from those who asked."""
    actor = current_actor()
    drawn = perform(actor, {}, lambda uow: {"ids": meetings.draw(uow, actor, trip_id, meeting_id)}).data[
        "ids"
    ]
    flash(ngettext("%(num)s person has a slot now.", "%(num)s people have a slot now.", len(drawn)), "ok")
    return _to(trip_id, meeting_id)


@blueprint.post(f"{_MEETING}/appoint")
@access("meeting.plan")
@refused_on(_refused)
def appoint(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """One demand by its code, into the first free slot."""
    actor, form = current_actor(), AppointForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        demand_id = demand_of_code(uow, trip_id, form.code)
        return {"id": meetings.appoint(uow, actor, trip_id, meeting_id, demand_id)}

    perform(actor, form.model_dump(), work)
    flash(gettext("They have a slot now."), "ok")
    return _to(trip_id, meeting_id)


@blueprint.post(f"{_MEETING}/invite")
@access("meeting.plan")
@refused_on(_refused)
def invite(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    actor = current_actor()
    data = perform(actor, {}, lambda uow: {"count": receiving.invite(uow, actor, trip_id, meeting_id)}).data
    flash(ngettext("%(num)s person is invited.", "%(num)s people are invited.", data["count"]), "ok")
    return _to(trip_id, meeting_id)


@blueprint.post(f"{_MEETING}/cancel")
@access("meeting.plan")
@refused_on(_refused)
def cancel_meeting(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ReasonForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        meetings.cancel_meeting(uow, actor, trip_id, meeting_id, form.reason)
        return {}

    perform(actor, form.model_dump(), work)
    flash(gettext("The meeting is cancelled, and those who were invited are told."), "ok")
    return _to(trip_id, meeting_id)


@blueprint.post(f"{_MEETING}/check-in")
@access("meeting.receive")
@refused_on(_refused)
def check_in(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """Whoever is at the door."""
    actor, form = current_actor(), CheckInForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": receiving.check_in(uow, actor, trip_id, meeting_id, form.code)}

    perform(actor, form.model_dump(), work)
    flash(gettext("They are here."), "ok")
    return _to(trip_id, meeting_id)


@blueprint.post(f"{_MEETING}/panel")
@access("meeting.receive")
@refused_on(_refused)
def note_panel(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """Who came for an agency."""
    actor, form = current_actor(), PanelForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        receiving.note_panel(uow, actor, trip_id, meeting_id, form.agency_id, form.name, came=form.came)
        return {}

    perform(actor, form.model_dump(), work)
    flash(gettext("Noted."), "ok")
    return _to(trip_id, meeting_id)


def _act_refused(refusal: Refusal, trip_id: int, meeting_id: int, appointment_id: int) -> str:  # noqa: ARG001
    return _page(trip_id, meeting_id, refusal)


@blueprint.post(f"{_MEETING}/appointments/<int:appointment_id>")
@access("meeting.receive")
@refused_on(_act_refused)
def act_on(trip_id: int, meeting_id: int, appointment_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), AppointmentActForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        receiving.act_on(uow, actor, trip_id, meeting_id, appointment_id, form.act, form.minutes)
        return {}

    perform(actor, form.model_dump(), work)
    return _to(trip_id, meeting_id)


@blueprint.post(f"{_MEETING}/appointments/<int:appointment_id>/minutes")
@access("meeting.receive")
@refused_on(_act_refused)
def write_minutes(trip_id: int, meeting_id: int, appointment_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), MinutesForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        receiving.write_minutes(uow, actor, trip_id, meeting_id, appointment_id, form.minutes)
        return {}

    perform(actor, form.model_dump(), work)
    flash(gettext("The minutes are saved."), "ok")
    return _to(trip_id, meeting_id)


@blueprint.get(f"{_MEETING}/letters")
@access("meeting.receive")
def invitations(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """A letter for each who is invited, with its QR code, a page each."""
    return _printed(trip_id, meeting_id, "sessions/invitations.html")


@blueprint.get(f"{_MEETING}/door")
@access("meeting.receive")
def door_list(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    """Who comes when, on paper."""
    return _printed(trip_id, meeting_id, "sessions/door.html")


@blueprint.post("/demands/<int:demand_id>/meeting")
@access("demand.edit")
def ask_meeting(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """Whoever brought it wishes to meet an official, or doesn't any more."""
    actor, form = current_actor(), WishForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        meetings.ask_meeting(uow, actor, trip_id, demand_id, wanted=form.wanted)
        return {}

    perform(actor, form.model_dump(), work)
    flash(gettext("Noted."), "ok")
    return redirect(url_for("demands.demand", trip_id=trip_id, demand_id=demand_id), 303)


def _to(trip_id: int, meeting_id: int) -> ResponseReturnValue:
    return redirect(url_for("sessions.meeting", trip_id=trip_id, meeting_id=meeting_id), 303)


def _new_page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        known = officials_of(session, trip_id)
    return render_template(
        "sessions/new_meeting.html",
        trip=names.trip,
        trip_id=trip_id,
        names=names,
        officials=known,
        typed=request.form.to_dict(),
        panel=set(request.form.getlist("agency_ids", type=int)),
        first_day=max(local_day(clock.now()), names.trip.starts_on),
        errors=errors or {},
        words=words,
    )


def _page(trip_id: int, meeting_id: int, refusal: Refusal | None = None) -> str:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        line = meeting_line(session, trip_id, meeting_id)
        ahead = line.state != rules.CANCELLED and line.ends_at > clock.now()
        return render_template(
            "sessions/meeting.html",
            trip=names.trip,
            trip_id=trip_id,
            names=names,
            line=line,
            appointments=appointments_of(session, meeting_id),
            panel=panel_of(session, meeting_id),
            asking=len(wishes_of(session, trip_id)),
            may_plan=actor.may("meeting.plan", trip_id) and ahead,
            may_receive=actor.may("meeting.receive", trip_id) and line.state != rules.CANCELLED,
            may_decide=actor.may("directive.prepare", trip_id),
            errors={} if refusal is None else errors_of(refusal, "act"),
            words=words,
        )


def _printed(trip_id: int, meeting_id: int, template: str) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        line = meeting_line(session, trip_id, meeting_id)
        found = [one for one in appointments_of(session, meeting_id) if one.state in rules.HAS_SLOT]
    codes = {one.id: qr_svg(public_address("notices.invitation", token=one.token)) for one in found}
    return render_template(
        template, trip=names.trip, names=names, line=line, appointments=found, codes=codes, words=words
    )
