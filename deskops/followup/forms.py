"""What comes in at the edge about matters that many people share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from deskops.core.forms import Form, Line, Number, OptionalNumber, Text
from deskops.followup.services.collectives import Subject


class CollectiveForm(Form):
    """What it is about; `version` is what was seen of one that is changed. `demand_ids` are tied to a new one at once."""

    title: Annotated[Line, Field(min_length=1, max_length=200)]
    topic_id: OptionalNumber = None
    county: Annotated[Line, Field(max_length=80)] = ""
    note: Annotated[Text, Field(max_length=4000)] = ""
    version: OptionalNumber = None
    demand_ids: tuple[Number, ...] = ()

    def subject(self) -> Subject:
        """As the services take it."""
        return Subject(self.title, self.topic_id, self.county, self.note)


class TieForm(Form):
    demand_ids: tuple[Number, ...] = ()


class CollectiveStateForm(Form):
    state: Literal["open", "closed"]
