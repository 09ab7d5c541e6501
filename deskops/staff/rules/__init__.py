"""Pure decisions on shifts and presence, and the words that they are told in."""

from __future__ import annotations

from datetime import datetime, timedelta

SHIFTS_A_DAY = 3
SHIFT = timedelta(hours=24 / SHIFTS_A_DAY)

STAFF, DESK_HEAD = "staff", "desk_head"
STAFF_ROLES = (STAFF, DESK_HEAD)

PLANNED, ARRIVED, COMPLETED = "planned", "arrived", "completed"
NO_SHOW, LEFT_EARLY, DROPPED = "no_show", "left_early", "dropped"
SHIFT_STATES = (PLANNED, ARRIVED, COMPLETED, NO_SHOW, LEFT_EARLY, DROPPED)
# Who didn't come, left early or was taken out of a shift covers nothing.
COVERS = (PLANNED, ARRIVED, COMPLETED)

ASKED, SOLVING, DRAFT, APPROVED = "asked", "solving", "draft", "approved"
DISCARDED, FAILED, CANCELLED = "discarded", "failed", "cancelled"
ROSTER_STATES = (ASKED, SOLVING, DRAFT, APPROVED, DISCARDED, FAILED, CANCELLED)

OFFERED, TAKEN, REFUSED, WITHDRAWN = "offered", "taken", "refused", "withdrawn"
SWAP_STATES = (OFFERED, TAKEN, APPROVED, REFUSED, WITHDRAWN)

ACCEPTED, DECLINED = "accepted", "declined"
CALL_STATES = (ASKED, ACCEPTED, DECLINED, WITHDRAWN)

IN, OUT, BREAK, BACK = "in", "out", "break", "back"
SCAN_KINDS = (IN, OUT, BREAK, BACK)
SCANNER, CAMERA, BY_HAND, MOVE, AUTO = "scanner", "camera", "hand", "move", "auto"
SCAN_SOURCES = (SCANNER, CAMERA, BY_HAND, MOVE, AUTO)

OPENING, CLOSING, MIDNIGHT = "opening", "closing", "midnight"
ANCHORS = (OPENING, CLOSING, MIDNIGHT)


def shift_bounds(midnight: datetime, shift: int) -> tuple[datetime, datetime]:
    """Begin and end of a day's shift, 0 the first; `midnight` is the day's, aware."""
    begins = midnight + shift * SHIFT
    return begins, begins + SHIFT
