"""What the pages of followup share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("followup", __name__, url_prefix="/trips/<int:trip_id>")
