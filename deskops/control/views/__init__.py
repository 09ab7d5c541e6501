"""Pages of the coordinators' room."""

from deskops.control.views import broadcasts, estimates, readiness, rehearsing, sheets, stopping, wall
from deskops.control.views.blueprint import blueprint

__all__ = ["blueprint", "broadcasts", "estimates", "readiness", "rehearsing", "sheets", "stopping", "wall"]
