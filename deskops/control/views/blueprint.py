"""What the pages of the coordinators' room share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("control", __name__, url_prefix="/trips/<int:trip_id>")
