"""The coordinators' room in words: checks, why each is as it is and what to do, aims, choices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deskops.balancing import fairness
from deskops.control import rules
from deskops.core.dates import clock_time, number
from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.desks.document.languages import LANGUAGES

CHECK_NAMES = {
    rules.OFFICIAL: _l("Official in charge"),
    rules.STAFF: _l("Staff"),
    rules.LINE: _l("Line"),
    rules.PRINTER: _l("Printer"),
    rules.SIGN: _l("Sign"),
    rules.CONNECTION: _l("Connection"),
    rules.OPENING: _l("Opening"),
    rules.TOPICS: _l("Topics"),
    rules.AGENCY: _l("Agency"),
}
STATE_WORDS = {
    rules.OK: _l("all right"),
    rules.MISSING: _l("missing"),
    rules.UNKNOWN: _l("not known"),
    rules.LOW: _l("fewer than meant"),
    rules.NOT_NEEDED: _l("not needed"),
}
OVERTAKEN_BY = {
    fairness.PRIORITY: _l("A priority"),
    fairness.LANGUAGE: _l("Waited for a counter that speaks the language"),
    fairness.PLACE: _l("A counter came free at another place"),
    fairness.WALK: _l("Was asked to walk to another site"),
    fairness.HAND: _l("Somebody chose the desk by hand"),
    fairness.MISSED: _l("Was called before, put on hold or handed on"),
    fairness.OTHER: _l("Not known; perhaps called by name"),
}
# As ui.status knows them: a shape and a tone each.
STATE_TONES = {
    rules.OK: "ok",
    rules.MISSING: "bad",
    rules.UNKNOWN: "warn",
    rules.LOW: "warn",
    rules.NOT_NEEDED: "closed",
}
# By a check's reason: what is so, and what to do about it.
REASONS: dict[str, tuple[Any, Any]] = {
    "official_named": (_l("An official is named."), ""),
    "official_missing": (
        _l("No official is in charge here; other desks have one."),
        _l("Name one on the desk's page."),
    ),
    "official_not_begun": (_l("No desk of the trip has an official yet."), _l("Name them on the desks' pages.")),
    "staff_enough": ("", ""),
    "staff_below_target": ("", _l("Plan more shifts here, if there are people.")),
    "staff_short": ("", _l("Plan more shifts here.")),
    "staff_not_there": ("", _l("Ring the desk, or send somebody.")),
    "need_missing": (_l("Nobody has said how many people this desk needs."), _l("Say it on the desk's page.")),
    "staff_not_begun": (_l("Nobody is planned for the first day, at any desk."), _l("Plan the shifts.")),
    "staff_without_hours": (_l("Without hours nobody can say how many people are needed."), _l("Set the hours first.")),
    "places_missing": (_l("The desk has no counter."), _l("Add one on the desk's page.")),
    "line_good": (_l("The line was tried and works."), ""),
    "line_bad": (_l("The line does not work."), _l("Have it repaired, then try it again.")),
    "line_missing": (_l("The desk takes calls and has no number."), _l("Enter its line on the desk's page.")),
    "line_not_begun": (_l("No desk of the trip has a line yet."), _l("Enter the lines on the desks' pages.")),
    "line_not_tried": (_l("Nobody has tried the line yet."), _l("Ring it, then mark it here.")),
    "line_not_needed": (_l("The desk takes no calls."), ""),
    "printer_good": (_l("The printer was tried and works."), ""),
    "printer_bad": (_l("The printer does not work."), _l("Replace it, then mark it here.")),
    "printer_unknown": (_l("Nobody has tried the printer yet."), _l("Print a receipt, then mark it here.")),
    "sign_good": (_l("The sign is printed."), ""),
    "sign_bad": (_l("The sign is missing or damaged."), _l("Print it again.")),
    "sign_missing": (_l("The sign is not printed; others are."), _l("Print it.")),
    "sign_not_begun": (_l("No sign of the trip is printed yet."), _l("Print the signs.")),
    "connected": (_l("A screen of the desk is connected."), ""),
    "not_connected": (_l("The desk should be serving, and no screen of it is connected."), _l("Ring the desk.")),
    "not_yet_connected": (_l("No screen of the desk is connected now; it need not be yet."), _l("Have somebody try.")),
    "hours_set": (_l("Hours are set for the first day."), ""),
    "hours_missing": (_l("No hours are set for the first day."), _l("Set them on the desk's page.")),
    "not_open": (_l("These are its hours, and it is not open."), _l("Open it, or say why not.")),
    "topics_set": (_l("The desk has topics."), ""),
    "topics_missing": (_l("The desk has no topic: nobody is sent to it."), _l("Choose its topics on its page.")),
    "agency_set": (_l("The desk belongs to an agency."), ""),
    "agency_general": (_l("A general desk needs no agency."), ""),
    "agency_missing": (_l("The desk belongs to no agency."), _l("Choose its agency on its page.")),
}  # fmt: skip
DESK_STATES = {
    rules.OK: _l("ready"),
    rules.MISSING: _l("not ready"),
    rules.UNKNOWN: _l("to be looked at"),
}
CHOICE_NAMES = {
    rules.SHARE_OUT: _l("Share them out to other desks at once"),
    rules.KEEP: _l("Keep them waiting here until it goes on"),
    rules.CALL_BACK: _l("Send them home with a promise to be called back"),
}
CHOICES_DONE = {
    rules.SHARE_OUT: _l("Those who waited were shared out to other desks."),
    rules.KEEP: _l("Those who wait keep their turns here."),
    rules.CALL_BACK: _l(
        "Those who waited went home and are called back; whoever gave no phone number got another desk."
    ),
}


def so(check: rules.Check) -> str:
    """What is so."""
    if check.reason == "staff_not_there":
        return gettext("%(there)s of %(wanted)s are at their counters now.", **_counted(check))
    return _staffing(check) if check.figures else str(REASONS[check.reason][0])


def to_do(check: rules.Check) -> str:
    """What to do about it; empty where nothing is to be done."""
    return str(REASONS[check.reason][1])


def _staffing(check: rules.Check) -> str:
    """Such as "2 of 3 planned; no supervisor; nobody speaks Kurdish", of the moment or the shift where it is so."""
    figures, counted = check.figures, _counted(check)
    said = [gettext("%(planned)s of %(target)s planned", **counted)]
    if check.state == rules.MISSING and figures["planned"] < figures["minimum"]:
        said = [gettext("%(planned)s of %(minimum)s planned", **counted)]
    if figures["supervisors"] and not figures["supervising"]:
        said.append(gettext("no supervisor"))
    elif figures["supervising"] < figures["supervisors"]:
        said.append(gettext("%(supervising)s of %(supervisors)s supervisors", **counted))
    said += [gettext("nobody speaks %(language)s", language=LANGUAGES[code]) for code in figures["languages"]]
    told = gettext("; ").join(said)
    if "shift" not in figures:
        return told
    begins, ends = (clock_time(datetime.fromisoformat(moment)) for moment in figures["shift"])
    return gettext("Shift from %(begins)s to %(ends)s: %(what)s", begins=begins, ends=ends, what=told)


def _counted(check: rules.Check) -> dict[str, str]:
    return {name: number(value) for name, value in check.figures.items() if isinstance(value, int)}
