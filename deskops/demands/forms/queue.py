"""What is done at a counter and with a turn."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from flask import request
from pydantic import Field

from deskops.core.forms import Form, Line, Number, OptionalNumber, Phone, Text
from deskops.demands.forms.fields import Chosen, Languages, Moment
from deskops.desks.forms.fields import Day

PauseReason = Literal["break", "prayer", "meal", "paperwork", "system", "handover", "other"]


class MomentForm(Form):
    """An act that may carry its own time, and the version that was seen."""

    at: Moment | None = None
    version: OptionalNumber = None


class OpenPlaceForm(Form):
    languages: Languages = "fa"
    at: Moment | None = None


class ChoosePlaceForm(Form):
    """Sitting down at a counter, on a page that offers many."""

    place_id: Chosen
    languages: Languages = "fa"


class PausePlaceForm(Form):
    reason: PauseReason


class AtPlaceForm(Form):
    """An act on a ticket from a counter."""

    place_id: Number


class CallTicketForm(Form):
    """One named ticket called to a counter."""

    ticket_id: Number
    at: Moment | None = None


class FinishForm(Form):
    outcome: Annotated[Line, Field(min_length=1, max_length=30)]
    note: Annotated[Text, Field(max_length=2000)] = ""
    at: Moment | None = None
    version: OptionalNumber = None


class FinishHereForm(FinishForm):
    """The same on a console: whether the next person is to be called at once."""

    call_next: bool = False


class TransferForm(Form):
    desk_id: OptionalNumber = None
    topic_id: OptionalNumber = None


class AcceptOfferForm(Form):
    """To be served by phone; the number is needed of who gave none."""

    phone: Phone = ""


class ContactForm(Form):
    """A contact without a demand."""

    result: Literal["unanswered", "nothing_to_register"]
    channel: Literal["walk_in", "call"] = "call"
    reason: Annotated[Line, Field(max_length=20)] = ""
    desk_id: OptionalNumber = None
    place_id: OptionalNumber = None
    call_id: Annotated[Line, Field(max_length=60)] = ""
    at: Moment | None = None


class QuickContactForm(Form):
    """The same by one key: the counter knows the rest."""

    result: Literal["unanswered", "nothing_to_register"]


class FindGuidanceForm(Form):
    """What is typed while the person talks. `open` asks for the first card that is found, instead of the list."""

    q: Annotated[Line, Field(max_length=200)] = ""
    topic_id: OptionalNumber = None
    place_id: OptionalNumber = None
    open: Literal["", "first"] = ""


class AskForGuidanceForm(Form):
    q: Annotated[Line, Field(min_length=1, max_length=200)]


class UseGuidanceForm(Form):
    """The edition of a card that was shown; `version` is that of the turn."""

    edition_id: Number
    version: OptionalNumber = None


CHOICE = "choice-"
_CHOICE = r"^(|keep|hand_over|call_back|invite|to-[0-9]{1,9})$"


class ClosingForm(Form):
    """The end of the day. `choices` says what becomes of some tickets; who isn't in it fares as everybody. A page sends them
    as fields `choice-<ticket id>`, empty where it is as for all. "to-7" hands over to desk 7.
    """

    desk_ids: tuple[Number, ...] = ()
    everybody: Literal["keep", "hand_over", "call_back", "invite"] = "keep"
    day: Day
    choices: dict[Number, Annotated[Line, Field(pattern=_CHOICE)]] = Field(default_factory=dict)

    @classmethod
    def of_page(cls) -> Self:
        """Read a posted page. Raises InvalidInput."""
        fields = {name: request.form[name] for name in ("everybody", "day") if name in request.form}
        chosen = {
            name.removeprefix(CHOICE): value
            for name, value in request.form.items()
            if name.startswith(CHOICE) and value
        }
        return cls.checked(fields | {"desk_ids": request.form.getlist("desk_ids"), "choices": chosen})
