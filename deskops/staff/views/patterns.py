"""Patterns of shifts, what holds for all rosters, and patterns laid over desks and days."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.desks.queries import catalogue
from deskops.desks.services.bulk import ticked
from deskops.desks.views.changing import refused_on
from deskops.staff.forms.shifts import LayForm, PatternForm, SettingsForm
from deskops.staff.queries.shifts import days_with_hours, patterns_of, settings_of, usual_hours
from deskops.staff.services import laying, patterns
from deskops.staff.views import roster_words
from deskops.staff.views.blueprint import blueprint


@blueprint.get("/shifts/patterns")
@access("roster.plan")
def shift_patterns(trip_id: int) -> ResponseReturnValue:
    return _page(trip_id)


@blueprint.post("/shifts/patterns")
@access("roster.plan")
@refused_on(lambda refusal, trip_id: _page(trip_id, errors_of(refusal, "name_fa"), "new"))
def add_pattern(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), PatternForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": patterns.add_pattern(uow, actor, trip_id, form.facts()).id}

    perform(actor, form.model_dump(), work)
    return _back(trip_id, gettext("The pattern was added."))


@blueprint.post("/shifts/patterns/<int:pattern_id>")
@access("roster.plan")
@refused_on(
    lambda refusal, trip_id, pattern_id: _page(trip_id, errors_of(refusal, "name_fa"), str(pattern_id))
)
def edit_pattern(trip_id: int, pattern_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), PatternForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        row = patterns.edit_pattern(uow, actor, trip_id, pattern_id, form.version or 0, form.facts())
        return {"version": row.version}

    perform(actor, form.model_dump(), work)
    return _back(
        trip_id,
        gettext("The pattern was changed. Shifts that were laid before stay until you lay them anew."),
    )


@blueprint.post("/shifts/patterns/<int:pattern_id>/remove")
@access("roster.plan")
def remove_pattern(trip_id: int, pattern_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        patterns.remove_pattern(uow, actor, trip_id, pattern_id)
        return {}

    perform(actor, {}, work)
    return _back(trip_id, gettext("The pattern was removed. The shifts that it was laid as stay."))


@blueprint.post("/shifts/settings")
@access("roster.plan")
@refused_on(lambda refusal, trip_id: _page(trip_id, errors_of(refusal, "rest"), "settings"))
def set_roster_settings(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), SettingsForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"version": patterns.set_settings(uow, actor, trip_id, form.version, form.values()).version}

    perform(actor, form.model_dump(), work)
    return _back(trip_id, gettext("Saved. It holds from the next roster on."))


@blueprint.post("/shifts/lay")
@access("roster.plan")
@refused_on(lambda refusal, trip_id: _page(trip_id, errors_of(refusal, "desk_ids"), "lay"))
def lay_shifts(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), LayForm.of_request()
    days = form.days()
    with runtime.current().database.reading() as session:
        desk_ids = ticked(catalogue(session, trip_id), form.desk_ids, form.site_ids)

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return vars(laying.lay_shifts(uow, actor, trip_id, form.pattern_ids, desk_ids, days))

    laid = perform(actor, form.model_dump(mode="json"), work).data
    flash(roster_words.laid_text(laid), "ok" if laid["made"] else "warn")
    return redirect(url_for("staff.shifts", trip_id=trip_id, day=form.first_day.isoformat()), 303)


def _back(trip_id: int, text: str) -> ResponseReturnValue:
    flash(text, "ok")
    return redirect(url_for("staff.shift_patterns", trip_id=trip_id), 303)


def _page(trip_id: int, errors: dict[str, str] | None = None, at: str = "") -> str:
    """`at` is the form of the page that the errors are about: new, settings, lay or a pattern's id."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        found = patterns_of(session, trip_id)
        days = days_with_hours(session, trip_id)
        hours = usual_hours(session, trip_id)
        settings = settings_of(session, trip_id)
    today = local_day(clock.now())
    first = next((day for day in days if day >= today), names.trip.starts_on)
    return render_template(
        "staff/patterns.html",
        trip=names.trip,
        names=names,
        patterns=found,
        settings=settings,
        hours=hours,
        first_day=first,
        last_day=max([first, *days]),
        words=roster_words,
        typed=request.form if at else {},
        ticked={
            name: set(request.form.getlist(name, type=int))
            for name in ("pattern_ids", "desk_ids", "site_ids")
        },
        at=at,
        errors=errors or {},
    )
