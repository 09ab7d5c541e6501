"""What the JSON API of directives shares."""

from __future__ import annotations

from flask import Blueprint

api = Blueprint("directives_api", __name__, url_prefix="/api/v1/trips/<int:trip_id>")
