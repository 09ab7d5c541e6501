"""JSON API of what is set up."""

from __future__ import annotations

from flask import Blueprint

api = Blueprint("desks_api", __name__, url_prefix="/api/v1/trips/<int:trip_id>")
