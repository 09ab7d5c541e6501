"""The rules of a roster in words, as the reason why somebody can't have a shift or why somebody must decide."""

from __future__ import annotations

from collections.abc import Iterable

from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.staff.queries.eligible import LANGUAGE, SUPERVISOR
from deskops.staff.rostering import fitting

RULES = {
    fitting.SKILL: _l("not one of the desks where they know the work"),
    fitting.FREE: _l("outside the time in which they can work"),
    fitting.CLOSED: _l("the shift is not filled any more"),
    fitting.OVERLAP: _l("another shift at the same time"),
    fitting.REST: _l("too little rest between two shifts"),
    fitting.TOO_MANY: _l("more shifts than one person may have"),
    fitting.FULL: _l("the shift has enough people"),
    SUPERVISOR: _l("the desk would be without a head"),
    LANGUAGE: _l("nobody would speak a language that is needed"),
}


def rules_told(codes: Iterable[str]) -> str:
    """Some rules in one line."""
    return gettext(", ").join(str(RULES[code]) for code in codes)
