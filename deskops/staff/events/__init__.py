"""What happens to staff, by what it is about."""

from deskops.staff.events.own import (
    AbsenceSaid,
    AbsenceTakenBack,
    CalendarRenewed,
    ShiftsConfirmed,
    SwapChanged,
)
from deskops.staff.events.people import StaffAdded, StaffChanged
from deskops.staff.events.presence import (
    BadgeRenewed,
    PresenceChanged,
    ReplacementAnswered,
    ReplacementAsked,
    ScanRefused,
    ShiftsAtRisk,
    ShiftsMissed,
)
from deskops.staff.events.shifts import (
    DeskShiftsChanged,
    PatternChanged,
    RosterApproved,
    RosterAsked,
    RosterChanged,
    RosterDiscarded,
    RosterEnded,
    RosterSettingsChanged,
    ShiftsPlanned,
)

__all__ = [
    "AbsenceSaid",
    "AbsenceTakenBack",
    "BadgeRenewed",
    "CalendarRenewed",
    "DeskShiftsChanged",
    "PatternChanged",
    "PresenceChanged",
    "ReplacementAnswered",
    "ReplacementAsked",
    "RosterApproved",
    "RosterAsked",
    "RosterChanged",
    "RosterDiscarded",
    "RosterEnded",
    "RosterSettingsChanged",
    "ScanRefused",
    "ShiftsAtRisk",
    "ShiftsConfirmed",
    "ShiftsMissed",
    "ShiftsPlanned",
    "StaffAdded",
    "StaffChanged",
    "SwapChanged",
]
