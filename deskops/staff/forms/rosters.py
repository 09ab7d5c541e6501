"""Forms of rosters, and of people in them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from deskops.core.forms import Form, Line, Number, OptionalNumber
from deskops.staff.forms.shifts import OptionalDay
from deskops.staff.services.placing import Placing


class AskForm(Form):
    """A roster of all that is ahead, or from a day on."""

    kind: Literal["new", "replan"] = "new"
    from_day: OptionalDay = None


class ApproveForm(Form):
    """`sign` is of the difference that was looked at."""

    sign: Annotated[Line, Field(min_length=1, max_length=40)]


class RosterQuery(Form):
    """Which part of a roster is looked at; `draft` None: of the plan that stands."""

    day: OptionalDay = None
    site: OptionalNumber = None
    desk: OptionalNumber = None
    draft: OptionalNumber = None
    page: Annotated[Number, Field(ge=1)] = 1


class PlaceForm(Form):
    """Somebody put in a shift, or moved to it from another; `roster_id` a draft's. `confirmed`: whatever it breaks."""

    staff_id: Number
    slot_id: Number
    from_id: OptionalNumber = None
    roster_id: OptionalNumber = None
    confirmed: bool = False

    def placing(self) -> Placing:
        """As the use case takes it."""
        return Placing(self.staff_id, self.slot_id, self.from_id, self.confirmed)


class TakeOutForm(Form):
    staff_id: Number
    slot_id: Number
    roster_id: OptionalNumber = None
