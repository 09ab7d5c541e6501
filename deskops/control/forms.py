"""What comes in from the wall."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from deskops.core.forms import Form, Line, Number, OptionalNumber


class DeskStateForm(Form):
    """A desk's new state; `version` is what the asker saw."""

    state: Literal["open", "paused", "closed", "failed"]
    reason: Annotated[Line, Field(max_length=200)] = ""
    version: OptionalNumber = None


class SendForm(Form):
    """The desk that somebody of the coordinators' list is sent to."""

    desk_id: Number
