"""What comes in at the edge about officials' hours, checked and cleaned. One form for pages and JSON."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from deskops.core.errors import InvalidInput
from deskops.core.forms import EMPTY_AS_NONE, Form, Line, Number, OptionalNumber, Phone, Text
from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.core.text import clean_line
from deskops.desks.forms.fields import Day
from deskops.sessions import rules
from deskops.sessions.services.meetings import MeetingPlan
from deskops.sessions.services.planning import Deputy, Hours, Schedule
from deskops.staff.forms.shifts import Clock, OptionalDay

_DEPUTIES_MESSAGE = _l(
    "Type one deputy a line: the name and, after a comma, the position. %(most)s at most.",
    most=rules.MOST_DEPUTIES,
)
_COMMA = re.compile(r"\s*[،,;]\s*")
_NAME_LENGTH = 120

Channel = Literal["walk_in", "call", "both"]
Pattern = Literal["daily", "other_day", "weekly", "once"]
Weekday = Literal["sat", "sun", "mon", "tue", "wed", "thu", "fri"]


def _deputies(value: Any) -> Any:
    """One a line, name and position with a comma between; programs may send a list of such lines."""
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list | tuple) or not all(isinstance(line, str) for line in lines):
        raise PydanticCustomError("deputies", "%s", {"message": _DEPUTIES_MESSAGE})
    cleaned = [line for line in map(clean_line, "\n".join(lines).splitlines()) if line]
    parted = [_COMMA.split(line, maxsplit=1) for line in cleaned]
    if len(parted) > rules.MOST_DEPUTIES or any(len(part) > _NAME_LENGTH for one in parted for part in one):
        raise PydanticCustomError("deputies", "%s", {"message": _DEPUTIES_MESSAGE})
    return tuple(Deputy(*one) for one in parted)


class HoursForm(Form):
    """Where and when. `deputies`: one a line, name and position with a comma between; `phone` is the official's mobile."""

    desk_id: OptionalNumber = None
    line: Annotated[Line, Field(max_length=40)] = ""
    channel: Channel = "both"
    where_text: Annotated[Line, Field(max_length=200)] = ""
    opens: Clock
    closes: Clock
    deputies: Annotated[tuple[Deputy, ...], BeforeValidator(_deputies)] = ()
    phone: Phone = ""

    def hours(self) -> Hours:
        """As the services take it."""
        return Hours(**{name: getattr(self, name) for name in HoursForm.model_fields})


class LaySessionsForm(HoursForm):
    """An official's schedule; `to_day` and `weekdays` as its pattern needs them."""

    official_id: Annotated[Number | None, EMPTY_AS_NONE] = None
    pattern: Pattern = "once"
    weekdays: tuple[Weekday, ...] = ()
    from_day: Day
    to_day: OptionalDay = None

    def schedule(self) -> Schedule:
        """As the services take it. Raises InvalidInput for what the pattern lacks."""
        faults = {}
        if self.official_id is None:
            faults["official_id"] = gettext("Choose the official.")
        if self.pattern == rules.WEEKLY and not self.weekdays:
            faults["weekdays"] = gettext("Choose the days of the week.")
        if self.pattern != rules.ONCE and (self.to_day is None or self.to_day < self.from_day):
            faults["to_day"] = gettext("Say until which day; it comes after the first.")
        if faults:
            raise InvalidInput(faults)
        return Schedule(
            official_id=self.official_id or 0,
            pattern=self.pattern,
            from_day=self.from_day,
            to_day=self.from_day if self.pattern == rules.ONCE else self.to_day or self.from_day,
            weekdays=self.weekdays,
        )


class ChangeSessionForm(HoursForm):
    """Other hours for one session, or with `rest` for all that follow of its series too; `version` is what was seen."""

    version: Number
    day: OptionalDay = None
    rest: bool = False


class CancelSessionForm(Form):
    reason: Annotated[Line, Field(max_length=200)] = ""
    rest: bool = False


class ComeForm(Form):
    """The deputies who came along."""

    attendee_ids: tuple[Number, ...] = ()


class PresenceForm(Form):
    """Whether the official (no `attendee_id`) or a deputy came."""

    attendee_id: OptionalNumber = None
    came: bool


class ScheduleQuery(Form):
    """Which part of the schedule is looked at."""

    day: OptionalDay = None
    until: OptionalDay = None
    official: OptionalNumber = None


class MeetingForm(Form):
    """A meeting as it is to be; `agency_ids` the panel."""

    official_id: Annotated[Number | None, EMPTY_AS_NONE] = None
    title: Annotated[Line, Field(max_length=120)] = ""
    site_id: OptionalNumber = None
    where_text: Annotated[Line, Field(max_length=200)] = ""
    day: Day
    opens: Clock
    closes: Clock
    slot_minutes: Annotated[Number, Field(ge=2, le=240)] = 10
    agency_ids: tuple[Number, ...] = ()

    def plan(self) -> MeetingPlan:
        """As the service takes it. Raises InvalidInput."""
        if self.official_id is None:
            raise InvalidInput({"official_id": gettext("Choose the official.")})
        facts = {name: getattr(self, name) for name in MeetingForm.model_fields}
        return MeetingPlan(**facts)


class CheckInForm(Form):
    """What was scanned or typed at the door: the invitation's address, its token, or a tracking code."""

    code: Annotated[Line, Field(min_length=1, max_length=200)]


class AppointForm(Form):
    """A demand, by its tracking code."""

    code: Annotated[Line, Field(min_length=1, max_length=40)]


class AppointmentActForm(Form):
    act: Literal["confirm", "check_in", "take", "finish", "absent", "cancel"]
    minutes: Annotated[Text, Field(max_length=4000)] = ""


class MinutesForm(Form):
    minutes: Annotated[Text, Field(max_length=4000)] = ""


class PanelForm(Form):
    """Who came for an agency."""

    agency_id: Number
    name: Annotated[Line, Field(max_length=120)] = ""
    came: bool


class ReasonForm(Form):
    reason: Annotated[Line, Field(max_length=200)] = ""


class WishForm(Form):
    wanted: bool
