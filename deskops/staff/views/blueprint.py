"""What the pages of staff share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("staff", __name__, url_prefix="/trips/<int:trip_id>")
