"""Pages of set-up."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desks", __name__)
