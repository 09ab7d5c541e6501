"""What the JSON API of sessions shares."""

from __future__ import annotations

from flask import Blueprint

api = Blueprint("sessions_api", __name__, url_prefix="/api/v1/trips/<int:trip_id>")
