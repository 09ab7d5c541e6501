"""Pure decisions of the coordinators' room: is a desk ready, and whom does a message concern."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

OK, MISSING, UNKNOWN, NOT_NEEDED = "ok", "missing", "unknown", "not_needed"
OFFICIAL, STAFF, LINE, PRINTER, SIGN = "official", "staff", "line", "printer", "sign"
CONNECTION, OPENING, TOPICS, AGENCY = "connection", "opening", "topics", "agency"
CHECKS = (OFFICIAL, STAFF, LINE, PRINTER, SIGN, CONNECTION, OPENING, TOPICS, AGENCY)
# What only a person can know; a sign's printing marks it by itself.
MARKED = (LINE, PRINTER, SIGN)


@dataclass(frozen=True)
class DeskFacts:
    """What is known of a desk. `staff` is the fewest people on duty at any moment of its first day, None without hours;
    `marks` what people found out, by check; `is_due` whether it should be serving now.
    """

    desk_id: int
    places: int
    staff: int | None
    has_official: bool
    takes_calls: bool
    has_line: bool
    has_hours: bool
    has_topic: bool
    has_agency: bool
    is_general: bool
    is_open: bool
    is_due: bool
    is_connected: bool
    marks: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A check's outcome. `reason` is the code of its words, which also say what to do."""

    name: str
    state: str
    reason: str


def begun(desks: Iterable[DeskFacts]) -> frozenset[str]:
    """The lists that somebody began for any desk. What nobody began is unknown of all desks; once begun, gaps are faults."""
    facts = list(desks)
    started = {
        OFFICIAL: any(desk.has_official for desk in facts),
        STAFF: any(desk.staff for desk in facts),
        LINE: any(desk.has_line for desk in facts),
        SIGN: any(SIGN in desk.marks for desk in facts),
    }
    return frozenset(name for name, yes in started.items() if yes)


def checks_of(desk: DeskFacts, begun_lists: Collection[str]) -> list[Check]:
    """Every check of a desk, in the order of CHECKS."""

    def gap(name: str, reason: str) -> Check:
        return (
            Check(name, MISSING, reason) if name in begun_lists else Check(name, UNKNOWN, f"{name}_not_begun")
        )

    return [
        Check(OFFICIAL, OK, "official_named") if desk.has_official else gap(OFFICIAL, "official_missing"),
        _staff(desk, gap(STAFF, "staff_short")),
        _line(desk, gap(LINE, "line_missing")),
        _marked(desk, PRINTER, Check(PRINTER, UNKNOWN, "printer_unknown")),
        _marked(desk, SIGN, gap(SIGN, "sign_missing")),
        _connection(desk),
        _opening(desk),
        Check(TOPICS, OK, "topics_set") if desk.has_topic else Check(TOPICS, MISSING, "topics_missing"),
        _agency(desk),
    ]


def _staff(desk: DeskFacts, gap: Check) -> Check:
    if not desk.places:
        return Check(STAFF, MISSING, "places_missing")
    if desk.staff is None:
        return Check(STAFF, UNKNOWN, "staff_without_hours")
    return Check(STAFF, OK, "staff_enough") if desk.staff >= desk.places else gap


def _line(desk: DeskFacts, gap: Check) -> Check:
    if not desk.takes_calls:
        return Check(LINE, NOT_NEEDED, "line_not_needed")
    if not desk.has_line:
        return gap
    return _marked(desk, LINE, Check(LINE, UNKNOWN, "line_not_tried"))


def _marked(desk: DeskFacts, name: str, otherwise: Check) -> Check:
    good = desk.marks.get(name)
    if good is None:
        return otherwise
    return Check(name, OK, f"{name}_good") if good else Check(name, MISSING, f"{name}_bad")


def _connection(desk: DeskFacts) -> Check:
    if desk.is_connected:
        return Check(CONNECTION, OK, "connected")
    if desk.is_due:
        return Check(CONNECTION, MISSING, "not_connected")
    return Check(CONNECTION, UNKNOWN, "not_yet_connected")


def _opening(desk: DeskFacts) -> Check:
    if not desk.has_hours:
        return Check(OPENING, MISSING, "hours_missing")
    if desk.is_due and not desk.is_open:
        return Check(OPENING, MISSING, "not_open")
    return Check(OPENING, OK, "hours_set")


def _agency(desk: DeskFacts) -> Check:
    if desk.has_agency:
        return Check(AGENCY, OK, "agency_set")
    return (
        Check(AGENCY, NOT_NEEDED, "agency_general")
        if desk.is_general
        else Check(AGENCY, MISSING, "agency_missing")
    )


def readiness(states: Iterable[str]) -> str:
    """Of many the worst: MISSING is red, UNKNOWN amber; green where nothing of either is left."""
    found = set(states)
    return next((state for state in (MISSING, UNKNOWN) if state in found), OK)


def fewest_on_duty(shifts: Sequence[tuple[datetime, datetime]], begins: datetime, ends: datetime) -> int:
    """How many of the shifts run at the moment between begin and end at which there are fewest."""
    moments = [begins] + [end for _, end in shifts if begins < end < ends]
    return min(sum(start <= moment < end for start, end in shifts) for moment in moments)


SHARE_OUT, KEEP = "share_out", "keep"
CHOICES = (SHARE_OUT, KEEP)

ALL, SITE, DESK, ROLE = "all", "site", "desk", "role"
AIMS = (ALL, SITE, DESK, ROLE)
# Whoever did not look for so long learns it by other ways.
SHOWN_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Aim:
    """Whom a message is for."""

    aim: str
    site_id: int | None = None
    desk_id: int | None = None
    role: str = ""


@dataclass(frozen=True)
class Reader:
    """Somebody who may be concerned: their roles in the trip, and the desks that they belong to or sit at."""

    user_id: int
    roles: frozenset[str]
    desk_ids: frozenset[int]


def concerns(aim: Aim, reader: Reader, sites: Mapping[int, int]) -> bool:
    """Whether a message is for somebody. `sites` maps desks to their sites."""
    if aim.aim == ROLE:
        return aim.role in reader.roles
    if aim.aim == DESK:
        return aim.desk_id in reader.desk_ids
    if aim.aim == SITE:
        return any(sites.get(desk_id) == aim.site_id for desk_id in reader.desk_ids)
    return True
