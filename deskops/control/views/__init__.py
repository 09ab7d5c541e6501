"""Pages of the coordinators' room."""

from deskops.control.views import (
    acts,
    autopilot,
    balance,
    breaks,
    broadcasts,
    cover,
    estimates,
    fairness,
    moves,
    priorities,
    readiness,
    rehearsing,
    replaying,
    sheets,
    stopping,
    wall,
    what_if,
)
from deskops.control.views.blueprint import blueprint

__all__ = [
    "acts",
    "autopilot",
    "balance",
    "blueprint",
    "breaks",
    "broadcasts",
    "cover",
    "estimates",
    "fairness",
    "moves",
    "priorities",
    "readiness",
    "rehearsing",
    "replaying",
    "sheets",
    "stopping",
    "wall",
    "what_if",
]
