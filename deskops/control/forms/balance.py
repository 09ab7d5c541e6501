"""What comes in about advice, staff moves and what is imagined."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field

from deskops.control.queries.what_if import CLOSE, Imagined
from deskops.core.dates import digits
from deskops.core.errors import InvalidInput
from deskops.core.forms import EMPTY_AS_NONE, Form, Line, Number, OptionalNumber
from deskops.core.i18n import gettext
from deskops.core.text import ascii_digits
from deskops.desks.rules import MAX_PLACES


class AcceptForm(Form):
    """Advice accepted. `people` are users; `chosen`: nobody but these is meant, as where a page lets them be ticked."""

    people: tuple[Number, ...] = ()
    chosen: bool = False
    counters: Annotated[Annotated[int, Field(ge=1, le=MAX_PLACES)] | None, EMPTY_AS_NONE] = None
    target_desk_id: OptionalNumber = None
    version: OptionalNumber = None

    def wanted(self) -> dict[str, Any]:
        """As the use case takes it."""
        named = list(self.people) if self.people or self.chosen else None
        return self.model_dump(exclude={"people", "chosen"}) | {"people": named}


class RefuseForm(Form):
    """Advice refused, or a move declined."""

    reason: Annotated[Line, Field(max_length=200)] = ""
    version: OptionalNumber = None


class CannotForm(Form):
    """Why somebody who was asked can't."""

    reason: Annotated[Line, Field(max_length=200)] = ""


class MoveForm(Form):
    """Somebody to be asked to work at a desk. `now`: they aren't asked, but go."""

    user_id: Number
    desk_id: Number
    now: bool = False


class ImaginedForm(Form):
    """One change of a what-if, of a desk or of a whole site. `at` is a time of today such as 14:00; empty is now."""

    kind: Literal["more", "fewer", "close"]
    desk_id: OptionalNumber = None
    site_id: OptionalNumber = None
    counters: OptionalNumber = None
    at: Line = ""


class WhatIfForm(Form):
    """What is imagined together."""

    changes: Annotated[tuple[ImaginedForm, ...], Field(max_length=12)]

    def imagined(self) -> list[Imagined]:
        """As the question takes it. Raises InvalidInput by fields such as "changes.0.at"."""
        if not self.changes:
            raise InvalidInput({"changes": gettext("Say what is to change.")})
        return [_imagined(number, change) for number, change in enumerate(self.changes)]


_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def _imagined(number: int, change: ImaginedForm) -> Imagined:
    def fault(field: str, text: str) -> InvalidInput:
        return InvalidInput({f"changes.{number}.{field}": text})

    if (change.desk_id is None) == (change.site_id is None):
        raise fault("where", gettext("Choose a desk or a site."))
    counters = 0
    if change.kind != CLOSE:
        if change.counters is None or not 1 <= change.counters <= MAX_PLACES:
            raise fault(
                "counters", gettext("Type how many counters: 1 to %(most)s.", most=digits(MAX_PLACES))
            )
        counters = change.counters
    typed = _TIME.fullmatch(ascii_digits(change.at))
    if change.at and typed is None:
        raise fault("at", gettext("Type a time such as 14:00."))
    at = None if typed is None else (int(typed[1]), int(typed[2]))
    return Imagined(change.kind, change.desk_id, change.site_id, counters, at)
