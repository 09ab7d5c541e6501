"""JSON API of staff."""

import deskops.staff.api.own
import deskops.staff.api.people
import deskops.staff.api.presence
import deskops.staff.api.printing
import deskops.staff.api.rosters
import deskops.staff.api.shifts  # noqa: F401
from deskops.staff.api.blueprint import api

__all__ = ["api"]
