"""Words about printing."""

from __future__ import annotations

from typing import Any

from deskops.core.i18n import lazy
from deskops.core.pdf import PACKAGES, PdfUnavailable
from deskops.staff.rules.printing import (
    ASKED,
    BADGES,
    CANCELLED,
    DESK_ROSTERS,
    DONE,
    FAILED,
    HOURS,
    MAKING,
    NOTHING,
    STAFF_ROSTERS,
)

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
STATES: dict[str, Any] = {
    ASKED: lazy("Waits for its turn"),
    MAKING: lazy("Being made"),
    DONE: lazy("Ready"),
    FAILED: lazy("Could not be made"),
    CANCELLED: lazy("Cancelled"),
}
FAULTS: dict[str, Any] = {
    PdfUnavailable.code: lazy(
        "This server can't make PDF files: %(packages)s is missing. Print from the browser, or ask for it to be installed.",
        packages=PACKAGES,
    ),
    NOTHING: lazy("Nobody who was chosen is on the list any more, or their shifts are gone. Choose again."),
}
BROKEN_OFF = lazy("Making it broke off. Ask for it again.")
