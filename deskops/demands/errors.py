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


class ContactKnown(Refusal):
    code = "contact_known"
    message = lazy("A contact with this number was already recorded.")
