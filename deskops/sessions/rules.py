"""Pure decisions on officials' hours and meetings: their states, the days of a schedule, what overlaps, and what came of
them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from deskops.desks.rules import WEEK

PLANNED, ANNOUNCED, UNDER_WAY, OVER, CANCELLED = "planned", "announced", "under_way", "over", "cancelled"
SESSION_STATES = (PLANNED, ANNOUNCED, UNDER_WAY, OVER, CANCELLED)
# Nobody has come yet, and somebody still may.
EXPECTED = frozenset({PLANNED, ANNOUNCED})
WALK_IN, CALL, BOTH = "walk_in", "call", "both"
CHANNELS = (WALK_IN, CALL, BOTH)

DAILY, EVERY_OTHER_DAY, WEEKLY, ONCE = "daily", "other_day", "weekly", "once"
PATTERNS = (DAILY, EVERY_OTHER_DAY, WEEKLY, ONCE)
# A schedule is laid for a year at most.
MOST_DAYS = 366
MOST_DEPUTIES = 12

# An official can sit down so long before the announced time; who hasn't come so long after it is missing.
EARLY, LATE_AFTER = timedelta(minutes=60), timedelta(minutes=15)
# So long after its end, a session that nobody ended is over by itself.
ENDS_AFTER = timedelta(minutes=60)
REMIND_BEFORE = timedelta(hours=12)

DRAWN, INVITED, CONFIRMED, CHECKED_IN = "drawn", "invited", "confirmed", "checked_in"
WITH_OFFICIAL, MET, NO_SHOW = "inside", "met", "no_show"
APPOINTMENT_STATES = (DRAWN, INVITED, CONFIRMED, CHECKED_IN, WITH_OFFICIAL, MET, NO_SHOW, CANCELLED)

OFFICIAL_TWICE, DESK_TWICE, OUTSIDE_HOURS, DAY_OFF = (
    "official_twice",
    "desk_twice",
    "outside_hours",
    "day_off",
)


def days_of(pattern: str, first: date, last: date, weekdays: Collection[str]) -> Iterator[date]:
    """The days of a schedule from `first` to `last`, both counted in; `weekdays` are names of WEEK."""
    step = timedelta(days=2 if pattern == EVERY_OTHER_DAY else 1)
    day = first
    while day <= (first if pattern == ONCE else last):
        if pattern != WEEKLY or weekday_name(day) in weekdays:
            yield day
        day += step


def weekday_name(day: date) -> str:
    """The name in WEEK of a day, whose week begins on a Saturday."""
    return WEEK[(day.weekday() + 2) % len(WEEK)]


def is_missed(state: str, starts_at: datetime, now: datetime) -> bool:
    """Whether people may be waiting for an official who hasn't come."""
    return state in EXPECTED and now >= starts_at + LATE_AFTER


def may_come(state: str, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether an official can sit down now; one who left before the end can come back."""
    return state in EXPECTED | {UNDER_WAY, OVER} and starts_at - EARLY <= now < ends_at


@dataclass(frozen=True)
class Span:
    """When somebody is somewhere. `id` None: a meeting, or a session of another trip."""

    id: int | None
    official_id: int
    desk_id: int | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Conflict:
    """What speaks against a session; `with_id` is the other session, where it is one."""

    kind: str
    with_id: int | None = None


def collisions(spans: Sequence[Span]) -> dict[int, list[Conflict]]:
    """By session: the same official twice at once, and two officials at one desk at once."""
    found: dict[int, list[Conflict]] = {}
    under_way: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.starts_at, one.id or 0)):
        under_way = [one for one in under_way if one.ends_at > span.starts_at]
        for other in under_way:
            kind = _collision(span, other)
            if kind is not None:
                _note(found, span, Conflict(kind, other.id))
                _note(found, other, Conflict(kind, span.id))
        under_way.append(span)
    return found


def _collision(one: Span, other: Span) -> str | None:
    if one.official_id == other.official_id:
        return OFFICIAL_TWICE
    return DESK_TWICE if one.desk_id is not None and one.desk_id == other.desk_id else None


def _note(found: dict[int, list[Conflict]], span: Span, conflict: Conflict) -> None:
    if span.id is not None:
        found.setdefault(span.id, []).append(conflict)


@dataclass(frozen=True)
class Step:
    """Something that the log says of a counter: the official sat down there or got up, a person was called there or
    served, or their turn was taken back. `status` is the turn's afterwards.
    """

    kind: str
    place_id: int | None = None
    user_id: int | None = None
    demand_id: int | None = None
    contact_id: int | None = None
    answered: bool = False
    status: str = ""


SAT_DOWN, GOT_UP, CALLED, SERVED, TAKEN_BACK = "sat_down", "got_up", "called", "served", "taken_back"
CONTACT, CONTACT_TAKEN_BACK = "contact", "contact_taken_back"


@dataclass
class Reached:
    """Whom an official's counter reached: demands that were called there, of these the ones that were served, and contacts
    without a demand, of these the ones that were answered.
    """

    called: set[int] = field(default_factory=set)
    served: set[int] = field(default_factory=set)
    contacts: set[int] = field(default_factory=set)
    answered_contacts: set[int] = field(default_factory=set)

    @property
    def attempted(self) -> int:
        """Everybody who got as far as the counter."""
        return len(self.called) + len(self.contacts)

    @property
    def answered(self) -> int:
        """Those to whom the official spoke."""
        return len(self.served) + len(self.answered_contacts)


def reached(steps: Iterable[Step], place_id: int, official_id: int) -> Reached:
    """What a session's stretch of the log says of one counter, while the official sat there and nobody else."""
    found, present = Reached(), True
    for step in steps:
        if step.kind in (SAT_DOWN, GOT_UP) and step.place_id == place_id:
            present = step.kind == SAT_DOWN and step.user_id == official_id
        elif present:
            _take(found, step, place_id)
    return found


def _take(found: Reached, step: Step, place_id: int) -> None:
    if step.contact_id is not None:
        _take_contact(found, step, step.contact_id, place_id)
    elif step.demand_id is not None and step.place_id == place_id:
        _take_turn(found, step, step.demand_id)


def _take_turn(found: Reached, step: Step, demand_id: int) -> None:
    if step.kind != TAKEN_BACK:
        found.called.add(demand_id)
    elif step.status == "waiting" and demand_id not in found.served:
        # The call was a mistake; a service can't be taken back.
        found.called.discard(demand_id)
    if step.kind == SERVED:
        found.served.add(demand_id)


def _take_contact(found: Reached, step: Step, contact_id: int, place_id: int) -> None:
    if step.kind == CONTACT_TAKEN_BACK:
        found.contacts.discard(contact_id)
        found.answered_contacts.discard(contact_id)
    elif step.place_id == place_id:
        found.contacts.add(contact_id)
        if step.answered:
            found.answered_contacts.add(contact_id)


_APPOINTMENT_MOVES: dict[tuple[str, str], str] = {
    (DRAWN, "invite"): INVITED,
    (INVITED, "confirm"): CONFIRMED,
    **{(state, "check_in"): CHECKED_IN for state in (DRAWN, INVITED, CONFIRMED, NO_SHOW)},
    (CHECKED_IN, "take"): WITH_OFFICIAL,
    (WITH_OFFICIAL, "finish"): MET,
    **{(state, "absent"): NO_SHOW for state in (DRAWN, INVITED, CONFIRMED, CHECKED_IN)},
    **{(state, "cancel"): CANCELLED for state in (DRAWN, INVITED, CONFIRMED)},
}
APPOINTMENT_ACTS = ("confirm", "check_in", "take", "finish", "absent", "cancel")
# Who has a slot: the others leave theirs to somebody else.
HAS_SLOT = frozenset(APPOINTMENT_STATES) - {CANCELLED}
MOST_SLOTS = 120


def appointment_after(state: str, act: str) -> str | None:
    """What an act makes of an appointment; None where it doesn't fit."""
    return _APPOINTMENT_MOVES.get((state, act))


def acts_on(state: str) -> tuple[str, ...]:
    """What can be done with an appointment."""
    return tuple(act for act in APPOINTMENT_ACTS if (state, act) in _APPOINTMENT_MOVES)


def slots(starts_at: datetime, ends_at: datetime, minutes: int) -> list[datetime]:
    """When each of a meeting's appointments begins; the last ends in time."""
    length, found, at = timedelta(minutes=minutes), [], starts_at
    while at + length <= ends_at:
        found.append(at)
        at += length
    return found


@dataclass(frozen=True)
class Wish:
    """A demand that asks for a meeting."""

    demand_id: int
    topic_id: int
    asked_at: datetime


def draw(wishes: Collection[Wish], seats: int) -> list[Wish]:
    """Who is received, whoever waits longest first. Each topic gets of the seats what it has of the wishes, so that one
    that many ask about leaves room for the others; what is left over by rounding goes to those who wait longest.
    """
    waiting = sorted(wishes, key=lambda wish: (wish.asked_at, wish.demand_id))
    if len(waiting) <= seats:
        return waiting
    by_topic: dict[int, list[Wish]] = {}
    for wish in waiting:
        by_topic.setdefault(wish.topic_id, []).append(wish)
    chosen = {
        wish for of_topic in by_topic.values() for wish in of_topic[: len(of_topic) * seats // len(waiting)]
    }
    rest = [wish for wish in waiting if wish not in chosen]
    chosen.update(rest[: seats - len(chosen)])
    return [wish for wish in waiting if wish in chosen]
