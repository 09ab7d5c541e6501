"""The shifts that desks need filled: a day's table, one shift, many at once, a day copied onto others."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import DateError, day_bounds, local_day, parse_date
from deskops.core.errors import Refusal
from deskops.core.i18n import ngettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.desks.document.languages import LANGUAGES
from deskops.desks.queries import Catalogue, catalogue
from deskops.desks.views.changing import refused_on
from deskops.staff.errors import ShiftsFilled
from deskops.staff.forms.rosters import RosterQuery
from deskops.staff.forms.shifts import CopyForm, LayAnewForm, ShiftForm, ShiftsForm
from deskops.staff.queries.shifts import days_with_shifts, misfits, patterns_of, shift_line, shift_lines
from deskops.staff.services import desk_shifts, laying
from deskops.staff.services.desk_shifts import span_of
from deskops.staff.views import roster_words
from deskops.staff.views.blueprint import blueprint


@blueprint.get("/shifts")
@access("roster.plan")
def shifts(trip_id: int) -> ResponseReturnValue:
    """A day's shifts by desk; those that don't fit their desk's hours any more."""
    query = RosterQuery.of_query()
    return _page(trip_id, query.day, query.site)


@blueprint.post("/shifts")
@access("roster.plan")
@refused_on(lambda refusal, trip_id: _again(trip_id, refusal))
def change_shifts(trip_id: int) -> ResponseReturnValue:
    """What is done to all that are ticked, or to all that are shown."""
    actor, form = current_actor(), ShiftsForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"count": desk_shifts.change_shifts(uow, actor, trip_id, form.wanted())}

    count = perform(actor, form.model_dump(mode="json"), work).data["count"]
    if form.act == "remove":
        flash(ngettext("%(num)s shift was removed.", "%(num)s shifts were removed.", count), "ok")
    else:
        flash(ngettext("%(num)s shift was changed.", "%(num)s shifts were changed.", count), "ok")
    return _to_day(trip_id, form.day, form.site_id)


@blueprint.post("/shifts/copy")
@access("roster.plan")
@refused_on(lambda refusal, trip_id: _again(trip_id, refusal))
def copy_day(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), CopyForm.of_request()
    days = form.days()
    with runtime.current().database.reading() as session:
        desk_ids = desks_at(catalogue(session, trip_id), form.site_id)

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return vars(laying.copy_day(uow, actor, trip_id, form.day, days, desk_ids))

    laid = perform(actor, form.model_dump(mode="json"), work).data
    flash(roster_words.laid_text(laid), "ok" if laid["made"] else "warn")
    return _to_day(trip_id, form.first_day, form.site_id)


@blueprint.post("/shifts/lay-anew")
@access("roster.plan")
@refused_on(lambda refusal, trip_id: _again(trip_id, refusal))
def lay_anew(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), LayAnewForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"count": laying.lay_anew(uow, actor, trip_id, confirmed=form.confirmed)}

    count = perform(actor, form.model_dump(), work).data["count"]
    flash(ngettext("%(num)s shift was laid anew.", "%(num)s shifts were laid anew.", count), "ok")
    return redirect(url_for("staff.shifts", trip_id=trip_id), 303)


@blueprint.get("/shifts/<int:shift_id>")
@access("roster.plan")
def desk_shift(trip_id: int, shift_id: int) -> ResponseReturnValue:
    """One shift, to be changed."""
    return _shift_page(trip_id, shift_id)


@blueprint.post("/shifts/<int:shift_id>")
@access("roster.plan")
@refused_on(lambda refusal, trip_id, shift_id: _shift_page(trip_id, shift_id, errors_of(refusal, "begins")))
def edit_desk_shift(trip_id: int, shift_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ShiftForm.of_request()
    need = form.said()
    with runtime.current().database.reading() as session:
        line = shift_line(session, trip_id, shift_id)
    begins, ends = span_of(line.day, form.minutes())

    def work(uow: UnitOfWork) -> dict[str, Any]:
        row = desk_shifts.edit_shift(uow, actor, trip_id, shift_id, form.version, begins, ends, need)
        return {"version": row.version}

    perform(actor, form.model_dump(mode="json"), work)
    flash(ngettext("%(num)s shift was changed.", "%(num)s shifts were changed.", 1), "ok")
    return _to_day(trip_id, line.day, None)


def desks_at(names: Catalogue, site_id: int | None) -> list[int] | None:
    """The desks of a site; None where none is named: all of them."""
    if site_id is None:
        return None
    return [desk.id for desk in names.desks.values() if desk.site_id == site_id]


def day_to_show(days: list[date], wanted: date | None) -> date | None:
    """The day asked for, else today or the next that has any, else the last."""
    today = local_day(clock.now())
    if wanted is not None:
        return wanted
    return next((day for day in days if day >= today), days[-1] if days else None)


def _to_day(trip_id: int, day: date | None, site_id: int | None) -> ResponseReturnValue:
    shown = day.isoformat() if day else None
    return redirect(url_for("staff.shifts", trip_id=trip_id, day=shown, site=site_id), 303)


def _again(trip_id: int, refusal: Refusal) -> str:
    return _page(trip_id, _day_typed(), request.form.get("site_id", type=int), refusal)


def _day_typed() -> date | None:
    """What was sent as a day may be what was refused."""
    try:
        return parse_date(request.form.get("day", ""))
    except DateError:
        return None


def _page(
    trip_id: int, wanted: date | None = None, site_id: int | None = None, refusal: Refusal | None = None
) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        days = days_with_shifts(session, trip_id)
        day = day_to_show(list(days), wanted)
        lines = shift_lines(session, trip_id, day, desks_at(names, site_id)) if day else []
        unfit = misfits(session, trip_id, clock.now())
        patterns = {one.id: one.name for one in patterns_of(session, trip_id)}
    order = list(names.desks)
    lines.sort(key=lambda line: order.index(line.desk_id))
    return render_template(
        "staff/shifts.html",
        trip=names.trip,
        names=names,
        days=days,
        day=day,
        site_id=site_id,
        lines=lines,
        address=lambda one: url_for("staff.shifts", trip_id=trip_id, day=one.isoformat(), site=site_id),
        site_options=[(site.id, site.name) for site in names.offered_sites()],
        patterns=patterns,
        unfit=unfit,
        languages=LANGUAGES,
        words=roster_words,
        now=clock.now(),
        typed=request.form,
        ticked=set(request.form.getlist("shift_ids", type=int)),
        losing=refusal.params["people"] if isinstance(refusal, ShiftsFilled) else 0,
        errors=errors_of(refusal, "shift_ids") if refusal is not None else {},
    )


def _shift_page(trip_id: int, shift_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        line = shift_line(session, trip_id, shift_id)
    return render_template(
        "staff/shift.html",
        trip=names.trip,
        names=names,
        line=line,
        midnight=day_bounds(line.day)[0],
        languages=LANGUAGES,
        words=roster_words,
        begun=line.starts_at <= clock.now(),
        typed=request.form,
        errors=errors or {},
    )
