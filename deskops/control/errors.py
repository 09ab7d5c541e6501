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


class AdviceDecided(Refusal):
    code = "advice_decided"
    message = lazy("This advice was decided already, or it no longer holds. Look at what is advised now.")


class AdviceNotAccepted(Refusal):
    code = "advice_not_accepted"
    message = lazy("This advice was not accepted: there is nothing to take back.")


class SomebodyWent(Refusal):
    code = "somebody_went"
    message = lazy("Somebody has gone already. Ask them to come back, by hand, if it is wrong.")


class NobodyToMove(Refusal):
    status = 422
    code = "nobody_to_move"
    message = lazy(
        "Nobody at this desk can be asked to move now. Choose another desk, or ask somebody by hand."
    )


class NotAMover(Refusal):
    status = 422
    code = "not_a_mover"
    message = lazy(
        "%(name)s can't be asked: they don't work at counters, or are asked already. Choose somebody else."
    )


class MoveDecided(Refusal):
    code = "move_decided"
    message = lazy("This was answered already, or taken back. Ask anew if it is still needed.")


class MoveNotToday(Refusal):
    code = "move_not_today"
    message = lazy("This is meant for another day. Say that you are going when that day has come.")


class DeskTakesNoStaff(Refusal):
    code = "desk_takes_no_staff"
    message = lazy("This desk is closed, or has failed: nobody can be moved there now. Choose another desk.")


class NotAtDesk(Refusal):
    code = "not_at_desk"
    message = lazy("%(name)s isn't checked in at a desk. Check them in first.")


class BreakUnderWay(Refusal):
    code = "break_under_way"
    message = lazy("They are on a break already.")


class CounterAttends(Refusal):
    code = "counter_attends"
    message = lazy("Somebody is at this counter, or on hold there. Try again when they are done.")


class NoReliever(Refusal):
    status = 422
    code = "no_reliever"
    message = lazy("This person can't go on at the counter: choose somebody who is here, and has no counter.")


class ReplayRuns(Refusal):
    code = "replay_runs"
    message = lazy("A day of this trip is being played already. Wait for it, or cancel it.")


class ReplayOver(Refusal):
    code = "replay_over"
    message = lazy("This isn't being played any more.")
