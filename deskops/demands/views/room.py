"""What the pages of this room share: the blueprint, answers for htmx, and refusals as messages."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint

from deskops.accounts.access import current_actor
from deskops.accounts.passwords import device_key
from deskops.core import runtime
from deskops.core.errors import InvalidInput, Refusal
from deskops.demands import queries
from deskops.demands.queries import Names
from deskops.demands.views import words

blueprint = Blueprint("demands", __name__)


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"words": words, "device_key": _device_key}


def _device_key(trip_id: int) -> str:
    """What the signed-in user's device keeps unsent registrations of this trip under; empty for others."""
    user_id = current_actor().user_id
    return "" if user_id is None else device_key(runtime.current().settings.secret_key, user_id, trip_id)


def names(trip_id: int) -> Names:
    """What the trip's parts are called. Raises NotFound."""
    with runtime.current().database.reading() as session:
        return queries.names_of(session, trip_id)


def message_of(refusal: Refusal) -> str:
    """The refusal in words; for a form, what is wrong with its fields."""
    if isinstance(refusal, InvalidInput):
        return " ".join(refusal.errors.values())
    return refusal.text()


def toast(text: str, *, kind: str = "ok", undo: str = "", **events: Any) -> dict[str, str]:
    """The header that tells the page of `events`, and then makes the browser show a message."""
    return {"HX-Trigger": json.dumps({**events, "toast": {"text": text, "kind": kind, "undo": undo}})}
