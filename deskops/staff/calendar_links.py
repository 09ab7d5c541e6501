"""The address of somebody's calendar: nothing of it is kept, and whoever raises the version makes earlier ones worthless."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import NamedTuple

# 160 bits of the signature: nobody guesses an address that needs no sign-in.
_SIGNATURE = 40
_TOKEN = re.compile(
    rf"([1-9][0-9]{{0,8}})-([1-9][0-9]{{0,8}})-([1-9][0-9]{{0,5}})-([0-9a-f]{{{_SIGNATURE}}})"
)


class CalendarLink(NamedTuple):
    """What an address says; whether it still holds is another question."""

    trip_id: int
    staff_id: int
    version: int


def calendar_token(secret_key: str, link: CalendarLink) -> str:
    """What stands in the address."""
    named = "-".join(map(str, link))
    return f"{named}-{_signature(secret_key, named)}"


def read_calendar_token(secret_key: str, token: str) -> CalendarLink | None:
    """Whose calendar a token opens; None for one that we didn't sign."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    link = CalendarLink(*(int(part) for part in found.groups()[:3]))
    return link if hmac.compare_digest(calendar_token(secret_key, link), token) else None


def _signature(secret_key: str, named: str) -> str:
    signed = hmac.new(secret_key.encode(), b"calendar\x1f" + named.encode(), hashlib.sha256)
    return signed.hexdigest()[:_SIGNATURE]
