"""What a person brings, taken down or corrected."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from deskops.core.forms import Form, Line, NationalId, Number, OptionalNumber, Phone, Text
from deskops.core.i18n import lazy
from deskops.demands.forms.fields import Chosen, Kind, Language, Moment
from deskops.demands.rules import PRIORITIES
from deskops.demands.services.intake import Registration


class TickedForm(Form):
    """Which priorities apply to somebody, each with a box of its own: what a device keeps unsent holds one value a name."""

    urgent: bool = False
    elderly: bool = False
    disabled: bool = False
    infant: bool = False
    far: bool = False

    def priorities(self) -> tuple[str, ...]:
        """The kinds that are ticked."""
        return tuple(kind for kind in PRIORITIES if getattr(self, kind))


class PriorityForm(TickedForm):
    """The same of somebody who waits; `version` is what was seen."""

    version: Number

    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        return {"version": self.version, "kinds": self.priorities(), "urgent": self.urgent}


class RegisterForm(TickedForm):
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
    external_number: Annotated[Line, Field(max_length=60)] = ""
    text: Annotated[Text, Field(max_length=4000)] = ""
    may_walk: bool = True
    wants_meeting: bool = False
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
            wants_meeting=self.wants_meeting,
            priorities=self.priorities(),
            contact_external_id=self.call_id or None,
        )


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
