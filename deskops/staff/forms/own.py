"""What staff members send about their own shifts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from deskops.core.dates import to_utc
from deskops.core.forms import Form, Line, Number, OptionalNumber
from deskops.core.i18n import lazy as _l
from deskops.desks.forms.fields import Day
from deskops.desks.rules import DAY_MINUTES
from deskops.staff.forms.shifts import Clock
from deskops.staff.services.absences import Span

_SEEN_MESSAGE = _l("The list of shifts can't be read. Open your shifts again.")
# As many as a page shows.
MOST_SHIFTS = 200


def _seen(value: Any) -> Any:
    """From a page "12-3"; a program sends the two numbers by name."""
    if isinstance(value, dict) and value.keys() == {"id", "version"}:
        return value["id"], value["version"]
    parts = value.split("-") if isinstance(value, str) else ()
    if len(parts) != 2:
        raise PydanticCustomError("seen", "%s", {"message": _SEEN_MESSAGE})
    return tuple(parts)


class ConfirmForm(Form):
    """Shifts in the version in which they were seen."""

    shifts: Annotated[
        tuple[Annotated[tuple[Number, Number], BeforeValidator(_seen)], ...],
        Field(min_length=1, max_length=MOST_SHIFTS),
    ]

    def seen(self) -> dict[int, int]:
        """Version by shift."""
        return dict(self.shifts)


class ReasonForm(Form):
    """Why somebody can't, by a choice and in words."""

    reason: Literal["ill", "family", "duty", "travel", "other"]
    words: Annotated[Line, Field(max_length=160)] = ""


class AbsenceForm(ReasonForm):
    """A time in which somebody can't work; without times whole days, the last one counted in."""

    from_day: Day
    from_time: Clock = 0
    to_day: Day
    to_time: Clock = DAY_MINUTES

    def span(self) -> Span:
        """As instants."""
        return Span(_instant(self.from_day, self.from_time), _instant(self.to_day, self.to_time))


def _instant(day: Day, minutes: int) -> datetime:
    return to_utc(datetime.combine(day, time()) + timedelta(minutes=minutes))


class OfferForm(Form):
    """Whom a shift is offered to, and what for; empty: to anybody, for nothing."""

    to_staff_id: OptionalNumber = None
    wanted_shift_id: OptionalNumber = None
    note: Annotated[Line, Field(max_length=200)] = ""
