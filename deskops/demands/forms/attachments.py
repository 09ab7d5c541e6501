"""A file that is added to a demand, and who is met on the way."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from deskops.core.forms import Form, Line, Phone, Text
from deskops.demands.forms.fields import Chosen, Kind, Language
from deskops.demands.services.intake import Registration


class AttachForm(Form):
    """Beside the file itself."""

    kind: Literal["letter", "note", "paper"] = "letter"


class MeetForm(Form):
    """Somebody who is met on the way; the photo of their letter may come along."""

    topic_id: Chosen
    kind: Kind = "request"
    name: Annotated[Line, Field(max_length=120)] = ""
    phone: Phone = ""
    county: Annotated[Line, Field(max_length=80)] = ""
    language: Language = "fa"
    text: Annotated[Text, Field(max_length=4000)] = ""

    def registration(self) -> Registration:
        """As the service takes it."""
        return Registration(channel="walk_in", **self.model_dump() | {"phone": self.phone or None})
