"""Pages of sessions."""

from deskops.sessions.views import holding, meetings, notice, planning, schedule
from deskops.sessions.views.blueprint import blueprint

__all__ = ["blueprint", "holding", "meetings", "notice", "planning", "schedule"]
