"""JSON API of followup. Importing it registers its routes."""

import deskops.followup.api.collectives  # noqa: F401
from deskops.followup.api.blueprint import api

__all__ = ["api"]
