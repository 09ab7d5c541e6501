"""The files of a demand: added, and saved."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access
from deskops.core import runtime
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.uploads import to_save
from deskops.demands import forms
from deskops.demands.attaching import add_sent
from deskops.demands.queries.attachments import attachment
from deskops.demands.views.room import blueprint, message_of

_FILES = "/trips/<int:trip_id>/demands/<int:demand_id>/attachments"


@blueprint.post(_FILES)
@access("attachment.add")
def add_attachment(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """Add a file; the page of the demand says what became of it."""
    try:
        add_sent(trip_id, demand_id, forms.AttachForm.of_request())
        flash(gettext("The file is added."), "ok")
    except NotFound:
        raise
    except Refusal as refusal:
        flash(message_of(refusal), "bad")
    return redirect(url_for("demands.demand", trip_id=trip_id, demand_id=demand_id), 303)


@blueprint.get(f"{_FILES}/<int:attachment_id>")
@access("attachment.view")
def attachment_file(trip_id: int, demand_id: int, attachment_id: int) -> Response:
    with runtime.current().database.reading() as session:
        row = attachment(session, trip_id, demand_id, attachment_id)
        return to_save(row.file, row.media_type, f"{row.kind}-{row.id}")
