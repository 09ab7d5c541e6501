"""Refusals of staff."""

from __future__ import annotations

from deskops.core.errors import Refusal
from deskops.core.i18n import lazy


class PersonnelNumberTaken(Refusal):
    """`details` name the numbers."""

    code = "personnel_number_taken"
    message = lazy("A staff member with this personnel number is already in the trip. Check the list first.")


class LengthRefused(Refusal):
    """A shift would end before it begins, or last too short or too long; `details` name the fault."""

    status = 422
    code = "shift_length"
    message = lazy("A shift ends after it begins, and lasts from 30 minutes to 16 hours. Change its times.")


class ShiftThere(Refusal):
    code = "shift_there"
    message = lazy("This desk has a shift at exactly these times already. Change that one.")


class ShiftBegun(Refusal):
    code = "shift_begun"
    message = lazy("This shift has begun or is over. What was planned for it stays.")


class ShiftsFilled(Refusal):
    """`details` say how many people would lose their shift."""

    code = "shifts_filled"
    message = lazy(
        "%(people)s people are planned in these shifts. Confirm that they lose them; they are told of it."
    )


class RosterRuns(Refusal):
    code = "roster_runs"
    message = lazy("A roster is being made. Wait for it, or cancel it; then ask again.")


class NothingToRoster(Refusal):
    code = "nothing_to_roster"
    message = lazy(
        "No desk has a shift ahead that people could be put into. Lay shifts over the desks' days first."
    )


class RosterOver(Refusal):
    code = "roster_over"
    message = lazy("This roster isn't being made any more.")


class NoDraft(Refusal):
    """Somebody approved or discarded it, or it never came to a result; `details` say its state."""

    code = "no_draft"
    message = lazy("This roster is no draft any more. Look at the list of rosters for what became of it.")


class DifferenceChanged(Refusal):
    """`details` hold the sign of the difference as it is now."""

    code = "difference_changed"
    message = lazy(
        "The plan changed since you looked at the difference. Look at what would change now, then approve again."
    )


class RulesBroken(Refusal):
    """`details` name the rules; whoever knows better confirms it."""

    code = "rules_broken"
    message = lazy("This breaks rules of the roster. Confirm it if it is to be done all the same.")


class AlreadyThere(Refusal):
    code = "already_there"
    message = lazy("This person is in that shift already.")


class NotOnTheList(Refusal):
    """Whoever is signed in works in the trip, but stands on no list of its staff, or not any more."""

    status = 404
    code = "not_on_the_list"
    message = lazy(
        "You aren't on this trip's list of staff, so you have no shifts here. Ask a coordinator to add you."
    )


class ShiftOver(Refusal):
    code = "shift_over"
    message = lazy("This shift is over, or it isn't yours any more. Look at your shifts as they are now.")


class TakenByOther(Refusal):
    code = "taken_by_other"
    message = lazy("Somebody else has stepped in already. Look at your shifts as they are now.")


class CallOver(Refusal):
    code = "call_over"
    message = lazy(
        "This was answered already, taken back, or filled by somebody else. Nothing more is asked of you."
    )


class CannotTake(Refusal):
    """`details` name the rules that the shift would break."""

    code = "cannot_take"
    message = lazy("You can't take this shift: %(why)s.")


class SwapThere(Refusal):
    code = "swap_there"
    message = lazy("This shift is offered already. Withdraw that offer first.")


class SwapOver(Refusal):
    code = "swap_over"
    message = lazy(
        "This offer is over: it was taken or withdrawn, or the shift changed. Look at what is offered now."
    )


class NothingToPrint(Refusal):
    status = 422
    code = "nothing_to_print"
    message = lazy("Nobody is chosen, or nothing is planned for them in these days. Choose others.")


class TooManyToPrint(Refusal):
    status = 422
    code = "too_many_to_print"
    message = lazy(
        "These are %(people)s people; at most %(most)s are printed at once. Print by desk or agency."
    )

    def __init__(self, people: int, most: int) -> None:
        super().__init__(field="which", details={"people": people, "most": most}, people=people, most=most)


class RetiredPerson(Refusal):
    code = "retired_person"
    message = lazy("They work in this trip no more. Bring them back on their page first.")


class NobodyThere(Refusal):
    code = "nobody_there"
    message = lazy("They aren't checked in anywhere. Somebody else may have checked them out just now.")


class NobodyToReplace(Refusal):
    code = "nobody_to_replace"
    message = lazy(
        "Nobody is missing from this shift any more, or it is over. Look at the cover as it is now."
    )


class AskedAlready(Refusal):
    code = "asked_already"
    message = lazy("They have been asked to step in already. Wait for their answer, or note it.")
