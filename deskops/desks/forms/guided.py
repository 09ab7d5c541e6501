"""Questions of the guided set-up, one form a page. What was typed is kept as it is; a form says whether it will do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from deskops.core.errors import InvalidInput
from deskops.core.forms import Form, Line, Number
from deskops.core.i18n import gettext
from deskops.core.text import ascii_digits
from deskops.desks.document.choosing import ONE_HALL, Choices, Opening
from deskops.desks.document.clock import minutes_of_clock
from deskops.desks.forms.fields import Code, Day, Name, OtherName
from deskops.desks.rules import MAX_PLACES

Clock = Annotated[int, BeforeValidator(minutes_of_clock)]


class StartForm(Form):
    """What a new trip starts from; `trip_id` where that is another trip."""

    kind: Literal["trip", "office"] = "trip"
    start: Literal["template", "trip", "file", "empty"]
    trip_id: Annotated[int | None, BeforeValidator(lambda value: value or None)] = None


class WhatForm(Form):
    name_fa: Name
    name_en: OtherName = ""
    code: Annotated[Code, Field(max_length=40)]


class WhenForm(Form):
    """An office has no last day, and opens on its first."""

    starts_on: Day
    live_days: Annotated[Number, Field(ge=1, le=60)] = 1
    days_before: Annotated[Number, Field(ge=0, le=14)] = 0
    opens: Clock
    closes: Clock

    def opening(self) -> Opening:
        """Raises InvalidInput for hours that end before they begin."""
        if self.closes <= self.opens:
            raise InvalidInput({"closes": gettext("The desks close before they open. Type a later time.")})
        return Opening(
            live_days=self.live_days, days_before=self.days_before, opens=self.opens, closes=self.closes
        )


class WhereForm(Form):
    where: Literal["own", "hall"] = "own"
    hall_name: OtherName = ""
    hall_address: Annotated[Line, Field(max_length=400)] = ""

    def check(self) -> None:
        """Raises InvalidInput where all desks are to be in a hall that has no name."""
        if self.where == ONE_HALL and not self.hall_name:
            raise InvalidInput({"hall_name": gettext("Name the hall that all desks are to stand in.")})


def checked_step(step: str, typed: Mapping[str, Any], codes: Mapping[str, int]) -> None:
    """Whether the answers of one page will do; `codes` are the desks that can be chosen. Raises InvalidInput."""
    if step == "what":
        _of(WhatForm, typed)
    elif step == "when":
        _of(WhenForm, typed).opening()
    elif step == "where":
        _of(WhereForm, typed).check()
    elif step == "agencies" and codes and not typed.get("desks"):
        raise InvalidInput({"desks": gettext("Tick one desk at least.")})
    elif step == "counters":
        places_of(typed, codes)


def choices_of(typed: Mapping[str, Any], kind: str, codes: Mapping[str, int]) -> Choices:
    """All answers together. Raises InvalidInput."""
    what, when, where = _of(WhatForm, typed), _of(WhenForm, typed), _of(WhereForm, typed)
    where.check()
    return Choices(
        kind=kind,
        code=what.code,
        name_fa=what.name_fa,
        name_en=what.name_en,
        starts_on=when.starts_on,
        opening=when.opening(),
        where=where.where,
        hall_name=where.hall_name,
        hall_address=where.hall_address,
        places=places_of(typed, codes),
    )


def places_of(typed: Mapping[str, Any], codes: Mapping[str, int]) -> dict[str, int]:
    """How many places each chosen desk is to have; `codes` maps desks to what they have. Raises InvalidInput."""
    counts, errors = {}, {}
    for code in typed.get("desks", ()):
        if code not in codes:
            continue
        text = ascii_digits(str(typed.get(f"places-{code}", codes[code]))).strip()
        if text.isdecimal() and 1 <= int(text[:6]) <= MAX_PLACES:
            counts[code] = int(text)
        else:
            errors[f"places-{code}"] = gettext("A desk has 1 to %(most)s places.", most=MAX_PLACES)
    if errors:
        raise InvalidInput(errors)
    return counts


def _of(form: type[Any], typed: Mapping[str, Any]) -> Any:
    return form.checked({name: typed[name] for name in form.model_fields if name in typed})
