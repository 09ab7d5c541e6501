"""Pages of the coordinators' room."""

from deskops.control.views import broadcasts, readiness, rehearsing, sheets, stopping, wall
from deskops.control.views.blueprint import blueprint

__all__ = ["blueprint", "broadcasts", "readiness", "rehearsing", "sheets", "stopping", "wall"]
