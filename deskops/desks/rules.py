"""Pure decisions on what is set up."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol, TypeVar

from pydantic import ConfigDict, with_config

from deskops.core.text import search_words

PLANNED, OPEN, PAUSED, CLOSED, FAILED = "planned", "open", "paused", "closed", "failed"
# Serves those who wait for it already, and takes nobody new.
CLOSING = "closing"
DESK_STATES = (PLANNED, OPEN, PAUSED, CLOSING, CLOSED, FAILED)
SERVING_STATES = frozenset({OPEN, CLOSING})
NEEDS_REASON = frozenset({PAUSED, FAILED})

_DESK_MOVES: dict[str, frozenset[str]] = {
    PLANNED: frozenset({OPEN, CLOSED}),
    OPEN: frozenset({PAUSED, CLOSING, CLOSED, FAILED}),
    CLOSING: frozenset({OPEN, PAUSED, CLOSED, FAILED}),
    PAUSED: frozenset({OPEN, CLOSED, FAILED}),
    CLOSED: frozenset({OPEN}),
    FAILED: frozenset({OPEN, CLOSED}),
}

OWN_FACTOR = 1.0
MAX_PLACES = 200
TRIP, OFFICE = "trip", "office"
PREPARATION, LIVE, FOLLOW_UP, CLOSED_PHASE = "preparation", "live", "follow_up", "closed"
PHASES = (PREPARATION, LIVE, FOLLOW_UP, CLOSED_PHASE)


def desk_may_become(state: str, wanted: str) -> bool:
    """Whether a desk in one state can be put into another."""
    return wanted in _DESK_MOVES.get(state, frozenset())


def next_desk_states(state: str) -> tuple[str, ...]:
    """The states a desk can be put into, in the order they are offered."""
    return tuple(wanted for wanted in DESK_STATES if desk_may_become(state, wanted))


def place_kind(is_headquarters: bool) -> str:
    """What a desk's places are unless somebody says otherwise: phones at a call headquarters, else
    counters.
    """
    return "phone" if is_headquarters else "counter"


# People share counters and relieve one another, so a desk can need more of them than it has places.
MAX_PEOPLE = 2 * MAX_PLACES
# With so many places somebody has to look after the others.
_SUPERVISED_FROM = 3


# A misspelt key in a file must be refused, not left out.
@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """How many people a desk needs while it is open: `minimum` it can't do without, `target` is meant, `supervisors` of
    the minimum supervise, and each of `languages` is spoken by somebody.
    """

    minimum: int
    target: int
    supervisors: int = 0
    languages: tuple[str, ...] = ()


def usual_need(places: int) -> Need:
    """What a desk with so many places needs unless somebody says otherwise: half of them served, all as the aim."""
    places = max(1, places)
    return Need(minimum=(places + 1) // 2, target=places, supervisors=int(places >= _SUPERVISED_FROM))


def need_fault(need: Need) -> str | None:
    """The field in which a need contradicts itself; None where it doesn't."""
    if not 1 <= need.minimum <= MAX_PEOPLE:
        return "minimum"
    if not need.minimum <= need.target <= MAX_PEOPLE:
        return "target"
    return None if 0 <= need.supervisors <= need.minimum else "supervisors"


DAY_MINUTES = 24 * 60
OpeningHours = tuple[int, int]


def hours_fit(opens: int, closes: int) -> bool:
    """Whether hours lie within one day and end after they begin; minutes from midnight."""
    return 0 <= opens < closes <= DAY_MINUTES


def planned_state(
    days: Mapping[date, OpeningHours], today: date, minute: int
) -> tuple[str, date, int] | None:
    """What the plan says last, and when: open or closing, the day and its minute; None where nothing was planned so far.

    Hours up to midnight that go on the next day at 00:00 are one stretch.
    """
    past = [instant for instant in _planned_instants(days) if (instant[0], instant[1]) <= (today, minute)]
    if not past:
        return None
    day, at, state = max(past)
    return state, day, at


def next_closing(days: Mapping[date, OpeningHours], today: date, minute: int) -> tuple[date, int] | None:
    """When the plan closes a desk next, after this minute: the day and its minute; None where it doesn't."""
    ahead = [(day, at) for day, at, state in _planned_instants(days) if state == CLOSING]
    return min((instant for instant in ahead if instant > (today, minute)), default=None)


def _planned_instants(days: Mapping[date, OpeningHours]) -> list[tuple[date, int, str]]:
    instants = []
    for day, (opens, closes) in days.items():
        instants.append((day, opens, OPEN))
        if closes < DAY_MINUTES or days.get(day + timedelta(days=1), (1, 1))[0] != 0:
            instants.append((day, closes, CLOSING))
    return instants


EXPIRED, UNREVIEWED = "expired", "unreviewed"
_MOST_GAP_WORDS = 6
_LONGEST_GAP_WORD = 18
# So many digits may be somebody's: a national ID, a phone number, a case's number, also typed in parts.
_DIGITS_OF_SOMEBODY = 5
_DIGIT = re.compile(r"\d")


def out_of_date(good_until: date | None, reviewed_on: date, review_months: int, today: date) -> str | None:
    """Why a guidance card isn't to be relied on: its last good day is past, or nobody looked at it for so many months."""
    if good_until is not None and good_until < today:
        return EXPIRED
    return UNREVIEWED if months_after(reviewed_on, review_months) < today else None


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months on, or that month's last where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def gap_words(query: str) -> str | None:
    """What may be kept of a search that found no card: its folded words without anything that looks like a number of
    somebody's. None where no word of two letters remains.
    """
    words = search_words(query)
    if len(_DIGIT.findall(" ".join(words))) >= _DIGITS_OF_SOMEBODY:
        words = tuple(word for word in words if not _DIGIT.search(word))
    kept = [word[:_LONGEST_GAP_WORD] for word in words[:_MOST_GAP_WORDS]]
    return " ".join(kept) if any(len(word) > 1 and not word.isdigit() for word in kept) else None


WEEK = ("sat", "sun", "mon", "tue", "wed", "thu", "fri")
# Where neither agency nor trip says otherwise.
USUAL_DAYS_OFF = "fri"
_BY_WEEKDAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Calendar:
    """When somebody works, as they say it themselves. `days_off` names days of WEEK, none where they go by whoever is
    above; `days` are those out of the week's order: True works, False is off.
    """

    days_off: frozenset[str] = frozenset()
    days: Mapping[date, bool] = field(default_factory=dict)


def works_on(chain: Sequence[Calendar], day: date) -> bool:
    """Whether an agency works on a day. `chain` is its own calendar, those of the agencies above it, and the trip's last:
    the nearest that says anything of the day decides, then the nearest that says anything of the week.
    """
    named = next((calendar.days[day] for calendar in chain if day in calendar.days), None)
    if named is not None:
        return named
    week = next((calendar.days_off for calendar in chain if calendar.days_off), frozenset())
    return _BY_WEEKDAY[day.weekday()] not in week


def working_days(chain: Sequence[Calendar], first: date, last: date) -> list[date]:
    """The days on which an agency works from one day to another, both counted in."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if works_on(chain, day)]


class HasParent(Protocol):
    """A node of a tree: an agency or a topic."""

    @property
    def id(self) -> int:
        """Its own key."""

    @property
    def parent_id(self) -> int | None:
        """The key of the node above; None at the top."""


Node = TypeVar("Node", bound=HasParent)


def in_tree_order(nodes: Iterable[Node]) -> list[tuple[Node, int]]:
    """Each node behind the one above it, with its depth from 0; siblings keep their order. Whose parent isn't among the
    nodes stands at the top.
    """
    known = {node.id: node for node in nodes}
    below: dict[int | None, list[Node]] = {}
    for node in known.values():
        below.setdefault(node.parent_id if node.parent_id in known else None, []).append(node)
    ordered: list[tuple[Node, int]] = []
    to_do = [(node, 0) for node in reversed(below.get(None, []))]
    while to_do:
        node, depth = to_do.pop()
        ordered.append((node, depth))
        to_do += [(child, depth + 1) for child in reversed(below.get(node.id, []))]
    return ordered


def is_within(parents: Mapping[int, int | None], node: int | None, branch: int) -> bool:
    """Whether a node is `branch` itself or stands anywhere below it. `parents` maps each key to the one above."""
    seen: set[int] = set()
    while node is not None and node not in seen:
        if node == branch:
            return True
        seen.add(node)
        node = parents.get(node)
    return False


def takers(merged_into: Mapping[int, int | None]) -> dict[int, int]:
    """Which topic takes the demands of each merged one now, at the end of however many mergers."""
    found = {}
    for topic, target in merged_into.items():
        while target is not None and (further := merged_into.get(target)) is not None:
            target = further
        if target is not None:
            found[topic] = target
    return found
