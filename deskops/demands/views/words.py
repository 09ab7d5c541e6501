"""Codes of demands and of the queue in words, in the order in which they are offered."""

from __future__ import annotations

from typing import Any

from deskops.core.i18n import lazy as _l
from deskops.desks.document.languages import LANGUAGES as LANGUAGES

KINDS: dict[str, Any] = {
    "request": _l("Request"),
    "claim": _l("Claim"),
    "complaint": _l("Complaint"),
    "criticism": _l("Criticism"),
    "suggestion": _l("Suggestion"),
    "idea": _l("Idea"),
    "report": _l("Report"),
    "thanks": _l("Thanks"),
}
CHANNELS: dict[str, Any] = {
    "walk_in": _l("In person"),
    "call": _l("By phone"),
    "letter": _l("Letter"),
    "web": _l("Web form"),
}
LIVE_CHANNELS: dict[str, Any] = {name: CHANNELS[name] for name in ("walk_in", "call")}
OUTCOMES: dict[str, Any] = {
    "guidance_given": _l("Guidance given"),
    "to_follow_up": _l("To be followed up"),
    "introduced": _l("Introduced to an office or a bank"),
    "documents_needed": _l("Documents needed"),
    "granted": _l("Granted"),
    "partly_granted": _l("Partly granted"),
    "refused": _l("Refused, with the reason"),
    "out_of_authority": _l("Out of our authority"),
    "out_of_area": _l("From another province"),
    "no_request": _l("No request, thanks only"),
}
OUTCOMES_SHOWN: dict[str, Any] = OUTCOMES | {"unknown_imported": _l("Unknown, imported")}
PRIORITIES: dict[str, Any] = {
    "elderly": _l("Elderly"),
    "disabled": _l("Disabled"),
    "infant": _l("Mother with infant"),
    "far": _l("From far away"),
}
PAUSE_REASONS: dict[str, Any] = {
    "break": _l("Short break"),
    "prayer": _l("Prayer"),
    "meal": _l("Meal"),
    "paperwork": _l("Paperwork"),
    "system": _l("Computer or line trouble"),
    "handover": _l("Handing over"),
    "other": _l("Another reason"),
}
STATES: dict[str, Any] = {
    "received": _l("Received"),
    "registered": _l("Registered"),
    "answered": _l("Answered on the spot"),
    "referred": _l("Referred"),
    "awaiting_citizen": _l("Waiting for the person"),
    "in_progress": _l("In progress"),
    "under_review": _l("Under review"),
    "closed": _l("Closed"),
    "reopened": _l("Reopened"),
    "merged": _l("Merged with another"),
    "withdrawn": _l("Withdrawn"),
    "invalid": _l("Invalid"),
}
UNDO: dict[str, Any] = {
    "call": _l("Take back the call of %(number)s"),
    "recall": _l("Take back the second call of %(number)s"),
    "no_show": _l("%(number)s did come"),
    "finish": _l("Take back the end of %(number)s"),
    "call_back": _l("%(number)s rather waits at the site"),
    "back": _l("%(number)s is to be called after all"),
    "unreached": _l("%(number)s was reached"),
    "guidance": _l("Take back the answer by guidance"),
}
STEPS: dict[str, Any] = {
    "demand.registered": _l("Registered"),
    "demand.imported": _l("Imported"),
    "demand.edited": _l("Corrected"),
    "demand.met": _l("Told to an official on the way"),
    "demand.meeting_asked": _l("Meeting asked for, or not any more"),
    "demand.file_attached": _l("A file was added"),
    "demand.directed": _l("Ordered by an official"),
    "demand.undirected": _l("The order is withdrawn or replaced"),
    "referral.opened": _l("Sent to an agency"),
    "referral.cancelled": _l("The agency need not answer any more"),
    "demand.tied": _l("Tied to a collective demand"),
    "demand.untied": _l("Untied from a collective demand"),
    "ticket.called": _l("Called"),
    "ticket.serving": _l("Service began"),
    "ticket.held": _l("Put on hold"),
    "ticket.returned": _l("Waits again"),
    "ticket.transferred": _l("Handed on"),
    "ticket.rerouted": _l("Given another desk"),
    "ticket.topic_changed": _l("Waits under another topic"),
    "ticket.priority_changed": _l("Priority changed"),
    "ticket.no_show": _l("Did not come"),
    "ticket.done": _l("Service ended"),
    "ticket.left": _l("Left the queue"),
    "ticket.sent_walking": _l("Asked to walk to another site"),
    "ticket.turned_back": _l("Asked to turn back, or to stay"),
    "ticket.arrived": _l("Arrived at the other site"),
    "ticket.undone": _l("Last step taken back"),
    "ticket.kept": _l("The desk closes, and still serves them"),
    "ticket.invited": _l("Invited for another day"),
    "ticket.begun": _l("The day of the invitation began"),
    "ticket.to_call_back": _l("Waits for a call now"),
    "ticket.back_at_place": _l("Waits at the site again"),
    "offer.made": _l("Was offered to be served by phone"),
    "offer.withdrawn": _l("The offer to be served by phone was withdrawn"),
    "offer.refused": _l("Rather waits at the site"),
    "paper.typed_in": _l("Taken down on paper"),
    "paper.served": _l("Served on paper"),
    "paper.taken_back": _l("Typed in by mistake, and taken back"),
    "ticket.taken_back": _l("Turn taken back"),
    "guidance.given": _l("Answered by a guidance card"),
}
PAPER_MISTAKES: dict[str, Any] = {
    "misread": _l("Misread or mistyped; it is typed in again"),
    "twice": _l("Registered already in another way"),
    "not_used": _l("The form was spoiled, or nobody's"),
    "other": _l("Another reason"),
}
FIELDS: dict[str, Any] = {
    "kind": _l("Kind"),
    "name": _l("Full name"),
    "phone": _l("Phone"),
    "county": _l("County"),
    "address": _l("Address"),
    "external_number": _l("Number in another system"),
    "text": _l("What it is about"),
}
ATTACHMENTS: dict[str, Any] = {
    "letter": _l("Letter"),
    "note": _l("Handwritten note"),
    "paper": _l("Other paper"),
}
