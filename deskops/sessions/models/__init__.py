"""Tables of officials' hours and meetings."""

from deskops.sessions.models.meetings import Appointment, Meeting, MeetingAgency
from deskops.sessions.models.schedule import OfficialSession, SessionAttendee, SessionSeries

__all__ = [
    "Appointment",
    "Meeting",
    "MeetingAgency",
    "OfficialSession",
    "SessionAttendee",
    "SessionSeries",
]
