"""Forms of the list of people. Cells are read as those of a list file are: one set of rules for both."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from deskops.core.errors import InvalidInput
from deskops.core.forms import EMPTY_AS_NONE, Form, Line, Number, OptionalNumber, Text
from deskops.core.i18n import gettext
from deskops.staff.document.columns import NUMBER
from deskops.staff.queries.people import Wanted


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


# Codes and numbers come as either in JSON.
Cell = Annotated[Line, BeforeValidator(_as_text), Field(max_length=400)]


class PersonForm(Form):
    """Somebody as they are to be. `home_desk` is a code or number, `topics` and `languages` are codes or names,
    `availability` is a text as in the column of that name; what is missing stays as it is.
    """

    personnel_number: Cell | None = None
    name: Cell | None = None
    agency: Cell | None = None
    role: Cell | None = None
    home_desk: Cell | None = None
    topics: tuple[Cell, ...] | None = None
    languages: tuple[Cell, ...] | None = None
    availability: Annotated[Text, Field(max_length=8000)] | None = None
    mobile: Cell | None = None
    most_shifts: Cell | None = None
    version: OptionalNumber = None

    def cells(self) -> dict[str, str]:
        """As the cells of a row, by column. Raises InvalidInput where something can't be emptied."""
        given = self.model_dump(exclude={"version"}, exclude_none=True)
        needed = [key for key in (NUMBER, "name", "languages", "role") if key in given and not given[key]]
        if needed:
            raise InvalidInput(dict.fromkeys(needed, gettext("This is needed.")))
        return {key: " | ".join(value) if isinstance(value, tuple) else value for key, value in given.items()}


class NewPersonForm(PersonForm):
    """Somebody new."""

    personnel_number: Annotated[Cell, Field(min_length=1)]
    name: Annotated[Cell, Field(min_length=1)]


class LeavingForm(Form):
    """Whether somebody leaves the trip, or comes back."""

    act: Literal["retire", "restore"]
    version: OptionalNumber = None


class SearchForm(Form):
    """What the list is narrowed to; what makes no sense narrows nothing."""

    q: Annotated[Line, Field(max_length=100)] = ""
    desk: Annotated[Line, Field(pattern=r"^(|none|\d{1,9})$")] = ""
    agency: Annotated[Annotated[Number, Field(ge=1, le=10**9)] | None, EMPTY_AS_NONE] = None
    role: Literal["", "staff", "desk_head"] = ""
    language: Annotated[Line, Field(max_length=5)] = ""
    retired: Literal["", "yes"] = ""
    page: Annotated[Number, Field(ge=1, le=10**6)] = 1

    def wanted(self) -> Wanted:
        """As the query takes it."""
        return Wanted(
            words=self.q,
            desk=self.desk,
            agency_id=self.agency,
            role=self.role,
            language=self.language,
            retired=bool(self.retired),
        )
