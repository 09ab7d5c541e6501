"""JSON API of the wall."""

from __future__ import annotations

from flask import Blueprint

api = Blueprint("control_api", __name__, url_prefix="/api/v1/trips/<int:trip_id>")
