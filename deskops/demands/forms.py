"""What comes in at the edge, checked and cleaned. One form for HTML and JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from deskops.core import clock
from deskops.core.codes import CodeError, CodeFault, fold_scanner, parse_code
from deskops.core.dates import to_utc
from deskops.core.errors import InvalidInput
from deskops.core.forms import EMPTY_AS_NONE, Form, Line, NationalId, Number, OptionalNumber, Phone, Text
from deskops.core.i18n import gettext, lazy
from deskops.demands.services.intake import Registration
from deskops.demands.services.paper import Ending
from deskops.desks.document.clock import minutes_of_clock
from deskops.desks.forms.fields import Day

Kind = Literal["request", "claim", "complaint", "criticism", "suggestion", "idea", "report", "thanks"]
Language = Literal["fa", "az", "ku", "ar", "en"]
Languages = Annotated[str, Field(pattern=r"^(fa|az|ku|ar|en)(,(fa|az|ku|ar|en))*$", max_length=60)]
PauseReason = Literal["break", "prayer", "meal", "paperwork", "system", "handover", "other"]

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)


def _chosen(value: Any) -> Any:
    if value == "":
        raise PydanticCustomError("chosen", "%s", {"message": lazy("Choose one from the list.")})
    return value


def _possible(value: datetime) -> datetime:
    """Clocks may differ a little; what lies beyond could not even be shown in Tehran's time."""
    if not EARLIEST <= value <= clock.now() + AHEAD:
        raise ValueError
    return value


Chosen = Annotated[Number, BeforeValidator(_chosen)]
Moment = Annotated[AwareDatetime, AfterValidator(_possible)]

_CODE_FAULTS = {
    CodeFault.LENGTH: lazy("The code of a form has 13 digits. Compare it with the form."),
    CodeFault.CHECK_DIGIT: lazy(
        "One of the digits is wrong. Compare the code with the form, digit by digit."
    ),
    CodeFault.CHARACTERS: lazy("The code of a form has digits only."),
}


def _form_code(value: Any) -> Any:
    """The code as it is typed, or the tracking page's address as a scanner types it."""
    if not isinstance(value, str):
        return value
    try:
        return parse_code(fold_scanner(value).rpartition("/t/")[2])
    except CodeError as error:
        raise PydanticCustomError("code", "%s", {"message": _CODE_FAULTS[error.fault]}) from None


FormCode = Annotated[str, BeforeValidator(_form_code)]
Minutes = Annotated[
    int | None, BeforeValidator(lambda value: None if value == "" else minutes_of_clock(value))
]


class RegisterForm(Form):
    """A walk-in or a call."""

    topic_id: Chosen
    channel: Literal["walk_in", "call"] = "walk_in"
    site_id: OptionalNumber = None
    kind: Kind = "request"
    name: Annotated[Line, Field(max_length=120)] = ""
    phone: Phone = ""
    national_id: Annotated[NationalId, Field(max_length=20)] = ""
    county: Annotated[Line, Field(max_length=80)] = ""
    address: Annotated[Line, Field(max_length=400)] = ""
    language: Language = "fa"
    urgent: bool = False
    external_number: Annotated[Line, Field(max_length=60)] = ""
    text: Annotated[Text, Field(max_length=4000)] = ""
    may_walk: bool = True
    call_id: Annotated[Line, Field(max_length=60)] = ""
    at: Moment | None = None

    @model_validator(mode="after")
    def walk_ins_are_somewhere(self) -> Self:
        """A walk-in waits at a site."""
        if self.channel == "walk_in" and self.site_id is None:
            message = lazy("Choose the site where the person waits.")
            raise PydanticCustomError("site", "%s", {"message": message})
        return self

    def registration(self) -> Registration:
        """As the service takes it."""
        return Registration(
            topic_id=self.topic_id,
            channel=self.channel,
            site_id=self.site_id,
            kind=self.kind,
            name=self.name,
            phone=self.phone or None,
            national_id=self.national_id or None,
            county=self.county,
            address=self.address,
            language=self.language,
            urgent=self.urgent,
            external_number=self.external_number or None,
            text=self.text,
            may_walk=self.may_walk,
            contact_external_id=self.call_id or None,
        )


class PaperForm(RegisterForm):
    """A form on paper, typed in. Its times come as instants, or as the day and the clocks that stand on it.

    `outcome` is empty where the demand is still open.
    """

    code: FormCode
    day: Annotated[Day | None, EMPTY_AS_NONE] = None
    clock: Minutes = None
    outcome: Annotated[Line, Field(max_length=30)] = ""
    note: Annotated[Text, Field(max_length=2000)] = ""
    desk_id: OptionalNumber = None
    done_clock: Minutes = None
    done_at: Moment | None = None

    @model_validator(mode="after")
    def walk_ins_are_somewhere(self) -> Self:
        """The form's own desk says where."""
        return self

    def taken_at(self) -> datetime:
        """When the form was filled in. Raises InvalidInput where neither kind of time is there."""
        if self.at is not None:
            return self.at
        if self.day is None or self.clock is None:
            missing = {"day": self.day, "clock": self.clock}
            needed = gettext("This is needed.")
            raise InvalidInput({name: needed for name, value in missing.items() if value is None})
        return _instant(self.day, self.clock)

    def ending(self) -> Ending | None:
        """How it was served on paper; without a time of its own at the time at which it was filled in."""
        if not self.outcome:
            return None
        at = self.done_at or self.taken_at()
        if self.day is not None and self.done_clock is not None:
            at = _instant(self.day, self.done_clock)
        return Ending(self.outcome, at, self.desk_id, self.note)


def _instant(day: date, minutes: int) -> datetime:
    return to_utc(datetime.combine(day, time()) + timedelta(minutes=minutes))


class PaperCodeForm(Form):
    """One look at a code, before the rest is typed."""

    code: FormCode


Part = Literal["signs", "cards", "queue", "forms"]


class PrintForm(Form):
    """What is printed at once. `desks` counts where `which` is "some"; else it is "all" or a site's id."""

    parts: tuple[Part, ...] = ()
    which: Annotated[Line, Field(pattern=r"^(all|some|[0-9]{1,9})$")] = "all"
    desks: tuple[Number, ...] = ()
    copies: Annotated[Number, Field(ge=0, le=200)] = 10
    loose: Annotated[Number, Field(ge=0, le=500)] = 0

    @model_validator(mode="after")
    def something_is_chosen(self) -> Self:
        """An empty document is no answer."""
        if not self.parts:
            raise PydanticCustomError("parts", "%s", {"message": lazy("Choose what to print.")})
        return self


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


class EditForm(Form):
    """A correction of a registered demand; `version` is what the editor saw."""

    version: Number
    kind: Kind | None = None
    name: Annotated[Line, Field(max_length=120)] | None = None
    phone: Phone | None = None
    county: Annotated[Line, Field(max_length=80)] | None = None
    address: Annotated[Line, Field(max_length=400)] | None = None
    external_number: Annotated[Line, Field(max_length=60)] | None = None
    text: Annotated[Text, Field(max_length=4000)] | None = None


class ClosingForm(Form):
    """The end of the day. What becomes of each stands in the fields `choice-<ticket id>`, empty where it is as for all."""

    desk_ids: tuple[Number, ...] = ()
    everybody: Literal["keep", "hand_over", "call_back", "invite"] = "keep"
    day: Day
