"""The page of waits as they were told and as they came, and of the offer."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access
from deskops.control.queries.estimates import estimates
from deskops.control.views.blueprint import blueprint
from deskops.core import clock, runtime
from deskops.desks.queries import catalogue


@blueprint.get("/estimates")
@access("wall.view")
def wait_estimates(trip_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        figures = estimates(session, trip_id, clock.now())
    return render_template("control/estimates.html", trip=names.trip, names=names, figures=figures)
