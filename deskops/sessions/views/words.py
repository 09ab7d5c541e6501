"""Officials' hours in words."""

from __future__ import annotations

from collections.abc import Mapping

from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.desks.queries import Catalogue
from deskops.sessions import rules
from deskops.sessions.queries.meetings import MeetingLine
from deskops.sessions.queries.officials import Official
from deskops.sessions.queries.schedule import SessionLine
from deskops.sessions.rules import Conflict

STATES = {
    rules.PLANNED: _l("planned, not announced"),
    rules.ANNOUNCED: _l("announced"),
    rules.UNDER_WAY: _l("under way"),
    rules.OVER: _l("over"),
    rules.CANCELLED: _l("cancelled"),
}
# The shapes and colours that the state's word stands in.
TONES = {
    rules.PLANNED: "planned",
    rules.ANNOUNCED: "info",
    rules.UNDER_WAY: "serving",
    rules.OVER: "done",
    rules.CANCELLED: "closed",
}
CHANNELS = {
    rules.BOTH: _l("in person and by phone"),
    rules.WALK_IN: _l("in person"),
    rules.CALL: _l("by phone"),
}
PATTERNS = {
    rules.ONCE: _l("one day"),
    rules.DAILY: _l("every day"),
    rules.EVERY_OTHER_DAY: _l("every other day"),
    rules.WEEKLY: _l("on days of the week"),
}
WEEKDAYS = {
    "sat": _l("Saturday"),
    "sun": _l("Sunday"),
    "mon": _l("Monday"),
    "tue": _l("Tuesday"),
    "wed": _l("Wednesday"),
    "thu": _l("Thursday"),
    "fri": _l("Friday"),
}
APPOINTMENTS = {
    rules.DRAWN: _l("not invited yet"),
    rules.INVITED: _l("was invited"),
    rules.CONFIRMED: _l("will come"),
    rules.CHECKED_IN: _l("is at the door"),
    rules.WITH_OFFICIAL: _l("with the official"),
    rules.MET: _l("was received"),
    rules.NO_SHOW: _l("did not come"),
    rules.CANCELLED: _l("off the list"),
}
APPOINTMENT_TONES = {
    rules.DRAWN: "planned",
    rules.INVITED: "invited",
    rules.CONFIRMED: "info",
    rules.CHECKED_IN: "called",
    rules.WITH_OFFICIAL: "serving",
    rules.MET: "done",
    rules.NO_SHOW: "no_show",
    rules.CANCELLED: "left",
}
ACTS = {
    "confirm": _l("Says they will come"),
    "check_in": _l("Is at the door"),
    "take": _l("Goes in to the official"),
    "finish": _l("Was received"),
    "absent": _l("Didn't come"),
    "cancel": _l("Take off the list"),
}
_CONFLICTS = {
    rules.OFFICIAL_TWICE: _l("The same official is planned twice at once."),
    rules.DESK_TWICE: _l("Another official sits at this desk at the same time."),
    rules.OUTSIDE_HOURS: _l("The desk isn't open during all of this time."),
    rules.DAY_OFF: _l("This is a day off."),
}


def conflict(found: Conflict) -> str:
    """What speaks against a session."""
    return str(_CONFLICTS[found.kind])


def state(line: SessionLine, missed: bool) -> str:
    """Its state; for one whose official is missing, that."""
    return gettext("official missing") if missed else str(STATES[line.state])


def tone(line: SessionLine, missed: bool) -> str:
    """Of the state's word."""
    return "bad" if missed else TONES[line.state]


def where(line: SessionLine, names: Catalogue) -> str:
    """Short, for staff: the desk's number and name, the line, the place."""
    desk = names.desks.get(line.desk_id or 0)
    parts = ["" if desk is None else f"{desk.number} {desk.short}", line.where_text, line.line]
    return " – ".join(part for part in parts if part)


def deputies(line: SessionLine) -> str:
    """As the form takes them: one a line, with a comma before the position."""
    return "\n".join(f"{one.name}، {one.position}" if one.position else one.name for one in line.attendees)


def desk_options(names: Catalogue) -> list[tuple[int, str]]:
    """The desks to choose from."""
    return [(desk.id, f"{desk.number} – {desk.short}") for desk in names.working_desks()]


def official_options(officials: Mapping[int, Official]) -> list[tuple[int, str]]:
    """The officials to choose from."""
    return [(one.id, one.name) for one in officials.values()]


def site_options(names: Catalogue) -> list[tuple[int, str]]:
    """The sites to choose from."""
    return [(site.id, site.short) for site in names.offered_sites()]


def meeting_where(line: MeetingLine, names: Catalogue) -> str:
    """Where people are received."""
    site = names.sites.get(line.site_id or 0)
    return " – ".join(part for part in ("" if site is None else site.name, line.where_text) if part)
