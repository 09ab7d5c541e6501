"""Pages of followup. Importing them registers their routes."""

import deskops.followup.views.collectives  # noqa: F401
from deskops.followup.views.blueprint import blueprint

__all__ = ["blueprint"]
