"""Forms of patterns, of what holds for all rosters, and of the shifts that desks need filled."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from deskops.core.errors import InvalidInput
from deskops.core.forms import EMPTY_AS_NONE, Form, Line, Number, OptionalNumber
from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.core.text import ascii_digits
from deskops.desks.document.clock import minutes_of_clock
from deskops.desks.forms.fields import Day, parted
from deskops.desks.forms.needs import NeedForm
from deskops.desks.rules import DAY_MINUTES, Need
from deskops.staff.rules.times import ShiftTimes
from deskops.staff.services.desk_shifts import ManyShifts, ShiftsEdit
from deskops.staff.services.patterns import PatternFacts

_OFFSET_MESSAGE = _l("Type minutes such as 30 or -30, or hours and minutes such as 1:30.")
_OFFSET = re.compile(r"([+-]?)(?:(\d{1,2}):([0-5]\d)|(\d{1,4}))")
MOST_DAYS = 62


def _offset(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = _OFFSET.fullmatch(ascii_digits(value).replace("−", "-").replace(" ", ""))
    if found is None:
        raise PydanticCustomError("offset", "%s", {"message": _OFFSET_MESSAGE})
    sign, hours, minutes, alone = found.groups()
    length = int(alone) if alone else int(hours) * 60 + int(minutes)
    return -length if sign == "-" else length


def _later(value: Any) -> Any:
    return _offset(value) if value != "" else 0


Anchor = Literal["opening", "closing", "midnight"]
Offset = Annotated[int, BeforeValidator(_offset), Field(ge=-DAY_MINUTES, le=2 * DAY_MINUTES)]
Later = Annotated[int, BeforeValidator(_later), Field(ge=-DAY_MINUTES, le=DAY_MINUTES)]
Clock = Annotated[int, BeforeValidator(minutes_of_clock), Field(ge=0, le=DAY_MINUTES)]
OptionalDay = Annotated[Day | None, EMPTY_AS_NONE]
Ids = Annotated[tuple[Number, ...], BeforeValidator(lambda value: value if value != "" else ())]
# As many as a page has, from a page that sends them in one field or in many.
ManyIds = Annotated[tuple[Number, ...], BeforeValidator(parted)]


class PatternForm(Form):
    """A pattern as it is to be; `version` as it was seen, none for a new one."""

    name_fa: Annotated[Line, Field(min_length=1, max_length=60)]
    name_en: Annotated[Line, Field(max_length=60)] = ""
    begins_from: Anchor
    begins_minutes: Offset
    ends_from: Anchor
    ends_minutes: Offset
    version: OptionalNumber = None

    def facts(self) -> PatternFacts:
        """As the use case takes it."""
        times = ShiftTimes(self.begins_from, self.begins_minutes, self.ends_from, self.ends_minutes)
        return PatternFacts(self.name_fa, self.name_en, times)


Minutes = Annotated[Number, Field(ge=0, le=DAY_MINUTES)]


class SettingsForm(Form):
    """What holds for all rosters, in minutes but for the most shifts of a person."""

    rest: Minutes
    most_shifts: Annotated[Number, Field(ge=1, le=99)]
    no_show_after: Minutes
    at_risk_before: Minutes
    early: Minutes
    close_after: Minutes
    break_after: Minutes = 150
    break_minutes: Minutes = 20
    version: Number = 1

    def values(self) -> dict[str, int]:
        """By name, without the version."""
        return self.model_dump(exclude={"version"})


class _DaysForm(Form):
    first_day: Day
    last_day: OptionalDay = None

    def days(self) -> list[date]:
        """From the first to the last, both counted in. Raises InvalidInput."""
        last = self.last_day or self.first_day
        count = (last - self.first_day).days + 1
        if not 1 <= count <= MOST_DAYS:
            message = gettext(
                "The last day comes after the first, at most %(most)s days in all.", most=MOST_DAYS
            )
            raise InvalidInput({"last_day": message})
        return [self.first_day + timedelta(days=number) for number in range(count)]


class LayForm(_DaysForm):
    """Patterns to be laid over desks, those of whole sites too, and days."""

    pattern_ids: Annotated[tuple[Number, ...], Field(min_length=1)]
    desk_ids: Ids = ()
    site_ids: Ids = ()


class LayAnewForm(Form):
    confirmed: bool = False


class CopyForm(_DaysForm):
    """A day's shifts onto other days, those of a site or (none) all."""

    day: Day
    site_id: OptionalNumber = None


class ShiftForm(NeedForm):
    """One shift. An end that isn't after the begin is on the next day."""

    begins: Clock
    ends: Clock

    def minutes(self) -> tuple[int, int]:
        """From midnight of the shift's day."""
        return self.begins, self.ends if self.ends > self.begins else self.ends + DAY_MINUTES

    def said(self) -> Need:
        """Raises InvalidInput where nothing was said."""
        need = self.need()
        if need is None:
            raise InvalidInput({"minimum": gettext("Type how many people the desk can't do without.")})
        return need


class ShiftsForm(Form):
    """Many shifts changed alike, or removed: those named, or with `whole` all of the day that is shown, at the site that
    is shown.
    """

    act: Literal["set", "remove"] = "set"
    shift_ids: Ids = ()
    whole: bool = False
    day: OptionalDay = None
    site_id: OptionalNumber = None
    minimum: OptionalNumber = None
    target: OptionalNumber = None
    supervisors: OptionalNumber = None
    languages_said: bool = False
    languages: tuple[Annotated[Line, Field(max_length=10)], ...] = ()
    begins_later: Later = 0
    ends_later: Later = 0
    confirmed: bool = False

    def wanted(self) -> ManyShifts:
        """As the use case takes it. Raises InvalidInput."""
        if self.whole and self.day is None:
            raise InvalidInput({"day": gettext("This is needed.")})
        return ManyShifts(
            shift_ids=self.shift_ids,
            day=self.day if self.whole else None,
            site_id=self.site_id,
            edit=None if self.act == "remove" else self._edit(),
            confirmed=self.confirmed,
        )

    def _edit(self) -> ShiftsEdit:
        return ShiftsEdit(
            minimum=self.minimum,
            target=self.target,
            supervisors=self.supervisors,
            languages=tuple(dict.fromkeys(self.languages)) if self.languages_said else None,
            begins_later=self.begins_later,
            ends_later=self.ends_later,
        )
