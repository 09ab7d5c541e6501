"""Pages without sign-in: tracking, self check-in; and the hall's board."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__)
