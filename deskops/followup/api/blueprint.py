"""What the JSON API of followup shares."""

from __future__ import annotations

from flask import Blueprint

api = Blueprint("followup_api", __name__, url_prefix="/api/v1/trips/<int:trip_id>")
