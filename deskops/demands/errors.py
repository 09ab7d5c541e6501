"""Refusals of demands and of the queue."""

from __future__ import annotations

from deskops.core.errors import Refusal
from deskops.core.i18n import lazy


class UnknownTopic(Refusal):
    status = 422
    code = "unknown_topic"
    message = lazy("This topic does not exist in this trip. Choose one from the list.")


class UnknownSite(Refusal):
    status = 422
    code = "unknown_site"
    message = lazy("This site does not belong to this trip. Choose one from the list.")


class IntakeClosed(Refusal):
    code = "intake_closed"
    message = lazy("This trip takes no new demands now. Its phase must be live.")


class TooManyFiles(Refusal):
    code = "too_many_files"
    message = lazy("A demand takes %(most)s files. Put several pages into one PDF.")


class KeptTooLong(Refusal):
    status = 422
    code = "kept_too_long"
    message = lazy(
        "This was kept on the device for more than %(days)s days, and may have been registered since. Look for it"
        " among the demands; if it is not there, register it anew."
    )


class DeskTakesNobody(Refusal):
    code = "desk_takes_nobody"
    message = lazy("This desk takes nobody now. Ask at the nearest open desk, or call the line.")


class NotYourPlace(Refusal):
    status = 403
    code = "not_your_place"
    message = lazy("This counter is not yours now. Open your own counter first.")


class PlaceTaken(Refusal):
    code = "place_taken"
    message = lazy(
        "Somebody else works at this counter. Choose another, or ask your desk head to relieve them."
    )


class PlaceNotOpen(Refusal):
    code = "place_not_open"
    message = lazy("This counter is not open. Open it first.")


class PlaceLeft(Refusal):
    code = "place_left"
    message = lazy("Nobody is called: this counter is closed, and you are expected at another desk.")


class DeskNotOpen(Refusal):
    code = "desk_not_open"
    message = lazy(
        "This desk is not open now, so nobody can be called. Your desk head or a coordinator can open it."
    )


class PlaceBusy(Refusal):
    code = "place_busy"
    message = lazy("Somebody is at this counter now. Finish with them first.")


class TicketMoved(Refusal):
    """The action doesn't fit the ticket's status; `details` say what it is."""

    code = "ticket_moved"
    message = lazy("This turn has changed meanwhile. What you see now is how it stands.")


class TooLateToUndo(Refusal):
    code = "too_late_to_undo"
    message = lazy("This can no longer be undone. Undo works for a minute.")


class QueueBusy(Refusal):
    """Others were quicker eight times in a row. Somebody does wait, so this is not "nobody waits"."""

    status = 503
    code = "queue_busy"
    message = lazy("Many counters are calling at this moment. Press Next again.")


class NoDeskForTransfer(Refusal):
    status = 422
    code = "no_desk_for_transfer"
    message = lazy("No desk can take this now. Choose another desk or topic.")


class NoteNeeded(Refusal):
    status = 422
    code = "note_needed"
    message = lazy("This outcome needs a note: what was refused and why, or whose matter it is.")


class UnknownOutcome(Refusal):
    status = 422
    code = "unknown_outcome"
    message = lazy("Choose an outcome from the list.")


class DeskAwaited(Refusal):
    code = "desk_awaited"
    message = lazy(
        "People still wait for this desk: %(num)s. Hand them over or call them back on the page for closing the day, then"
        " retire it."
    )


class ContactKnown(Refusal):
    code = "contact_known"
    message = lazy("A contact with this number was already recorded.")


class NoSuchForm(Refusal):
    """A code of no form: a wrong one that happens to fit, or a form that was printed elsewhere."""

    status = 422
    code = "no_such_form"
    message = lazy("No form with this code was printed here. Compare the code with the form, digit by digit.")


class FormOfAnotherTrip(Refusal):
    status = 422
    code = "form_of_another_trip"
    message = lazy("This form was printed for another trip. Hand it to the people of that trip.")


class CodeOfReceipt(Refusal):
    """The code of a demand that was registered on a screen."""

    status = 422
    code = "code_of_receipt"
    message = lazy("This is the code of a receipt: that demand is registered already.")


class FormTypedInAlready(Refusal):
    """`details` name the demand that the form became."""

    code = "form_typed_in_already"
    message = lazy("This form was typed in already.")


class TooManyForms(Refusal):
    status = 422
    code = "too_many_forms"
    message = lazy("These would be %(count)s forms; %(most)s can be printed at once. Print them in parts.")


class TooManyRows(Refusal):
    status = 422
    code = "too_many_rows"
    message = lazy(
        "These are %(count)s forms; %(most)s can be typed in at once. Part them into several files."
    )


class FormsAtFault(Refusal):
    """`details` list what is wrong, by row and field."""

    status = 422
    code = "forms_at_fault"
    message = lazy("Nothing was typed in: some of the forms need a correction.")


class NoPublicAddress(Refusal):
    code = "no_public_address"
    message = lazy(
        "No public address is set, so the codes on paper would lead nowhere. Ask an administrator to set it."
    )


class TimeAhead(Refusal):
    status = 422
    code = "time_ahead"
    message = lazy("This time is still ahead. Compare day and time with the form.")


class TimeBeforeTrip(Refusal):
    status = 422
    code = "time_before_trip"
    message = lazy("This is before the trip was set up. Compare day and time with the form.")


class EndBeforeBeginning(Refusal):
    status = 422
    code = "end_before_beginning"
    message = lazy("The service ended before the person came. Compare both times with the form.")


class ServingDeskNeeded(Refusal):
    status = 422
    code = "serving_desk_needed"
    message = lazy("Choose the desk that served the person.")


class PaperClosed(Refusal):
    code = "paper_closed"
    message = lazy("What was served on paper can be typed in while the trip is live or in follow-up.")


class NotOfAForm(Refusal):
    code = "not_of_a_form"
    message = lazy("No form stands behind this demand: it was registered on a screen, or taken back already.")


class AlreadyBuiltOn(Refusal):
    """Something came after a form was typed in; `details` say what: a ticket's status, a demand's state, or guidance."""

    code = "already_built_on"

    def __init__(self, built: str) -> None:
        super().__init__(details={"built": built})
        self.built = built

    def text(self) -> str:
        """What came after, and what to do instead."""
        return str(_BUILT.get(self.built, _BUILT["other"]))


_BUILT = {
    "called": lazy(
        "The person was called to a counter already. End the service there, and correct the demand."
    ),
    "serving": lazy("The person is being served already. End the service there, and correct the demand."),
    "held": lazy("The person is on hold at a counter. End the service there, and correct the demand."),
    "no_show": lazy("The person was called already and did not come. Correct the demand instead."),
    "invited": lazy("The person was invited for another day already. Correct the demand instead."),
    "left": lazy("The person left the queue already. Correct the demand instead."),
    "done": lazy("The person was served at a counter already. Correct the demand instead."),
    "guidance": lazy("The person was answered by a guidance card already. Correct the demand instead."),
    "other": lazy("The demand was worked on since. Correct it instead."),
}


class NothingOffered(Refusal):
    code = "nothing_offered"
    message = lazy("Nobody offered to serve this turn by phone.")


class OfferAnswered(Refusal):
    """`details` say what it is now."""

    code = "offer_answered"
    message = lazy("This was answered already. What you see now is how it stands.")


class OfferTooLate(Refusal):
    code = "offer_too_late"
    message = lazy("It is their turn already: they have been called. Nothing needs to be decided any more.")


class TurnOver(Refusal):
    code = "turn_over"
    message = lazy("This turn is over, so there is nothing to offer any more.")


class PhoneNeeded(Refusal):
    status = 422
    code = "phone_needed"
    message = lazy("Type the phone number on which we are to call.")


class ProposalsOver(Refusal):
    code = "proposals_over"
    message = lazy(
        "None of this can be done any more: the people were called or moved meanwhile. Look at what is proposed now."
    )


class NothingToTakeBack(Refusal):
    code = "nothing_to_take_back"
    message = lazy(
        "This can't be taken back any more: everybody whom it concerned has been called, has answered, or was moved again,"
        " or their former desk isn't open."
    )


class NotAnAct(Refusal):
    status = 422
    code = "not_an_act"
    message = lazy("This is told for the record only; there is nobody in it who could be put back.")


class UnknownVersion(Refusal):
    status = 422
    code = "unknown_version"
    message = lazy("There is no such version of the settings. Choose one from the list.")


class NothingToSimulate(Refusal):
    status = 422
    code = "nothing_to_simulate"
    message = lazy(
        "Nothing can be played: no desk of the trip had a counter and a topic. Set up desks first."
    )


class NothingRecorded(Refusal):
    status = 422
    code = "nothing_recorded"
    message = lazy("Nobody came on this day. Choose another day.")


class DayAhead(Refusal):
    status = 422
    code = "day_ahead"
    message = lazy("This day isn't over yet, or still to come. Choose a day before today.")
