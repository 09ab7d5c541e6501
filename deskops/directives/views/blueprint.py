"""What the pages of directives share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("directives", __name__, url_prefix="/trips/<int:trip_id>")
