"""Adding a file to a demand at the HTTP edge, for pages and programs alike."""

from __future__ import annotations

from deskops.accounts.access import current_actor
from deskops.core.idempotency import Answer
from deskops.core.uploads import UnfitFile, sent_file
from deskops.core.web import perform
from deskops.demands import forms
from deskops.demands.services.attachments import attach


def add_sent(trip_id: int, demand_id: int, form: forms.AttachForm) -> Answer:
    """Add the file of this request. Raises UnfitFile, FileTooLarge, NotFound, TooManyFiles."""
    actor, upload = current_actor(), sent_file("file")
    if upload is None:
        raise UnfitFile(field="file")
    body = form.model_dump() | {"digest": upload.digest}
    return perform(
        actor,
        body,
        lambda uow: {"id": attach(uow, actor, trip_id, demand_id, form.kind, upload)},
        status=201,
    )
