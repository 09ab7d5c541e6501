"""Decisions about accounts that need neither a request nor a database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from typing import Protocol

from deskops.accounts.permissions import ADMINISTRATOR, AGENCY_OFFICER, BOARD, DESK_HEAD, GATE, STAFF
from deskops.core.codes import fold_scanner
from deskops.core.text import ascii_digits, clean_line

BOARD_HOURS = 24 * 30

# Whom a coordinator may let in. Whoever hands out a link could use it: no role that a coordinator's own power
# doesn't cover.
ADMISSIBLE = frozenset({STAFF, DESK_HEAD, BOARD, GATE})
NEEDS_TRIP = frozenset({STAFF, DESK_HEAD, BOARD, GATE, AGENCY_OFFICER})
NEEDS_DESK = frozenset({DESK_HEAD})
NEEDS_AGENCY = frozenset({AGENCY_OFFICER})
# Accounts belong to no trip: an administrator of one trip would still manage all of them.
EVERYWHERE = frozenset({ADMINISTRATOR})

# In the order of asking: every browser also names those that it resembles.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


PIN_LENGTH = 6
# How long wrong PINs close it, by how many there were in a row; the last for every further five.
TRIES_OF_PIN = 5
PIN_LOCKS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
# A link that was opened a moment ago proves as much as a password; one that was opened this morning does not.
FRESH_LINK = timedelta(minutes=15)
# Columns and corners of a keypad, there and back.
KEYPAD = frozenset({"147258", "258369", "147369", "159357", "159753", "357159", "852741", "963852", "741852"})


class HasRole(Protocol):
    """A role and where it holds."""

    @property
    def role(self) -> str:
        """One of permissions.ROLES."""

    @property
    def trip_id(self) -> int | None:
        """None: everywhere."""

    @property
    def desk_id(self) -> int | None:
        """None: at every desk."""

    @property
    def agency_id(self) -> int | None:
        """Set for an agency's roles only."""


def admissible(grants: Iterable[HasRole], trip_id: int) -> bool:
    """Whether a coordinator of the trip may hand its holder a link or badge: all of the roles are of that
    trip and admissible.
    """
    held = list(grants)
    return bool(held) and all(grant.role in ADMISSIBLE and grant.trip_id == trip_id for grant in held)


def is_complete(grant: HasRole) -> bool:
    """Whether a role says where it holds, as it must."""
    return not (
        (grant.role in NEEDS_TRIP and grant.trip_id is None)
        or (grant.role in NEEDS_DESK and grant.desk_id is None)
        or (grant.role in NEEDS_AGENCY and grant.agency_id is None)
        or (grant.role in EVERYWHERE and grant.trip_id is not None)
    )


def fold_username(typed: str) -> str:
    """A user name however it was typed: any case, any digits."""
    return ascii_digits(clean_line(typed)).lower()


def fold_badge(typed: str) -> str:
    """A badge code however it was typed or scanned: any case, spaces, hyphens, and a Persian layout."""
    return "".join(fold_scanner(typed).split()).replace("-", "").upper()


def fold_pin(typed: str) -> str:
    """A PIN however it was typed: any digits, with spaces."""
    return "".join(ascii_digits(typed).split())


def is_pin(pin: str) -> bool:
    """Whether it has the form of a PIN."""
    return len(pin) == PIN_LENGTH and pin.isascii() and pin.isdecimal()


def is_trivial_pin(pin: str) -> bool:
    """Whether it is among the first that anybody would try: two digits at most, counted up or down, one half twice or
    mirrored, or drawn on the keypad.
    """
    figures = [int(digit) for digit in pin]
    steps = {(after - before) % 10 for before, after in pairwise(figures)}
    first, second = pin[: PIN_LENGTH // 2], pin[PIN_LENGTH // 2 :]
    return len(set(pin)) <= 2 or len(steps) == 1 or second in {first, first[::-1]} or pin in KEYPAD


def pin_lock(failures: int) -> timedelta | None:
    """How long the PIN is closed after so many wrong ones in a row; None where another try is open."""
    if failures == 0 or failures % TRIES_OF_PIN:
        return None
    return PIN_LOCKS[min(failures // TRIES_OF_PIN, len(PIN_LOCKS)) - 1]


def device_name(user_agent: str) -> str:
    """Browser and system in a few words, so that people recognise their own devices; empty where neither is
    known.
    """
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)


def session_hours(roles: Iterable[str], usual: int) -> int:
    """How long a session lasts: a board hangs in a hall unattended, for the length of a trip and more."""
    return BOARD_HOURS if set(roles) == {BOARD} else usual


def same_site_path(target: str | None) -> str | None:
    """`target` if it is a path of this site, else None.

    Browsers take a backslash for a slash and drop control characters: `/\\evil` and `/<tab>/evil` would lead
    elsewhere.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(character < " " or character == "\x7f" for character in target):
        return None
    return target
