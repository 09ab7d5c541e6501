"""Cover in words."""

from __future__ import annotations

from typing import Any

from deskops.core.dates import digits
from deskops.core.i18n import lazy as _l
from deskops.desks.queries import Catalogue
from deskops.staff.rules import BACK, BREAK, IN, LEFT_EARLY, NO_SHOW, OUT

# By trouble: the state that ui.status knows, and the word.
TROUBLE: dict[str, tuple[str, Any]] = {
    NO_SHOW: ("no_show", _l("did not come")),
    LEFT_EARLY: ("bad", _l("left early")),
    "missing": ("warn", _l("not here yet")),
    "elsewhere": ("warn", _l("is elsewhere")),
    "at_risk": ("warn", _l("at risk")),
}
MARKED: dict[str, Any] = {
    IN: _l("Checked in by hand."),
    OUT: _l("Checked out by hand."),
    BREAK: _l("Sent to a break."),
    BACK: _l("Back from the break."),
}
UNCHANGED = _l("It was so already; nothing changed.")
REASONS: dict[str, Any] = {
    "lost": _l("lost"),
    "stolen": _l("stolen"),
    "damaged": _l("damaged"),
    "other": _l("another reason"),
}


def desk_name(names: Catalogue, desk_id: int) -> str:
    """A desk's number and short name."""
    desk = names.desks.get(desk_id)
    return "" if desk is None else f"{digits(desk.number)} – {desk.short}"
