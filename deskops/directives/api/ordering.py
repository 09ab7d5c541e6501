"""JSON API of giving orders."""

from __future__ import annotations

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import idempotency, runtime
from deskops.core.errors import NotFound
from deskops.core.idempotency import Answer
from deskops.core.uploads import PICTURES, sent_file
from deskops.directives.api.blueprint import api
from deskops.directives.forms import PreparedOrderForm, SignedOrderForm
from deskops.directives.giving import prepared, signed


@api.post("/directives")
@access("directive.sign")
def sign_order(trip_id: int) -> ResponseReturnValue:
    """An order that its official signs at once; the fields of the form, and `proof: {pin}` or `{passkey}`. `tomans` is the
    amount. Answers `{id, state, issues_at}`; the number follows ten seconds later.
    """
    return _answered(signed(trip_id, SignedOrderForm.of_request(), sent_file("photo", PICTURES)))


@api.post("/directives/drafts")
@access("directive.prepare")
def prepare_order(trip_id: int) -> ResponseReturnValue:
    """The same for `official_id` to sign, who is oneself or whom one assists."""
    return _answered(prepared(trip_id, PreparedOrderForm.of_request(), sent_file("photo", PICTURES)))


@api.get("/directives/sent/<key>")
@access("directive.sign")
def sent(trip_id: int, key: str) -> ResponseReturnValue:
    """What became of an order that was posted to /directives under this Idempotency-Key; 404 where it never was."""
    route = f"POST {url_for('directives_api.sign_order', trip_id=trip_id)}"
    with runtime.current().database.reading() as session:
        answer = idempotency.given(session, current_actor().key, route, key[:80])
    if answer is None:
        raise NotFound()
    return jsonify(answer.data)


def _answered(answer: Answer) -> ResponseReturnValue:
    response = jsonify(answer.data)
    response.status_code = answer.status
    if answer.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response
