"""Replay of the journal over plain HTTP."""

from __future__ import annotations

from flask import Blueprint

api = Blueprint("live_api", __name__, url_prefix="/api/v1/trips/<int:trip_id>")
