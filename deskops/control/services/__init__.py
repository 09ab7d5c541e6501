"""Use cases of the coordinators' room."""

from deskops.control.services.broadcasts import NewBroadcast, see, send, withdraw
from deskops.control.services.readiness import decide, mark
from deskops.control.services.rehearsals import change_rehearsal, end_rehearsal, start_rehearsal
from deskops.control.services.stopping import resume, stop

__all__ = [
    "NewBroadcast",
    "change_rehearsal",
    "decide",
    "end_rehearsal",
    "mark",
    "resume",
    "see",
    "send",
    "start_rehearsal",
    "stop",
    "withdraw",
]
