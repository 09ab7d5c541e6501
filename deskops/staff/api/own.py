"""JSON API of a staff member's own shifts, and of those that change hands."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import Work, perform
from deskops.desks.queries import catalogue
from deskops.staff.api.blueprint import api
from deskops.staff.calendar_links import CalendarLink
from deskops.staff.errors import NotOnTheList
from deskops.staff.forms.own import AbsenceForm, ConfirmForm, OfferForm, ReasonForm
from deskops.staff.queries.own import OwnShift
from deskops.staff.queries.own_sheet import own_sheet
from deskops.staff.queries.swaps import SwapLine, swaps_of_trip
from deskops.staff.rules.reasons import told_reason
from deskops.staff.services import absences, own, stepping_in, swapping
from deskops.staff.views.calendar import calendar_address

CALL = ("id", "desk_id", "desk_shift_id", "starts_at", "ends_at", "asked_at")


@api.get("/my-shifts")
@access("shift.own")
def my_shifts(trip_id: int) -> ResponseReturnValue:
    """`{staff_id, shifts, calls, offers, swaps, absences, calendar}`: what is ahead and the last weeks, what one is asked to
    step into, what colleagues offer, what one offered or took oneself.
    """
    with runtime.current().database.reading() as session:
        sheet = own_sheet(session, trip_id, current_actor().user_id, clock.now())
    if sheet is None:
        raise NotOnTheList()
    me = sheet.me
    return jsonify(
        {
            "staff_id": me.id,
            "shifts": [_shift(shift) for shift in sheet.shifts],
            "calls": [_plain({name: getattr(call, name) for name in CALL}) for call in sheet.calls],
            "offers": [_swap(line) for line in sheet.offers],
            "swaps": [_swap(line) for line in sheet.swaps],
            "absences": [_absence(row) for row in sheet.absences],
            "calendar": calendar_address(CalendarLink(trip_id, me.id, me.calendar_version)),
        }
    )


@api.post("/my-shifts/confirm")
@access("shift.own")
def confirm_shifts(trip_id: int) -> ResponseReturnValue:
    """`{shifts: [{id, version}]}`, all or none; answered by `{confirmed}`, those that weren't before."""
    actor, form = current_actor(), ConfirmForm.of_request()
    return _done(
        form.model_dump(mode="json"), lambda uow: {"confirmed": own.confirm(uow, actor, trip_id, form.seen())}
    )


@api.post("/my-shifts/<int:shift_id>/absence")
@access("shift.own")
def miss_shift(trip_id: int, shift_id: int) -> ResponseReturnValue:
    """`{reason: ill|family|duty|travel|other, words}`; answered by the absence's `{id}`."""
    actor, said = current_actor(), ReasonForm.of_request().model_dump()
    return _done(said, lambda uow: {"id": absences.miss_shift(uow, actor, trip_id, shift_id, **said).id})


@api.post("/my-shifts/absence")
@access("shift.own")
def be_absent(trip_id: int) -> ResponseReturnValue:
    """`{from_day, from_time, to_day, to_time, reason, words}`: days Jalali or Gregorian, times such as 08:00, local."""
    actor, form = current_actor(), AbsenceForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {
            "id": absences.be_absent(
                uow, actor, trip_id, form.span(), reason=form.reason, words=form.words
            ).id
        }

    return _done(form.model_dump(mode="json"), work)


@api.post("/my-shifts/absences/<int:absence_id>/take-back")
@access("shift.own")
def come_after_all(trip_id: int, absence_id: int) -> ResponseReturnValue:
    """Answered by `{shift_ids, lost_ids}`: what is one's own again, and what others have by now."""
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        restored = absences.come_after_all(uow, actor, trip_id, absence_id)
        return {"shift_ids": list(restored.shift_ids), "lost_ids": list(restored.lost_ids)}

    return _done({}, work)


@api.post("/my-shifts/calls/<int:call_id>/accept")
@access("shift.own")
def step_in(trip_id: int, call_id: int) -> ResponseReturnValue:
    actor = current_actor()
    return _done({}, lambda uow: {"shift_id": stepping_in.step_in(uow, actor, trip_id, call_id)})


@api.post("/my-shifts/calls/<int:call_id>/decline")
@access("shift.own")
def decline_call(trip_id: int, call_id: int) -> ResponseReturnValue:
    """`{reason, words}` as of an absence."""
    actor, said = current_actor(), ReasonForm.of_request().model_dump()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        stepping_in.decline(uow, actor, trip_id, call_id, **said)
        return {"id": call_id}

    return _done(said, work)


@api.post("/my-shifts/<int:shift_id>/offer")
@access("shift.own")
def offer_shift(trip_id: int, shift_id: int) -> ResponseReturnValue:
    """`{to_staff_id, wanted_shift_id, note}`, all optional; answered by the offer's `{id}`."""
    actor, wanted = current_actor(), OfferForm.of_request().model_dump()
    return _done(wanted, lambda uow: {"id": swapping.offer(uow, actor, trip_id, shift_id, **wanted)})


@api.post("/my-shifts/swaps/<int:swap_id>/take")
@access("shift.own")
def take_swap(trip_id: int, swap_id: int) -> ResponseReturnValue:
    """Answered by `{state}`: approved, or taken where a coordinator decides."""
    actor = current_actor()
    return _done({}, lambda uow: {"state": swapping.take_offer(uow, actor, trip_id, swap_id)})


@api.post("/my-shifts/swaps/<int:swap_id>/withdraw")
@access("shift.own")
def withdraw_swap(trip_id: int, swap_id: int) -> ResponseReturnValue:
    return _decided(trip_id, swap_id, swapping.withdraw)


@api.post("/my-shifts/calendar")
@access("shift.own")
def renew_calendar(trip_id: int) -> ResponseReturnValue:
    """Another address for one's calendar: `GET /my-shifts` says it."""
    actor = current_actor()
    return _done({}, lambda uow: {"version": own.renew_calendar(uow, actor, trip_id)})


@api.get("/swaps")
@access("roster.plan")
def swaps(trip_id: int) -> ResponseReturnValue:
    """`{swaps}`: what waits for a decision first, with the rules it breaks."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        return jsonify({"swaps": [_swap(line) for line in swaps_of_trip(session, trip_id, clock.now())]})


@api.post("/swaps/<int:swap_id>/approve")
@access("roster.plan")
def approve_swap(trip_id: int, swap_id: int) -> ResponseReturnValue:
    return _decided(trip_id, swap_id, swapping.approve)


@api.post("/swaps/<int:swap_id>/refuse")
@access("roster.plan")
def refuse_swap(trip_id: int, swap_id: int) -> ResponseReturnValue:
    return _decided(trip_id, swap_id, swapping.refuse)


def _decided(trip_id: int, swap_id: int, decide: swapping.Decide) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        decide(uow, actor, trip_id, swap_id)
        return {"id": swap_id}

    return _done({}, work)


def _done(body: dict[str, Any], work: Work) -> ResponseReturnValue:
    answer = perform(current_actor(), body, work)
    return jsonify(answer.data), answer.status


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()
    }


def _reason(kept: str) -> dict[str, str]:
    code, words = told_reason(kept)
    return {"reason": code, "words": words}


def _shift(shift: OwnShift) -> dict[str, Any]:
    facts = asdict(shift) | _reason(shift.reason) | {"to_confirm": shift.is_to_confirm}
    facts["worked"] = None if shift.worked is None else int(shift.worked.total_seconds())
    return _plain(facts)


def _swap(line: SwapLine) -> dict[str, Any]:
    return _plain(asdict(line))


def _absence(row: Any) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("id", "starts_at", "ends_at", "said_at")}
    return _plain(facts) | _reason(row.reason)
