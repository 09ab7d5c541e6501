"""Where a page goes after an act, with or without script."""

from __future__ import annotations

from flask import Response, redirect
from flask.typing import ResponseReturnValue

from deskops.core.web import wants_fragment


def led(address: str) -> ResponseReturnValue:
    """On to another page: htmx would swap that page into this one, were it not told."""
    if wants_fragment():
        return Response(status=200, headers={"HX-Redirect": address})
    return redirect(address, 303)
