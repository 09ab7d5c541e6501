"""Refusals of the coordinators' room."""

from deskops.core.errors import Refusal
from deskops.core.i18n import lazy


class DecisionNeedsReason(Refusal):
    status = 422
    code = "decision_needs_reason"
    message = lazy("Say why: there are faults, or it is a no-go. Everybody who looks here will read it.")


class NothingToStop(Refusal):
    code = "nothing_to_stop"
    message = lazy("No desk is in service here: there is nothing to stop.")


class AlreadyResumed(Refusal):
    code = "already_resumed"
    message = lazy("This stop was ended already. Look at the desks' states on the wall.")
