"""The form of the staff that a desk needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from deskops.core.errors import InvalidInput
from deskops.core.forms import Form, Line, Number, OptionalNumber
from deskops.core.i18n import gettext
from deskops.desks.rules import Need


class NeedForm(Form):
    """How many people a desk needs; all empty: nobody says it. `version` is the desk's, as it was seen."""

    version: Number
    minimum: OptionalNumber = None
    target: OptionalNumber = None
    supervisors: OptionalNumber = None
    languages: tuple[Annotated[Line, Field(max_length=10)], ...] = ()

    def need(self) -> Need | None:
        """Aims at the minimum where nothing else was typed. Raises InvalidInput where the minimum alone is missing."""
        if self.minimum is None:
            if self.target or self.supervisors or self.languages:
                raise InvalidInput({"minimum": gettext("Type how many people the desk can't do without.")})
            return None
        return Need(
            minimum=self.minimum,
            target=self.minimum if self.target is None else self.target,
            supervisors=self.supervisors or 0,
            languages=tuple(dict.fromkeys(self.languages)),
        )
