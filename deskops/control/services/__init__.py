"""Use cases of the coordinators' room."""

from deskops.control.services.broadcasts import NewBroadcast, see, send, withdraw
from deskops.control.services.readiness import decide, mark
from deskops.control.services.stopping import resume, stop

__all__ = ["NewBroadcast", "decide", "mark", "resume", "see", "send", "stop", "withdraw"]
