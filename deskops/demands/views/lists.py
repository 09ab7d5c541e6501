"""The list of demands and the search in it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access
from deskops.core import runtime
from deskops.demands import queries
from deskops.demands.views.room import blueprint

FILTERS = ("q", "state", "topic_id", "desk_id", "person_id")


@blueprint.get("/trips/<int:trip_id>/demands")
@access("demand.search")
def demand_list(trip_id: int) -> ResponseReturnValue:
    wanted = queries.Filter.of_args(request.args)
    with runtime.current().database.reading() as session:
        known = queries.names_of(session, trip_id)
        page = queries.demand_page(session, trip_id, wanted)
    older = None if page.next_before is None else _older(trip_id, page.next_before)
    return render_template(
        "demands/list.html", trip_id=trip_id, trip=known, names=known, wanted=wanted, page=page, older=older
    )


def _older(trip_id: int, before: int) -> str:
    """The address of the next page under the same filters."""
    shown: dict[str, Any] = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return url_for("demands.demand_list", trip_id=trip_id, **shown, before=before)
