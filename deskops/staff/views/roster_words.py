"""Words of the pages of patterns, shifts of desks, and rosters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from deskops.core.dates import digits
from deskops.core.i18n import gettext, ngettext
from deskops.core.i18n import lazy as _l
from deskops.desks.document.clock import clock_of_minutes
from deskops.desks.document.languages import LANGUAGES
from deskops.desks.queries import Catalogue
from deskops.desks.rules import DAY_MINUTES
from deskops.staff.queries.roster import Filled
from deskops.staff.rules.times import ShiftTimes, length_fault
from deskops.staff.views.shift_words import span_words as span_words

ANCHORS = {
    "opening": _l("the desk's opening"),
    "closing": _l("the desk's closing"),
    "midnight": _l("midnight, by the clock"),
}
STATES = {
    "asked": _l("waits for the worker"),
    "solving": _l("is being made"),
    "draft": _l("draft"),
    "approved": _l("approved"),
    "discarded": _l("discarded"),
    "failed": _l("failed"),
    "cancelled": _l("cancelled"),
}
TONES = {
    "asked": "waiting", "solving": "info", "draft": "held", "approved": "ok", "discarded": "closed", "failed": "bad",
    "cancelled": "closed",
}  # fmt: skip
KINDS = {"new": _l("a new roster"), "replan": _l("a plan that keeps what it can")}
STAGES = {
    "greedy": _l("A first draft is made."),
    "relaxing": _l("Working out how good it can get."),
    "rounding": _l("Making it better."),
    "done": _l("Writing it down."),
}
# What is said of somebody in a shift besides that they are planned: tone, and words.
PERSON_STATES = {
    "arrived": ("serving", _l("is there")),
    "completed": ("done", _l("has worked")),
    "no_show": ("no_show", _l("did not come")),
    "left_early": ("left", _l("left early")),
}


def offset_text(minutes: int) -> str:
    """As it is typed: +0:30, -1:00."""
    return digits(f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60}:{abs(minutes) % 60:02d}")


def example(times: ShiftTimes, hours: tuple[int, int] | None) -> str:
    """A pattern's times at a desk with these hours."""
    if hours is None:
        return gettext("no desk has opening hours yet")
    begins, ends = times.within(*hours)
    if length_fault(ends - begins) is not None:
        return gettext("no shift: it would end too early or last too long")
    return gettext("%(begins)s to %(ends)s", begins=clock_text(begins), ends=clock_text(ends))


def clock_text(minutes: int) -> str:
    """Minutes from a day's midnight as a time, on whatever day."""
    text = digits(clock_of_minutes(minutes % DAY_MINUTES))
    if minutes < 0:
        return gettext("%(time)s of the day before", time=text)
    return gettext("%(time)s of the next day", time=text) if minutes > DAY_MINUTES else text


def laid_text(laid: Mapping[str, int]) -> str:
    """What came of laying shifts, or of copying a day."""
    parts = [ngettext("%(num)s shift was made.", "%(num)s shifts were made.", laid["made"])]
    if laid["stood"]:
        parts.append(ngettext("%(num)s was there already.", "%(num)s were there already.", laid["stood"]))
    if laid["closed"]:
        parts.append(ngettext("Once a desk is closed.", "%(num)s times a desk is closed.", laid["closed"]))
    if laid["no_room"]:
        parts.append(
            ngettext(
                "Once its hours leave no room.", "%(num)s times its hours leave no room.", laid["no_room"]
            )
        )
    if laid["begun"]:
        parts.append(ngettext("One would have begun.", "%(num)s would have begun.", laid["begun"]))
    return " ".join(parts)


def language_names(codes: Iterable[str]) -> str:
    """Languages, one after the other."""
    return gettext(", ").join(str(LANGUAGES.get(code, code)) for code in codes)


def gap_words(one: Filled) -> list[str]:
    """What a shift lacks that it can't do without, the worst first."""
    lack, parts = one.lack, []
    if lack.below_minimum:
        parts.append(ngettext("%(num)s person missing", "%(num)s people missing", lack.below_minimum))
    if lack.supervisors:
        parts.append(ngettext("a supervisor missing", "%(num)s supervisors missing", lack.supervisors))
    if lack.languages:
        parts.append(gettext("nobody speaks %(languages)s", languages=language_names(sorted(lack.languages))))
    return parts


def desk_name(names: Catalogue, desk_id: int) -> str:
    """A desk with the site it stands at."""
    desk = names.desks[desk_id]
    return f"{desk.short} ({names.sites[desk.site_id].short})"


def percent(share: Any) -> str:
    """A share as a number of percent with one decimal."""
    return digits(f"{100 * float(share):.1f}")
