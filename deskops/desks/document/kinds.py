"""Kinds of values in a set-up file, with what each may be."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from deskops.core.text import clean_line, clean_text
from deskops.desks.document.clock import minutes_of_clock
from deskops.desks.rules import MAX_PLACES, OWN_FACTOR


def _cleaned_line(value: Any) -> Any:
    return clean_line(value) if isinstance(value, str) else value


def cleaned_text(value: Any) -> Any:
    """What is text in tidy lines; anything else as it came, for the next check to refuse."""
    return clean_text(value) if isinstance(value, str) else value


_LINE = BeforeValidator(_cleaned_line)
Code = Annotated[str, _LINE, Field(min_length=1, max_length=60)]
TripCode = Annotated[str, _LINE, Field(max_length=40)]
Kind = Annotated[str, _LINE, Field(min_length=1, max_length=20)]
Name = Annotated[str, _LINE, Field(min_length=1, max_length=200)]
OtherName = Annotated[str, _LINE, Field(max_length=200)]
PersonName = Annotated[str, _LINE, Field(min_length=1, max_length=120)]
Short = Annotated[str, _LINE, Field(max_length=80)]
Note = Annotated[str, _LINE, Field(max_length=120)]
Phone = Annotated[str, _LINE, Field(max_length=40)]
Address = Annotated[str, _LINE, Field(max_length=400)]
Outside = Annotated[str, _LINE, Field(max_length=60)]
Text = Annotated[str, BeforeValidator(cleaned_text), Field(max_length=4000)]
Saying = Name
Share = Annotated[float, Field(gt=0, le=1)]
Speed = Annotated[float, Field(ge=OWN_FACTOR, le=3)]
Minutes = Annotated[float, Field(ge=0, le=480)]
Clock = Annotated[int, BeforeValidator(minutes_of_clock)]
Day = Annotated[int, Field(ge=-400, le=4000)]
Count = Annotated[int, Field(ge=0, le=MAX_PLACES)]
