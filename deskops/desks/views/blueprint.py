"""What the pages of set-up share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desks", __name__, url_prefix="/trips")
# Agencies outlive trips.
agencies = Blueprint("agencies", __name__, url_prefix="/agencies")
