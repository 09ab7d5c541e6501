"""What can be printed, and how far it is."""

from __future__ import annotations

from typing import Literal

Kind = Literal["badges", "desk_rosters", "staff_rosters", "hours"]
BADGES, DESK_ROSTERS, STAFF_ROSTERS, HOURS = "badges", "desk_rosters", "staff_rosters", "hours"
KINDS = (BADGES, DESK_ROSTERS, STAFF_ROSTERS, HOURS)

BADGES_A_SHEET = 10
MOST_PEOPLE = 2_000
"""As large as the largest roster that is solved; a print run of more would take minutes."""
MOST_DAYS = 62
