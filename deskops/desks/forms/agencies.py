"""Forms of agencies, their contacts and their calendar."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from deskops.core.forms import Form, Line, Number, OptionalNumber
from deskops.desks.forms.fields import Code, Day, Name, OtherName, Short
from deskops.desks.services.agencies import AgencyEdit, ContactEdit

Kind = Literal["ministry", "governor", "office", "company", "bank", "agency"]
WeekDay = Literal["sat", "sun", "mon", "tue", "wed", "thu", "fri"]
PhoneLine = Annotated[Line, Field(max_length=40)]
Email = Annotated[Line, Field(max_length=120, pattern=r"^$|^\S+@\S+$")]


class AgencyForm(Form):
    """An agency as it is to be; `parent_id` empty at the top, `days_off` empty where it goes by whoever is above."""

    name_fa: Name
    name_en: OtherName = ""
    short_fa: Short = ""
    short_en: Short = ""
    kind: Kind = "agency"
    parent_id: OptionalNumber = None
    phone: PhoneLine = ""
    email: Email = ""
    address: Annotated[Line, Field(max_length=400)] = ""
    days_off: tuple[WeekDay, ...] = ()

    def edit(self) -> AgencyEdit:
        """As the service takes it."""
        return AgencyEdit(**self.model_dump(exclude={"code", "version"}))


class NewAgencyForm(AgencyForm):
    code: Code


class EditAgencyForm(AgencyForm):
    """`version` is what was seen."""

    version: Number


class ContactForm(Form):
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    position: Annotated[Line, Field(max_length=120)] = ""
    phone: PhoneLine = ""
    email: Email = ""

    def edit(self) -> ContactEdit:
        """As the service takes it."""
        return ContactEdit(**self.model_dump())


class HolidayForm(Form):
    """A day out of the week's order; Jalali or Gregorian, in any digits."""

    day: Day
    name: Annotated[Line, Field(max_length=120)] = ""
    works: bool = False


class ActForm(Form):
    """What one of several buttons says."""

    act: Literal["retire", "restore", "delete"]
