"""JSON API of what is printed: what there is, and the address of a document made of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.config import ConfigurationError
from deskops.demands import forms, queries
from deskops.demands.api.demands import answered, api
from deskops.demands.errors import NoPublicAddress
from deskops.demands.services.paper import MOST_FORMS
from deskops.demands.services.printing import PARTS, own_desks, prepare
from deskops.desks.queries import catalogue


@api.get("/print")
@access("sign.print")
def what_can_be_printed(trip_id: int) -> ResponseReturnValue:
    """The parts, the desks that are the asker's to print for, and the batches of forms so far with their documents."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        batches = queries.batches_of(session, trip_id)
    lines = [
        asdict(line)
        | {
            "printed_at": line.printed_at.isoformat(),
            "address": url_for("demands.pack", trip_id=trip_id, parts="forms", batch=line.batch),
        }
        for line in batches
    ]
    desks = list(own_desks(current_actor(), names))
    return jsonify(parts=PARTS, desks=desks, most_forms=MOST_FORMS, batches=lines)


@api.post("/print")
@access("sign.print")
def print_pack(trip_id: int) -> ResponseReturnValue:
    """Reserve the codes of the forms; `address` is the page with everything that was chosen, one sheet after the other."""
    form = forms.PrintForm.of_request()
    actor = current_actor()
    try:
        runtime.current().settings.require_public_url()
    except ConfigurationError:
        raise NoPublicAddress() from None
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)

    def work(uow: Any) -> dict[str, Any]:
        pack = prepare(uow, actor, names, form.order())
        address = url_for("demands.pack", trip_id=trip_id, **pack.address())
        return {"address": address, "batch": pack.batch, "desks": pack.desks}

    return answered(form, work, status=201)
