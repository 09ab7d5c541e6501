"""Forms of a trip, its desks and their places."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from flask import request
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from deskops.core.errors import InvalidInput
from deskops.core.forms import EMPTY_AS_NONE, Form, Line, Number, OptionalNumber
from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.desks.document.clock import CLOCK_MESSAGE, minutes_of_clock
from deskops.desks.forms.fields import Code, Day, Name, OtherName, Short, decimal_text, parted
from deskops.desks.rules import MAX_PLACES
from deskops.desks.services.bulk import DesksEdit
from deskops.desks.services.desks import DeskEdit
from deskops.desks.services.hours import Span
from deskops.desks.services.seats import FIELDS

_FACTOR_MESSAGE = _l("Type a factor from 1 to 3, such as 1.2.")

State = Literal["open", "paused", "closing", "closed", "failed"]
Choice = Literal["", "yes", "no"]
_CHOSEN = {"": None, "yes": True, "no": False}


def _clock_or_none(value: Any) -> Any:
    return None if value in ("", None) else minutes_of_clock(value)


Count = Annotated[Number, Field(ge=0, le=MAX_PLACES)]
OptionalCount = Annotated[Count | None, EMPTY_AS_NONE]
PlaceNumber = Annotated[Annotated[Number, Field(ge=1, le=9999)] | None, EMPTY_AS_NONE]
DeskNumber = Annotated[Annotated[Number, Field(ge=1, le=99999)] | None, EMPTY_AS_NONE]
OptionalDay = Annotated[Day | None, EMPTY_AS_NONE]
OptionalClock = Annotated[int | None, BeforeValidator(_clock_or_none)]


class PhaseForm(Form):
    phase: Annotated[Line, Field(min_length=1, max_length=20)]


class StateForm(Form):
    """A desk's new state; `version` is what was seen."""

    state: State
    reason: Annotated[Line, Field(max_length=200)] = ""
    version: OptionalNumber = None


class AllDesksForm(Form):
    """Every desk, or those of one site."""

    state: Literal["open", "closed"]
    site_id: OptionalNumber = None


class PlaceForm(Form):
    """A place that another system brings along."""

    external_id: Annotated[Line, Field(max_length=60)] = ""
    kind: Literal["counter", "phone"] | None = None
    number: PlaceNumber = None


class DeskForm(Form):
    """A desk as it is to be, but for the topics: on a page those come as one field each. `number` empty: as it is, or the
    next one.
    """

    name_fa: Name
    name_en: OtherName = ""
    short_fa: Short = ""
    short_en: Short = ""
    site_id: OptionalNumber = None
    agency_id: OptionalNumber = None
    number: DeskNumber = None
    line: Annotated[Line, Field(max_length=40)] = ""
    walk_ins: bool = False
    calls: bool = False
    is_headquarters: bool = False
    counters: Count = 0
    phones: Count = 0
    head_user_id: OptionalNumber = None
    official_user_id: OptionalNumber = None

    def edit(self, speeds: dict[int, float]) -> DeskEdit:
        """As the service takes it."""
        facts = {name: getattr(self, name) for name in DeskForm.model_fields if name not in FIELDS.values()}
        seats = {kind: getattr(self, field) for kind, field in FIELDS.items()}
        return DeskEdit(**facts, speeds=speeds, seats=seats)


class EditDeskForm(DeskForm):
    """`version` is what was seen."""

    version: Number


class SpanForm(Form):
    """The same hours on every day from one to another; all four fields, or none."""

    first_day: OptionalDay = None
    last_day: OptionalDay = None
    opens: OptionalClock = None
    closes: OptionalClock = None

    def span(self) -> Span | None:
        """None where nothing was typed. Raises InvalidInput where half of it was; one day alone is from and to."""
        given = {name: getattr(self, name) for name in SpanForm.model_fields}
        if all(value is None for value in given.values()):
            return None
        missing = [name for name in ("first_day", "opens", "closes") if given[name] is None]
        if missing:
            raise InvalidInput(dict.fromkeys(missing, gettext("Hours need a day, a beginning and an end.")))
        return Span(
            given["first_day"], given["last_day"] or given["first_day"], given["opens"], given["closes"]
        )


class NewDeskForm(DeskForm, SpanForm):
    """A new desk, with its first hours."""

    code: Code


class BulkDesksForm(SpanForm):
    """What the ticked desks are to have in common; what is empty stays with each. `site_ids` tick whole sites."""

    desk_ids: tuple[Number, ...] = ()
    site_ids: tuple[Number, ...] = ()
    act: Literal["preview", "set"] = "set"
    state: Literal["", "open", "paused", "closing", "closed"] = ""
    reason: Annotated[Line, Field(max_length=200)] = ""
    walk_ins: Choice = ""
    calls: Choice = ""
    line: Annotated[Line, Field(max_length=40)] = ""
    agency_id: OptionalNumber = None
    counters: OptionalCount = None
    phones: OptionalCount = None
    minimum: OptionalNumber = None
    target: OptionalNumber = None
    supervisors: OptionalNumber = None
    numbers: Literal["", "exchange", "in_order"] = ""

    def edit(self) -> DesksEdit:
        """As the service takes it. Raises InvalidInput."""
        return DesksEdit(
            hours=self.span(),
            state=self.state or None,
            reason=self.reason,
            walk_ins=_CHOSEN[self.walk_ins],
            calls=_CHOSEN[self.calls],
            line=self.line or None,
            agency_id=self.agency_id,
            counters=self.counters,
            phones=self.phones,
            minimum=self.minimum,
            target=self.target,
            supervisors=self.supervisors,
            numbers=self.numbers or None,
        )


class DeskOrderForm(Form):
    """Desks in the order that they are to have among themselves; a button has but one value, and parts them by commas."""

    desk_ids: Annotated[tuple[Number, ...], BeforeValidator(parted)]


class HoursForm(SpanForm):
    """The hours of a desk; on a page each day has its own fields. `copied` is the day whose hours the others get."""

    version: Number
    copied: OptionalDay = None


def hours_of_request() -> dict[date, tuple[int, int]]:
    """Hours by day from the fields `opens-<day>` and `closes-<day>`; both empty means that the desk isn't open that day.

    Raises InvalidInput with the fields at fault.
    """
    typed = {name: text for name, text in request.form.items() if text.strip()}
    days = {name.partition("-")[2] for name in typed if name.startswith(("opens-", "closes-"))}
    hours: dict[date, tuple[int, int]] = {}
    errors: dict[str, str] = {}
    for day in sorted(days):
        both = {name: _clock(typed.get(name, "")) for name in (f"opens-{day}", f"closes-{day}")}
        wrong = [name for name, minutes in both.items() if minutes is None]
        if wrong:
            errors |= dict.fromkeys(wrong, str(CLOCK_MESSAGE))
        else:
            opens, closes = both.values()
            hours[_iso_day(day)] = (opens or 0, closes or 0)
    if errors:
        raise InvalidInput(errors)
    return hours


def _clock(text: str) -> int | None:
    try:
        return int(minutes_of_clock(text))
    except PydanticCustomError:
        return None


def _iso_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput({"first_day": gettext("Choose a day from the list.")}) from None


def speeds_of_request() -> dict[int, float]:
    """Factors by topic id from the fields `factor-<topic id>`; an empty one means that the desk doesn't do
    the topic.

    Raises InvalidInput with the fields at fault.
    """
    typed = {
        name.removeprefix("factor-"): text
        for name, text in request.form.items()
        if name.startswith("factor-")
    }
    speeds, errors = {}, {}
    for topic_id, text in typed.items():
        if not text.strip() or not (topic_id.isascii() and topic_id.isdigit() and len(topic_id) < 10):
            continue
        factor = _factor(text)
        if factor is None:
            errors[f"factor-{topic_id}"] = str(_FACTOR_MESSAGE)
        else:
            speeds[int(topic_id)] = factor
    if errors:
        raise InvalidInput(errors)
    if not speeds:
        raise InvalidInput({"speeds": gettext("Choose at least one topic for the desk.")})
    return speeds


def _factor(text: str) -> float | None:
    try:
        factor = float(decimal_text(text))
    except ValueError:
        return None
    return factor if 1.0 <= factor <= 3.0 else None
