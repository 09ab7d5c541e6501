"""Decisions about accounts that need neither a request nor a database."""

from __future__ import annotations

from collections.abc import Iterable
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
