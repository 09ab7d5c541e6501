"""Tables of staff, by what they are about."""

from deskops.staff.models.people import StaffAbsence, StaffAvailability, StaffMember, StaffTopic
from deskops.staff.models.presence import Presence, Scan
from deskops.staff.models.shifts import (
    DeskShift,
    ReplacementCall,
    Roster,
    RosterEntry,
    RosterSettings,
    Shift,
    ShiftPattern,
    ShiftSwap,
)

__all__ = [
    "DeskShift",
    "Presence",
    "ReplacementCall",
    "Roster",
    "RosterEntry",
    "RosterSettings",
    "Scan",
    "Shift",
    "ShiftPattern",
    "ShiftSwap",
    "StaffAbsence",
    "StaffAvailability",
    "StaffMember",
    "StaffTopic",
]
