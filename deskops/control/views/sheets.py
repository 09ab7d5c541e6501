"""Paper for the day before: the contact sheet and the check lists."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access
from deskops.control import rules
from deskops.control.queries.readiness import readiness_board
from deskops.control.queries.sheets import contact_sheet
from deskops.control.views import words
from deskops.control.views.blueprint import blueprint
from deskops.core import clock, runtime
from deskops.core.errors import NotFound
from deskops.desks.queries import catalogue


@blueprint.get("/readiness/contacts")
@access("readiness.view")
def contacts(trip_id: int) -> ResponseReturnValue:
    """Whom to ring at each desk, on A4."""
    with runtime.current().database.reading() as session:
        names, lines = catalogue(session, trip_id), contact_sheet(session, trip_id)
    return render_template(
        "control/contacts.html", trip=names.trip, names=names, lines=lines, now=clock.now()
    )


@blueprint.get("/readiness/checklist")
@access("readiness.view")
def checklist(trip_id: int) -> ResponseReturnValue:
    """Every desk on its own page with boxes to tick, or `?desk=` alone."""
    with runtime.current().database.reading() as session:
        names, board = catalogue(session, trip_id), readiness_board(session, trip_id)
    wanted = request.args.get("desk", type=int)
    desks = [desk for desk in board.desks if wanted in (None, desk.desk_id)]
    if wanted is not None and not desks:
        raise NotFound()
    desks.sort(key=lambda desk: desk.number)
    shown = {"names": names, "board": board, "desks": desks, "words": words, "now": clock.now()}
    return render_template(
        "control/checklist.html", trip=names.trip, whole=wanted is None, rules=rules, **shown
    )
