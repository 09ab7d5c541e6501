"""Pure decisions of the coordinators' room: is a desk ready, and whom does a message concern."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from deskops.desks.rules import Need

OK, MISSING, UNKNOWN, NOT_NEEDED = "ok", "missing", "unknown", "not_needed"
# Enough to open with, and less than is meant.
LOW = "low"
OFFICIAL, STAFF, LINE, PRINTER, SIGN = "official", "staff", "line", "printer", "sign"
CONNECTION, OPENING, TOPICS, AGENCY = "connection", "opening", "topics", "agency"
CHECKS = (OFFICIAL, STAFF, LINE, PRINTER, SIGN, CONNECTION, OPENING, TOPICS, AGENCY)
# What only a person can know; a sign's printing marks it by itself.
MARKED = (LINE, PRINTER, SIGN)


class OnDuty(Protocol):
    """Somebody who is at a desk for a while."""

    @property
    def begins(self) -> datetime:
        """The first moment."""

    @property
    def ends(self) -> datetime:
        """The first moment when they have left."""

    @property
    def supervises(self) -> bool:
        """Whether they look after the others."""

    @property
    def languages(self) -> frozenset[str]:
        """Codes of what they speak."""


@dataclass(frozen=True)
class Cover:
    """What a desk has at its weakest moments: the fewest people, the fewest supervisors, and the languages that are spoken
    all the time. `shifts` counts all that touch its hours.
    """

    shifts: int
    people: int
    supervisors: int
    languages: frozenset[str]

    def suffices(self, need: Need) -> bool:
        """Whether a desk can open with it: its target may still be missed."""
        enough = self.people >= need.minimum and self.supervisors >= need.supervisors
        return enough and self.languages >= set(need.languages)


@dataclass(frozen=True)
class Manned:
    """A time for which a desk needs people, and who is planned all of it. `laid`: it is a shift, not all the desk's hours;
    `runs`: it is so now.
    """

    begins: datetime
    ends: datetime
    need: Need
    cover: Cover
    laid: bool = True
    runs: bool = True

    @property
    def rank(self) -> tuple[bool, bool, int, datetime]:
        """By which the worst comes first."""
        has_target = self.cover.people >= self.need.target
        return self.cover.suffices(self.need), has_target, self.cover.people - self.need.minimum, self.begins


@dataclass(frozen=True)
class DeskFacts:
    """What is known of a desk. `need` is the staff that it needs, None where nobody said it; `cover` what is planned of it
    for its first day, None without hours; `laid` are that day's shifts; `at_work` at how many counters somebody is now;
    `marks` what people found out, by check; `is_due` whether it should be serving now.
    """

    desk_id: int
    places: int
    need: Need | None
    cover: Cover | None
    at_work: int
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
    hours: tuple[datetime, datetime] | None = None
    laid: Sequence[Manned] = ()

    def manned(self) -> list[Manned]:
        """What of the first day is to be looked at: its shifts, and all its hours where the shifts don't fill them."""
        if self.need is None or self.cover is None or self.hours is None or fills(self.laid, *self.hours):
            return list(self.laid)
        return [*self.laid, Manned(*self.hours, self.need, self.cover, laid=False, runs=not self.laid)]


@dataclass(frozen=True)
class Check:
    """A check's outcome. `reason` is the code of its words, which also say what to do; `figures` are what stands in them."""

    name: str
    state: str
    reason: str
    figures: Mapping[str, Any] = field(default_factory=dict)


def begun(desks: Iterable[DeskFacts]) -> frozenset[str]:
    """The lists that somebody began for any desk. What nobody began is unknown of all desks; once begun, gaps are faults."""
    facts = list(desks)
    started = {
        OFFICIAL: any(desk.has_official for desk in facts),
        STAFF: any(desk.cover is not None and desk.cover.shifts for desk in facts),
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
        _staff(desk, STAFF in begun_lists),
        _line(desk, gap(LINE, "line_missing")),
        _marked(desk, PRINTER, Check(PRINTER, UNKNOWN, "printer_unknown")),
        _marked(desk, SIGN, gap(SIGN, "sign_missing")),
        _connection(desk),
        _opening(desk),
        Check(TOPICS, OK, "topics_set") if desk.has_topic else Check(TOPICS, MISSING, "topics_missing"),
        _agency(desk),
    ]


def _staff(desk: DeskFacts, begun_planning: bool) -> Check:
    if not desk.places:
        return Check(STAFF, MISSING, "places_missing")
    manned = desk.manned()
    if not manned:
        return Check(STAFF, UNKNOWN, "need_missing" if desk.need is None else "staff_without_hours")
    if not begun_planning:
        return Check(STAFF, UNKNOWN, "staff_not_begun")
    worst = min(manned, key=lambda one: one.rank)
    figures = _figures(worst)
    if not worst.cover.suffices(worst.need):
        return Check(STAFF, MISSING, "staff_short", figures)
    # Whoever supervises need not sit at a counter.
    wanted = max((one.need.minimum - one.need.supervisors for one in manned if one.runs), default=0)
    if desk.is_due and desk.at_work < wanted:
        return Check(STAFF, MISSING, "staff_not_there", {"there": desk.at_work, "wanted": wanted})
    if worst.cover.people < worst.need.target:
        return Check(STAFF, LOW, "staff_below_target", figures)
    return Check(STAFF, OK, "staff_enough", figures)


def _figures(worst: Manned) -> dict[str, Any]:
    """What is planned beside what is needed; `languages` are those that nobody speaks at some moment, `shift` when a shift
    begins and ends.
    """
    need, cover = worst.need, worst.cover
    shift = {"shift": [worst.begins.isoformat(), worst.ends.isoformat()]} if worst.laid else {}
    return shift | {
        "planned": cover.people,
        "minimum": need.minimum,
        "target": need.target,
        "supervising": cover.supervisors,
        "supervisors": need.supervisors,
        "languages": [code for code in need.languages if code not in cover.languages],
    }


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
    """Of many the worst: MISSING is red, UNKNOWN amber, and so is LOW; green where nothing of these is left."""
    found = {UNKNOWN if state == LOW else state for state in states}
    return next((state for state in (MISSING, UNKNOWN) if state in found), OK)


def fills(laid: Sequence[Manned], begins: datetime, ends: datetime) -> bool:
    """Whether some shift is laid at every moment between begin and end."""
    filled = begins
    for one in sorted(laid, key=lambda one: one.begins):
        if one.begins > filled:
            break
        filled = max(filled, one.ends)
    return filled >= ends


def cover_of(duties: Sequence[OnDuty], begins: datetime, ends: datetime) -> Cover:
    """What of the duties there is at every moment between begin and end; people leave at the end of their own."""
    moments = [begins, *(duty.ends for duty in duties if begins < duty.ends < ends)]
    present = [[duty for duty in duties if duty.begins <= moment < duty.ends] for moment in moments]
    return Cover(
        shifts=len(duties),
        people=min(len(there) for there in present),
        supervisors=min(sum(duty.supervises for duty in there) for there in present),
        languages=frozenset.intersection(
            *(frozenset[str]().union(*(duty.languages for duty in there)) for there in present)
        ),
    )


SHARE_OUT, KEEP, CALL_BACK = "share_out", "keep", "call_back"
CHOICES = (SHARE_OUT, KEEP, CALL_BACK)

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
