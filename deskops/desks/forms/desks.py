"""Forms of a trip, its desks and their places."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import request
from pydantic import Field

from deskops.core.errors import InvalidInput
from deskops.core.forms import Form, Line, Number, OptionalNumber
from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.desks.forms.fields import Name, decimal_text
from deskops.desks.services.setup import DeskEdit

_FACTOR_MESSAGE = _l("Type a factor from 1 to 3, such as 1.2.")

State = Literal["open", "paused", "closed", "failed"]


class PhaseForm(Form):
    phase: Annotated[Line, Field(min_length=1, max_length=20)]


class StateForm(Form):
    """A desk's new state; `version` is what was seen."""

    state: State
    reason: Annotated[Line, Field(max_length=200)] = ""
    version: OptionalNumber = None


class AllDesksForm(Form):
    state: Literal["open", "closed"]


class PlaceForm(Form):
    """A place that another system brings along."""

    external_id: Annotated[Line, Field(max_length=60)] = ""
    kind: Literal["counter", "phone"] | None = None
    number: Annotated[OptionalNumber, Field(ge=1, le=9999)] = None


class DeskForm(Form):
    """All that can be changed of a desk on its page, but for the topics: those come as one field each."""

    version: Number
    name_fa: Name
    name_en: Annotated[Line, Field(max_length=200)] = ""
    short_fa: Annotated[Line, Field(max_length=80)] = ""
    short_en: Annotated[Line, Field(max_length=80)] = ""
    walk_ins: bool = False
    calls: bool = False
    places: Number

    def edit(self, speeds: dict[int, float]) -> DeskEdit:
        """As the service takes it."""
        return DeskEdit(**self.model_dump(exclude={"version"}), speeds=speeds)


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
