"""JSON API of the files that belong to demands."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access
from deskops.core import runtime
from deskops.demands import forms
from deskops.demands.api.demands import api
from deskops.demands.attaching import add_sent
from deskops.demands.models import Attachment
from deskops.demands.queries.attachments import attachments_of


@api.get("/demands/<int:demand_id>/attachments")
@access("attachment.view")
def attachments(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """`{attachments}`; each is saved from its address below the demand's page."""
    with runtime.current().database.reading() as session:
        rows = attachments_of(session, trip_id, demand_id)
        return jsonify({"attachments": [attachment_json(row) for row in rows]})


@api.post("/demands/<int:demand_id>/attachments")
@access("attachment.add")
def add_attachment(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """A form of several parts, with the file in `file`: `{id}`."""
    answer = add_sent(trip_id, demand_id, forms.AttachForm.of_request())
    return jsonify(answer.data), answer.status


def attachment_json(row: Attachment) -> dict[str, Any]:
    """A file without its content."""
    facts = {name: getattr(row, name) for name in ("id", "kind", "media_type", "size", "name")}
    return facts | {"added_at": row.added_at.isoformat()}
