"""Times of the day in files, as people write them: "08:00", and "24:00" for the end of the day."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from pydantic_core import PydanticCustomError

from deskops.core.i18n import lazy as _l
from deskops.core.text import ascii_digits

DAY_MINUTES = 24 * 60
CLOCK_MESSAGE = _l("Write a time such as 08:00, from 00:00 to 24:00.")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")


def minutes_of_clock(value: Any) -> Any:
    """Minutes from midnight of a typed time, in any digits. Raises PydanticCustomError."""
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    found = _CLOCK.fullmatch(ascii_digits(value).strip()) if isinstance(value, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if found is None or int(found[2]) > 59 or minutes > DAY_MINUTES:
        raise PydanticCustomError("clock", "%s", {"message": CLOCK_MESSAGE})
    return minutes


def clock_of_minutes(minutes: int) -> str:
    """The other way round."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
