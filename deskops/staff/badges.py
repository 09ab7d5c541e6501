"""What stands in the QR code of a badge, signed.

Digits and hyphens alone: every keyboard layout that a handheld scanner may type in leaves them as they are, and the
code stays small. `trip-staff member-version-signature`; whoever raises the version makes earlier badges worthless.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Literal, NamedTuple

from deskops.core.codes import fold_scanner

# 10^16, about 53 bits: nobody hits a signature by trying, and the code stays within 25 modules of a side.
_SIGNATURE_DIGITS = 16
_MOST_DIGITS = 9
_BADGE = re.compile(
    rf"(\d{{1,{_MOST_DIGITS}}})-(\d{{1,{_MOST_DIGITS}}})-(\d{{1,6}})-(\d{{{_SIGNATURE_DIGITS}}})"
)
# What layouts and devices make of a hyphen.
_HYPHENS = re.compile(r"[\s_ـ‐‑‒–—−]+")

Fault = Literal["unreadable", "forged"]


class BadgeRead(NamedTuple):
    """What a badge of this installation says; whether it still holds is another question."""

    trip_id: int
    staff_id: int
    version: int


def badge_code(secret_key: str, trip_id: int, staff_id: int, version: int) -> str:
    """The text of a badge's QR code."""
    named = f"{trip_id}-{staff_id}-{version}"
    return f"{named}-{_signature(secret_key, named)}"


def read_badge(secret_key: str, text: str) -> BadgeRead | Fault:
    """Who a scanned or typed text stands for: "unreadable" is no badge at all, "forged" one that we didn't sign."""
    found = _BADGE.fullmatch(_HYPHENS.sub("-", fold_scanner(text)))
    if found is None:
        return "unreadable"
    trip_id, staff_id, version = (int(part) for part in found.groups()[:3])
    expected = _signature(secret_key, f"{trip_id}-{staff_id}-{version}")
    if not hmac.compare_digest(expected, found.group(4)):
        return "forged"
    return BadgeRead(trip_id, staff_id, version)


def _signature(secret_key: str, named: str) -> str:
    digest = hmac.new(secret_key.encode(), b"staff badge\x1f" + named.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:16]) % 10**_SIGNATURE_DIGITS:0{_SIGNATURE_DIGITS}d}"
