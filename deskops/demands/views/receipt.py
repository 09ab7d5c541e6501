"""The receipt that a person takes along, for an 80 mm printer."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from deskops.accounts.access import access
from deskops.core import runtime
from deskops.core.config import ConfigurationError
from deskops.core.qr import qr_svg
from deskops.demands import queries
from deskops.demands.views.room import blueprint


@blueprint.get("/trips/<int:trip_id>/demands/<int:demand_id>/receipt")
@access("demand.view")
def receipt(trip_id: int, demand_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        known = queries.names_of(session, trip_id)
        demand = queries.demand_detail(session, trip_id, demand_id)
        wait = None if demand.ticket is None else queries.wait_of(session, trip_id, demand.ticket)
        ahead = None if demand.ticket is None else queries.people_ahead(session, demand.ticket)
    return render_template(
        "demands/receipt.html",
        trip_id=trip_id,
        trip=known,
        names=known,
        demand=demand,
        wait=wait,
        ahead=ahead,
        code=_qr(demand.receipt_token),
        print_now="print" in request.args,
    )


def _qr(receipt_token: str) -> Markup | None:
    """The code that leads a phone to the receipt's page; None where no phone could follow it."""
    try:
        url = runtime.current().settings.require_public_url()
    except ConfigurationError:
        return None
    return qr_svg(f"{url}/r/{receipt_token}")
