"""Refusals of the coordinators' room."""

from deskops.core.errors import Refusal
from deskops.core.i18n import lazy


class DecisionNeedsReason(Refusal):
    status = 422
    code = "decision_needs_reason"
    message = lazy("Say why: there are faults, or it is a no-go. Everybody who looks here will read it.")


class RehearsalRuns(Refusal):
    code = "rehearsal_runs"
    message = lazy("A rehearsal of this trip runs already. End it first; then begin another one.")


class NotARehearsal(Refusal):
    code = "not_a_rehearsal"
    message = lazy("This is no rehearsal. Only a rehearsal can be wiped, or run; choose the trip itself.")


class NoRehearsal(Refusal):
    code = "no_rehearsal"
    message = lazy("No rehearsal of this trip runs. Begin one first.")


class NothingToStop(Refusal):
    code = "nothing_to_stop"
    message = lazy("No desk is in service here: there is nothing to stop.")


class AlreadyResumed(Refusal):
    code = "already_resumed"
    message = lazy("This stop was ended already. Look at the desks' states on the wall.")
