"""What the pages of sessions share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from deskops.core import runtime

blueprint = Blueprint("sessions", __name__, url_prefix="/trips/<int:trip_id>")


def public_address(endpoint: str, **values: Any) -> str:
    """A page's whole address as it is told to others; the one that was asked for where no public one is set."""
    base = (runtime.current().settings.public_url or request.host_url).rstrip("/")
    return base + url_for(endpoint, **values)
