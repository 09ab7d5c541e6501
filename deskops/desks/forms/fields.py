"""Kinds of fields that the forms of set-up share."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from deskops.core.dates import DateError, parse_date
from deskops.core.forms import Line
from deskops.core.i18n import lazy as _l
from deskops.core.text import ascii_digits

_CODE_MESSAGE = _l("Use small Latin letters, digits and hyphens, such as nemuneh-1405.")
_DATE_MESSAGE = _l("Type a date such as 1405/09/01 or 2026-11-22.")


def _code(value: str) -> str:
    plain = value.replace("-", "").replace("_", "")
    if not (plain.isascii() and plain.isalnum() and value == value.lower()):
        raise PydanticCustomError("code", "%s", {"message": _CODE_MESSAGE})
    return value


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return parse_date(value)
    except DateError:
        raise PydanticCustomError("day", "%s", {"message": _DATE_MESSAGE}) from None


def decimal_text(text: str) -> str:
    """A decimal number as Python reads it, from whatever digits and mark it was typed with."""
    return ascii_digits(text).replace("٫", ".").replace("/", ".").strip()


def parted(values: object) -> object:
    """The numbers in one posted value such as "3,1", as a list."""
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        return ",".join(values).split(",")
    return values


def _decimal(value: object) -> object:
    return decimal_text(value) if isinstance(value, str) else value


Code = Annotated[Line, Field(min_length=2, max_length=60), AfterValidator(_code)]
Decimal = Annotated[float, BeforeValidator(_decimal), Field(allow_inf_nan=False)]
Day = Annotated[date, BeforeValidator(_day)]
Name = Annotated[Line, Field(min_length=1, max_length=200)]
OtherName = Annotated[Line, Field(max_length=200)]
Short = Annotated[Line, Field(max_length=80)]
