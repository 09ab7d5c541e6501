"""States of shifts, exchanges and absences in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deskops.core.dates import clock_time, local_day
from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.desks.queries import Catalogue
from deskops.staff import rules
from deskops.staff.rules import reasons

STATES = {
    rules.PLANNED: _l("planned"),
    rules.ARRIVED: _l("you are there"),
    rules.COMPLETED: _l("worked"),
    rules.NO_SHOW: _l("did not come"),
    rules.LEFT_EARLY: _l("left early"),
    rules.DROPPED: _l("not yours any more"),
}
TONES = {
    rules.PLANNED: "info",
    rules.ARRIVED: "serving",
    rules.COMPLETED: "ok",
    rules.NO_SHOW: "bad",
    rules.LEFT_EARLY: "warn",
    rules.DROPPED: "closed",
}
SWAP_STATES = {
    rules.OFFERED: _l("offered"),
    rules.TAKEN: _l("waits for a coordinator"),
    rules.APPROVED: _l("exchanged"),
    rules.REFUSED: _l("not approved"),
    rules.WITHDRAWN: _l("withdrawn or over"),
}
SWAP_TONES = {
    rules.OFFERED: "info",
    rules.TAKEN: "warn",
    rules.APPROVED: "ok",
    rules.REFUSED: "bad",
    rules.WITHDRAWN: "closed",
}
REASONS = {
    reasons.ILL: _l("Illness"),
    reasons.FAMILY: _l("A family matter"),
    reasons.OTHER_DUTY: _l("Another duty at the same time"),
    reasons.NO_WAY_THERE: _l("No way to get there"),
    reasons.OTHER: _l("Something else"),
}
_KEPT = REASONS | {reasons.SWAPPED: _l("Exchanged with a colleague")}


def reason_words(kept: str) -> str:
    """Why somebody doesn't work a shift; what a coordinator wrote stays as it is."""
    code, words = reasons.told_reason(kept)
    if not code:
        return words
    return (
        gettext("%(reason)s: %(words)s", reason=str(_KEPT[code]), words=words) if words else str(_KEPT[code])
    )


def span_words(begins: datetime, ends: datetime) -> str:
    """From when to when; the end's day is said where it is another one."""
    if local_day(begins) == local_day(ends):
        return gettext("%(begins)s to %(ends)s", begins=clock_time(begins), ends=clock_time(ends))
    return gettext("%(begins)s to %(ends)s of the next day", begins=clock_time(begins), ends=clock_time(ends))


def place_words(names: Catalogue, desk_id: int) -> dict[str, Any]:
    """A desk's name with its site and address."""
    desk = names.desks[desk_id]
    site = names.sites[desk.site_id]
    return {"desk": desk.name, "site": site.name, "address": site.address, "map": site.map_text}
