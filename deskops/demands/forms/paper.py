"""Forms on paper: printed, and typed in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from deskops.core.codes import CodeError, CodeFault, fold_scanner, parse_code
from deskops.core.dates import to_utc
from deskops.core.errors import InvalidInput
from deskops.core.forms import EMPTY_AS_NONE, Form, Line, Number, OptionalNumber, Text
from deskops.core.i18n import gettext, lazy
from deskops.demands.forms.fields import Moment
from deskops.demands.forms.registering import RegisterForm
from deskops.demands.services.paper_checks import Ending
from deskops.demands.services.printing import PrintOrder
from deskops.desks.document.clock import minutes_of_clock
from deskops.desks.forms.fields import Day

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


class PaperCodeForm(Form):
    """One look at a code, before the rest is typed."""

    code: FormCode


class PaperTimeForm(PaperCodeForm):
    """When a form was filled in: an instant, or the day and the clock that stand on it."""

    at: Moment | None = None
    day: Annotated[Day | None, EMPTY_AS_NONE] = None
    clock: Minutes = None

    def taken_at(self) -> datetime:
        """When the form was filled in. Raises InvalidInput where neither kind of time is there."""
        if self.at is not None:
            return self.at
        if self.day is None or self.clock is None:
            missing = {"day": self.day, "clock": self.clock}
            needed = gettext("This is needed.")
            raise InvalidInput({name: needed for name, value in missing.items() if value is None})
        return _instant(self.day, self.clock)


class PaperForm(RegisterForm, PaperTimeForm):
    """A form on paper, typed in.

    `outcome` is empty where the demand is still open.
    """

    outcome: Annotated[Line, Field(max_length=30)] = ""
    note: Annotated[Text, Field(max_length=2000)] = ""
    desk_id: OptionalNumber = None
    done_clock: Minutes = None
    done_at: Moment | None = None

    @model_validator(mode="after")
    def walk_ins_are_somewhere(self) -> Self:
        """The form's own desk says where."""
        return self

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


class TakeBackForm(Form):
    """Why a form that was typed in is taken back."""

    reason: Literal["misread", "twice", "not_used", "other"]
    note: Annotated[Text, Field(max_length=2000)] = ""


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

    def order(self) -> PrintOrder:
        """As the service takes it."""
        return PrintOrder(self.parts, self.which, self.desks, self.copies, self.loose)
