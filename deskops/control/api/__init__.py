"""JSON API of the coordinators' room: what runs it, and what steers the queues."""

import deskops.control.api.autopilot
import deskops.control.api.balance
import deskops.control.api.breaks
import deskops.control.api.replaying
import deskops.control.api.steering  # noqa: F401
from deskops.control.api.running import api

__all__ = ["api"]
