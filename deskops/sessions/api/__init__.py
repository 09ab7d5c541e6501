"""JSON API of sessions."""

from deskops.sessions.api import meetings, schedule
from deskops.sessions.api.blueprint import api

__all__ = ["api", "meetings", "schedule"]
