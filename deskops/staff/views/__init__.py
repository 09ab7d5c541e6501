"""Pages of staff."""

import deskops.staff.views.absences
import deskops.staff.views.cover
import deskops.staff.views.importing
import deskops.staff.views.own
import deskops.staff.views.patterns
import deskops.staff.views.people
import deskops.staff.views.printing
import deskops.staff.views.roster
import deskops.staff.views.rosters
import deskops.staff.views.scanning
import deskops.staff.views.shifts
import deskops.staff.views.swaps  # noqa: F401
from deskops.staff.views.blueprint import blueprint
from deskops.staff.views.calendar import blueprint as calendars_blueprint

__all__ = ["blueprint", "calendars_blueprint"]
