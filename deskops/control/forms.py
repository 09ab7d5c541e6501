"""What comes in from the coordinators' room."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from deskops.control.rules import ALL, DESK, ROLE, SITE, Aim
from deskops.control.services.broadcasts import NewBroadcast
from deskops.core.errors import InvalidInput
from deskops.core.forms import Form, Line, Number, OptionalNumber, Text
from deskops.core.i18n import gettext
from deskops.desks.forms.fields import Day

OptionalDay = Annotated[Day | None, BeforeValidator(lambda value: None if value == "" else value)]


class DeskStateForm(Form):
    """A desk's new state; `version` is what the asker saw."""

    state: Literal["open", "paused", "closing", "closed", "failed"]
    reason: Annotated[Line, Field(max_length=200)] = ""
    version: OptionalNumber = None


class SendForm(Form):
    """The desk that somebody of the coordinators' list is sent to."""

    desk_id: Number


class MarkForm(Form):
    """What somebody found out; empty takes it back."""

    good: Literal["yes", "no", ""]


class DecisionForm(Form):
    """Go or no-go, and why."""

    go: Literal["yes", "no"]
    reason: Annotated[Line, Field(max_length=200)] = ""


class BroadcastForm(Form):
    """A message. `to`: all, or site:7, desk:12, role:staff; `kind`: at once, or as news of the shift on `day`."""

    text: Annotated[Text, Field(min_length=1, max_length=500)]
    to: Line = "all"
    kind: Literal["normal", "urgent", "shift"] = "normal"
    day: OptionalDay = None

    def new(self, today: date) -> NewBroadcast:
        """As the use case takes it. Raises InvalidInput for an aim that is none, and for news of a day that is over."""
        day = (self.day or today) if self.kind == "shift" else None
        if day is not None and day < today:
            raise InvalidInput({"day": gettext("This day is over. Choose today or a day to come.")})
        return NewBroadcast(self.text, _aim(self.to), self.kind == "urgent", day)


def _aim(to: str) -> Aim:
    kind, _, which = to.partition(":")
    if kind == ROLE and which:
        return Aim(ROLE, role=which[:20])
    if kind in (SITE, DESK) and which.isascii() and which.isdigit() and len(which) < 18:
        return Aim(SITE, site_id=int(which)) if kind == SITE else Aim(DESK, desk_id=int(which))
    if to == ALL:
        return Aim(ALL)
    raise InvalidInput({"to": gettext("Choose one from the list.")})


class RehearsalForm(Form):
    """People an hour, and whether counters serve by themselves: a box that isn't ticked isn't sent."""

    pace: Annotated[Number, Field(ge=0, le=20_000)]
    serves: bool = False


class StopForm(Form):
    """An emergency stop: of a desk where `desk_id` is given, else of the site."""

    site_id: Number
    desk_id: OptionalNumber = None
    choice: Literal["share_out", "keep", "call_back"]
    reason: Annotated[Line, Field(max_length=200)] = ""
