"""The page of who was overtaken."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access
from deskops.control.forms import DayForm
from deskops.control.queries.fairness import fairness
from deskops.control.views import words
from deskops.control.views.blueprint import blueprint
from deskops.core import clock, runtime
from deskops.core.dates import date_text, local_day
from deskops.core.errors import InvalidInput
from deskops.desks.models import Trip
from deskops.desks.queries import catalogue


@blueprint.get("/balance/fairness")
@access("fairness.view")
def overtaken(trip_id: int) -> ResponseReturnValue:
    """One day, `?day=`; today otherwise."""
    now, errors = clock.now(), {}
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        today = local_day(now, ZoneInfo(session.get_one(Trip, trip_id).timezone))
        try:
            day = DayForm.of_query().day or today
        except InvalidInput as refusal:
            day, errors = today, refusal.errors
        figures = fairness(session, trip_id, day, now)
    page = render_template(
        "control/fairness.html",
        trip=names.trip,
        names=names,
        figures=figures,
        day=day,
        typed=request.args.get("day") or date_text(day),
        is_today=day == today,
        words=words,
        errors=errors,
    )
    return page, 422 if errors else 200
