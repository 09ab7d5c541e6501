"""What comes in about papers that are to be printed."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from deskops.core.forms import EMPTY_AS_NONE, Form, Number
from deskops.core.i18n import lazy as _l
from deskops.core.text import ascii_digits
from deskops.desks.forms.fields import Day
from deskops.staff.queries.choosing import Choice, Which
from deskops.staff.rules.printing import BADGES, HOURS, MOST_DAYS, Kind
from deskops.staff.services.printing import Order

_PARTING = re.compile(r"[\s,;،؛]+")
_BOTH_DAYS = _l("Choose both days, or none of them.")
_ORDER = _l("The last day comes after the first. Change one of them.")
_SPAN = _l("Choose at most two months.")


def _parted_numbers(value: object) -> object:
    """Personnel numbers as people paste them: one a line, or with commas or spaces."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(part, str) for part in given):
        return value
    return tuple(dict.fromkeys(part for part in _PARTING.split(ascii_digits(" ".join(given))) if part))


Numbers = Annotated[tuple[Annotated[str, Field(max_length=20)], ...], BeforeValidator(_parted_numbers)]


class PeriodForm(Form):
    """Two local days; both None: all days."""

    first: Annotated[Day | None, EMPTY_AS_NONE] = None
    last: Annotated[Day | None, EMPTY_AS_NONE] = None

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if (self.first is None) != (self.last is None):
            raise PydanticCustomError("days", "%s", {"message": _BOTH_DAYS})
        if self.first is not None and self.last is not None:
            if self.last < self.first:
                raise PydanticCustomError("days", "%s", {"message": _ORDER})
            if (self.last - self.first).days >= MOST_DAYS:
                raise PydanticCustomError("days", "%s", {"message": _SPAN})
        return self


class HoursForm(PeriodForm):
    """Days, and how many people to leave out at the beginning."""

    skip: Annotated[Number, Field(ge=0)] = 0


class PrintForm(PeriodForm):
    """What to print, of whom: all, some desks, an agency's people, those of some personnel numbers, or those whose badge
    is newer than the printed one. Days don't matter for badges; `form` does for hours alone.
    """

    kind: Kind
    which: Which = "all"
    desks: tuple[Number, ...] = ()
    agency: Annotated[int | None, EMPTY_AS_NONE] = None
    numbers: Numbers = ()
    form: Literal["xlsx", "csv"] = "xlsx"

    def order(self) -> Order:
        """As the service takes it."""
        choice = Choice(self.which, self.desks, self.agency, self.numbers)
        days = (None, None) if self.kind == BADGES else (self.first, self.last)
        return Order(self.kind, choice, *days, form=self.form if self.kind == HOURS else "")
