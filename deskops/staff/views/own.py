"""A staff member's own shifts: what is ahead, what changed, what is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.i18n import gettext, ngettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.desks.queries import catalogue
from deskops.desks.views.changing import refused_on
from deskops.staff.calendar_links import CalendarLink
from deskops.staff.errors import NotOnTheList
from deskops.staff.forms.own import AbsenceForm, ConfirmForm, ReasonForm
from deskops.staff.queries.own import own_row, shift_of
from deskops.staff.queries.own_sheet import own_sheet
from deskops.staff.rule_words import rules_told
from deskops.staff.services import absences, own, stepping_in
from deskops.staff.views import shift_words
from deskops.staff.views.blueprint import blueprint
from deskops.staff.views.calendar import calendar_address

Work = Callable[[UnitOfWork], dict[str, Any]]


@blueprint.get("/my-shifts")
@access("trip.view")
def my_shifts(trip_id: int) -> ResponseReturnValue:
    """Also for those whose role has no shifts: they are told how to come by them."""
    if not current_actor().may("shift.own", trip_id):
        return _no_shifts(trip_id)
    return own_page(trip_id)


def refused_at_home(refusal: Refusal, trip_id: int, **_ids: int) -> str:
    """The own page, with why something can't be done."""
    return own_page(trip_id, errors_of(refusal, "main"))


@blueprint.post("/my-shifts/confirm")
@access("shift.own")
@refused_on(refused_at_home)
def confirm_shifts(trip_id: int) -> ResponseReturnValue:
    """One shift, or all that are new or changed."""
    actor, form = current_actor(), ConfirmForm.of_request()
    perform(
        actor,
        form.model_dump(mode="json"),
        lambda uow: {"confirmed": own.confirm(uow, actor, trip_id, form.seen())},
    )
    return at_home(trip_id, gettext("Thank you, the coordinators know that you know."))


@blueprint.get("/my-shifts/<int:shift_id>/absence")
@access("shift.own")
def cannot_come(trip_id: int, shift_id: int) -> ResponseReturnValue:
    return _absence_page(trip_id, shift_id)


@blueprint.post("/my-shifts/<int:shift_id>/absence")
@access("shift.own")
@refused_on(lambda refusal, trip_id, shift_id: _absence_page(trip_id, shift_id, errors_of(refusal, "reason")))
def miss_shift(trip_id: int, shift_id: int) -> ResponseReturnValue:
    actor, said = current_actor(), ReasonForm.of_request().model_dump()
    perform(actor, said, lambda uow: {"id": absences.miss_shift(uow, actor, trip_id, shift_id, **said).id})
    return at_home(trip_id, gettext("The coordinators know that you can't come."))


@blueprint.get("/my-shifts/absence")
@access("shift.own")
def new_absence(trip_id: int) -> ResponseReturnValue:
    return _absence_page(trip_id, None)


@blueprint.post("/my-shifts/absence")
@access("shift.own")
@refused_on(lambda refusal, trip_id: _absence_page(trip_id, None, errors_of(refusal, "reason")))
def be_absent(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), AbsenceForm.of_request()
    perform(
        actor,
        form.model_dump(mode="json"),
        lambda uow: {
            "id": absences.be_absent(
                uow, actor, trip_id, form.span(), reason=form.reason, words=form.words
            ).id
        },
    )
    return at_home(trip_id, gettext("The coordinators know that you can't come."))


@blueprint.post("/my-shifts/absences/<int:absence_id>/take-back")
@access("shift.own")
@refused_on(refused_at_home)
def come_after_all(trip_id: int, absence_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        restored = absences.come_after_all(uow, actor, trip_id, absence_id)
        return {"shift_ids": list(restored.shift_ids), "lost": len(restored.lost_ids)}

    lost = perform(actor, {}, work).data["lost"]
    said = gettext("Taken back. What was yours is yours again.")
    if lost:
        said = ngettext(
            "Taken back. %(num)s shift has somebody else by now.",
            "Taken back. %(num)s shifts have others by now.",
            lost,
        )
    return at_home(trip_id, said)


@blueprint.post("/my-shifts/calls/<int:call_id>/accept")
@access("shift.own")
@refused_on(refused_at_home)
def step_in(trip_id: int, call_id: int) -> ResponseReturnValue:
    actor = current_actor()
    perform(actor, {}, lambda uow: {"shift_id": stepping_in.step_in(uow, actor, trip_id, call_id)})
    return at_home(trip_id, gettext("Thank you. The shift is yours."))


def _not_declined(refusal: Refusal, trip_id: int, call_id: int) -> str:
    """Several calls stand on the page, each with its own fields."""
    if not isinstance(refusal, InvalidInput):
        return refused_at_home(refusal, trip_id)
    return own_page(trip_id, {f"{field}-call-{call_id}": text for field, text in refusal.errors.items()})


@blueprint.post("/my-shifts/calls/<int:call_id>/decline")
@access("shift.own")
@refused_on(_not_declined)
def decline_call(trip_id: int, call_id: int) -> ResponseReturnValue:
    actor, said = current_actor(), ReasonForm.of_request().model_dump()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        stepping_in.decline(uow, actor, trip_id, call_id, **said)
        return {}

    perform(actor, said, work)
    return at_home(trip_id, gettext("The coordinators know that you can't."))


@blueprint.post("/my-shifts/calendar")
@access("shift.own")
@refused_on(refused_at_home)
def renew_calendar(trip_id: int) -> ResponseReturnValue:
    """Another address; whoever has the old one sees nothing any more."""
    actor = current_actor()
    perform(actor, {}, lambda uow: {"version": own.renew_calendar(uow, actor, trip_id)})
    return at_home(trip_id, gettext("Your calendar has a new address. The old one shows nothing any more."))


def at_home(trip_id: int, said: str) -> ResponseReturnValue:
    """Back to the own page."""
    flash(said, "ok")
    return redirect(url_for("staff.my_shifts", trip_id=trip_id), 303)


def own_page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    """Everything that is somebody's own; a clear word to whoever is on no list."""
    now = clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        sheet = own_sheet(session, trip_id, current_actor().user_id, now)
    if sheet is None:
        return _no_shifts(trip_id)
    me = sheet.me
    return render_template(
        "staff/my_shifts.html",
        trip=names.trip,
        names=names,
        sheet=sheet,
        words=shift_words,
        rules_told=rules_told,
        calendar=calendar_address(CalendarLink(trip_id, me.id, me.calendar_version)),
        typed=request.form,
        errors=errors or {},
    )


def _no_shifts(trip_id: int) -> str:
    """Whose account is nobody's on the list of staff: who can change that, and where."""
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
    return render_template(
        "staff/not_on_the_list.html",
        trip=names.trip,
        may_manage=actor.may("staff.manage", trip_id),
        may_admit=actor.may("account.admit", trip_id),
    )


def _absence_page(trip_id: int, shift_id: int | None, errors: dict[str, str] | None = None) -> str:
    """For one of one's shifts, or for a time. Raises NotFound for a shift of somebody else."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        me = own_row(session, trip_id, current_actor().user_id)
        if me is None:
            raise NotOnTheList()
        shift = None if shift_id is None else shift_of(session, me.id, shift_id)
    if shift_id is not None and shift is None:
        raise NotFound()
    return render_template(
        "staff/cannot_come.html",
        trip=names.trip,
        names=names,
        shift=shift,
        words=shift_words,
        typed=request.form,
        errors=errors or {},
    )
