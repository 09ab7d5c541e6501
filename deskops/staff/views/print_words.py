"""Words about printing."""

from __future__ import annotations

from typing import Any

from deskops.core import print_pages
from deskops.core.i18n import lazy
from deskops.core.prints import NOTHING
from deskops.staff.rules.printing import BADGES, DESK_ROSTERS, HOURS, STAFF_ROSTERS

KINDS: dict[str, Any] = {
    BADGES: lazy("Badges, ten on a sheet to be cut apart"),
    DESK_ROSTERS: lazy("Rosters by desk, with room to sign"),
    STAFF_ROSTERS: lazy("Rosters by person, to be handed out"),
    HOURS: lazy("Hours worked, as a workbook"),
}
WHICH: dict[str, Any] = {
    "all": lazy("All"),
    "desks": lazy("The desks ticked below"),
    "agency": lazy("One agency"),
    "people": lazy("Some people, by personnel number"),
    "renewed": lazy("Whose badge is newer than the printed one"),
}
FORMS: dict[str, Any] = {"xlsx": lazy("Workbook (XLSX)"), "csv": lazy("CSV, by day")}
FAULTS: dict[str, Any] = print_pages.FAULTS | {
    NOTHING: lazy("Nobody who was chosen is on the list any more, or their shifts are gone. Choose again."),
}
STATES, BROKEN_OFF = print_pages.STATES, print_pages.BROKEN_OFF
