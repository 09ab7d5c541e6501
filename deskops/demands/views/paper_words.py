"""What stands on paper in both languages, whatever the reader's: papers outlive the screen that printed them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskops.core.i18n import LANGUAGES, using_language
from deskops.core.i18n import lazy as _l
from deskops.demands.views import words

FORM: dict[str, Any] = {
    "title": _l("Form for a demand"),
    "for_desk": _l("Desk"),
    "any_desk": _l("For any desk"),
    "code": _l("Tracking code"),
    "day": _l("Day"),
    "clock": _l("Clock"),
    "channel": _l("How did they come?"),
    "name": _l("Full name"),
    "phone": _l("Mobile or phone"),
    "national_id": _l("National ID"),
    "county": _l("County"),
    "address": _l("Address"),
    "topic": _l("Topic"),
    "other_topic": _l("Another:"),
    "kind": _l("Kind"),
    "language": _l("Language"),
    "text": _l("What it is about"),
    "urgent": _l("Urgent"),
    "may_walk": _l("Can't walk to another site"),
    "external_number": _l("Number in another system"),
    "outcome": _l("What came of it (for the desk)"),
    "still_open": _l("Still open"),
    "done_clock": _l("Ended at"),
    "note": _l("Note"),
    "slip": _l("For the person: tear off and keep"),
    "slip_where": _l("Ask with this code, by phone or at any desk, what became of your demand. On the web:"),
    "slip_when": _l("It is found there once the form was typed in, when the power is back."),
}
QUEUE: dict[str, Any] = {
    "title": _l("How to take your turn"),
    "step_1": _l("Find the desk of your agency; its sign has the number and the topics."),
    "step_2": _l("Read the code on the sign with your phone, or ask the staff: you get a number."),
    "step_3": _l("Sit down. The screen shows your number and the desk when it is your turn."),
    "step_4": _l("Keep the receipt: its tracking code is how you ask what became of your demand."),
    "no_phone": _l("Without a phone: tell the staff. Everything works by number and by paper."),
    "track": _l("Ask with your tracking code:"),
}
CARD: dict[str, Any] = {"desk": _l("Desk"), "topics": _l("Here you are served about:")}


def in_both(said: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Words by language and name."""
    both = {}
    for language in LANGUAGES:
        with using_language(language):
            both[language] = {name: str(text) for name, text in said.items()}
    return both


def form_words() -> dict[str, Any]:
    """All words of a form: its labels, and each list of choices as pairs of Persian and English."""
    lists = {
        "channels": words.LIVE_CHANNELS,
        "kinds": words.KINDS,
        "languages": words.LANGUAGES,
        "priorities": words.PRIORITIES,
        "outcomes": words.OUTCOMES,
    }
    choices = {name: in_both(said) for name, said in lists.items()}
    pairs = {
        name: [(both["fa"][key], both["en"][key]) for key in both["fa"]] for name, both in choices.items()
    }
    return in_both(FORM) | pairs
