"""What the pages of the coordinators' room share."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from deskops.core.errors import InvalidInput, Refusal

blueprint = Blueprint("control", __name__, url_prefix="/trips/<int:trip_id>")


def wants_fragment() -> bool:
    """Whether htmx asks, and takes a part of the page."""
    return "HX-Request" in request.headers


def errors_of(refusal: Refusal, usual_field: str) -> dict[str, str]:
    """What to say at which field of a form."""
    if isinstance(refusal, InvalidInput):
        return refusal.errors
    return {refusal.field or usual_field: refusal.text()}


def told(answer: ResponseReturnValue, text: str, kind: str = "ok") -> ResponseReturnValue:
    """A fragment, with a message for the person."""
    headers = {"HX-Trigger": json.dumps({"toast": {"text": text, "kind": kind}})}
    return Response(str(answer), headers=headers)
