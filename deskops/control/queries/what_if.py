"""What if: a desk closed at a time, counters more or fewer from a time on; the waits with and without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from deskops.balancing.fluid import HORIZON_MINUTES, Look
from deskops.balancing.what_if import Changes, Closing, Step
from deskops.control.queries.forecast import Prospect, prospect
from deskops.control.queries.trouble import Ahead, desk_ahead, place_ahead
from deskops.core import clock
from deskops.core.dates import digits
from deskops.core.errors import InvalidInput
from deskops.core.i18n import gettext
from deskops.desks.models import Trip
from deskops.desks.queries import Catalogue, catalogue

CLOSE, MORE, FEWER = "close", "more", "fewer"
KINDS = (MORE, FEWER, CLOSE)
LOOKS = (30.0, 60.0, 90.0)
# After the last change people look at least so far on; nobody foresees more than half a day.
AFTER_LAST_MINUTES = 60.0
LONGEST_MINUTES = 12 * 60.0
# A minute that was typed a moment ago isn't over.
_GRACE_MINUTES = 2.0
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Imagined:
    """One change: of a desk, or of all desks of a site. `at`: (hour, minute) of today; None is now."""

    kind: str
    desk_id: int | None
    site_id: int | None
    counters: int
    at: tuple[int, int] | None


@dataclass(frozen=True)
class Compared:
    """The waits at one minute, as it goes on and as imagined."""

    without: Ahead
    imagined: Ahead


@dataclass(frozen=True)
class Line:
    """A desk, or a place (0 the phone), and its looks."""

    id: int
    looks: list[Compared]

    @property
    def matters(self) -> bool:
        """Whether anybody waits there, either way."""
        return any(max(look.without.oldest, look.imagined.oldest) >= 1.0 for look in self.looks)

    @property
    def effect(self) -> tuple[float, float]:
        """The greatest difference that the change makes there: in minutes of waiting, and in people at the end."""
        end = self.looks[-1]
        waits = max(abs(look.imagined.oldest - look.without.oldest) for look in self.looks)
        return waits, abs(end.imagined.waiting - end.without.waiting)


@dataclass(frozen=True)
class Answer:
    """`looks` in minutes from `now`, the last the end. `shared`: what became of counters for a whole site, as (number of the
    change, desk, counters). Person-minutes are all people's waiting until the end, `waiting` who waits then.
    """

    now: datetime
    looks: tuple[float, ...]
    places: list[Line]
    desks: list[Line]
    person_minutes: tuple[float, float]
    waiting: tuple[float, float]
    oldest: tuple[float, float]
    shared: list[tuple[int, int, int]]

    def as_json(self) -> dict[str, Any]:
        """As the API gives it; pairs are `[without, imagined]`."""
        facts = asdict(self) | {"now": self.now.isoformat()}
        facts["shared"] = [
            {"change": number, "desk_id": desk_id, "counters": counters}
            for number, desk_id, counters in self.shared
        ]
        return facts


def what_if(session: Session, trip_id: int, wanted: Sequence[Imagined]) -> Answer:
    """Play what is imagined beside what goes on. Raises NotFound, and InvalidInput by fields such as "changes.0.at"."""
    names = catalogue(session, trip_id)
    now = clock.now()
    zone = ZoneInfo(session.get_one(Trip, trip_id).timezone)
    minutes = [_minute_of(number, change, now, zone) for number, change in enumerate(wanted)]
    end = min(LONGEST_MINUTES, max(HORIZON_MINUTES, *(minute + AFTER_LAST_MINUTES for minute in minutes)))
    known = prospect(session, trip_id, end, LOOKS)
    imagining = _Imagining(known, names)
    for number, (change, minute) in enumerate(zip(wanted, minutes, strict=True)):
        imagining.add(number, change, minute)
    return _answer(known, imagining)


class _Imagining:
    """The changes taken so far, each in sight of those before it."""

    def __init__(self, known: Prospect, names: Catalogue) -> None:
        self._what_if, self._names = known.what_if, names
        self._end = known.looks[-1]
        self.changes = known.planned
        self.touched: set[int] = set()
        self.shared: list[tuple[int, int, int]] = []

    def add(self, number: int, change: Imagined, minute: float) -> None:
        desk_ids = self._desks_of(number, change)
        if minute >= self._end:
            raise _fault(number, "at", gettext("By then all desks are closed. Choose an earlier time."))
        self.touched |= set(desk_ids) if change.site_id is None else set()
        if change.kind == CLOSE:
            closings = tuple(Closing(minute, desk_id) for desk_id in desk_ids)
            self.changes = self.changes.and_also(Changes(closings=closings))
            return
        counters = change.counters if change.kind == MORE else -change.counters
        self._check_counters(number, desk_ids, minute, counters)
        if change.site_id is None:
            steps = [Step(minute, desk_ids[0], counters)]
        else:
            steps = self._what_if.shared_out(self.changes, desk_ids, minute, counters)
            self.shared += _summed(number, steps)
            self.touched |= {step.desk_id for step in steps}
        self.changes = self.changes.with_steps(steps)

    def _desks_of(self, number: int, change: Imagined) -> list[int]:
        known = self._what_if.counts
        working = [desk for desk in self._names.working_desks() if desk.id in known]
        if change.site_id is not None:
            found = [desk.id for desk in working if desk.site_id == change.site_id]
        else:
            found = [desk.id for desk in working if desk.id == change.desk_id]
        if not found:
            raise _fault(
                number, "where", gettext("Choose a desk or a site of this trip at which desks work.")
            )
        return found

    def _check_counters(self, number: int, desk_ids: Sequence[int], minute: float, counters: int) -> None:
        there = sum(
            self.changes.counters_at(self._what_if.counts[desk_id], desk_id, minute) for desk_id in desk_ids
        )
        if -counters > there:
            text = gettext(
                "Only %(num)s counters are open there then: no more can be taken.", num=digits(there)
            )
            raise _fault(number, "counters", text)


def _summed(number: int, steps: Sequence[Step]) -> list[tuple[int, int, int]]:
    counters: dict[int, int] = {}
    for step in steps:
        counters[step.desk_id] = counters.get(step.desk_id, 0) + step.counters
    return [(number, desk_id, count) for desk_id, count in counters.items()]


def _minute_of(number: int, change: Imagined, now: datetime, zone: ZoneInfo) -> float:
    """Minutes from now; today's times only."""
    if change.at is None:
        return 0.0
    hour, minute = change.at
    local = now.astimezone(zone)
    at = (local.replace(hour=hour, minute=minute, second=0, microsecond=0) - local) / _MINUTE
    if at < -_GRACE_MINUTES:
        raise _fault(
            number, "at", gettext("This time is over. Choose a later one, or leave it empty for now.")
        )
    return max(0.0, at)


def _fault(number: int, field: str, text: str) -> InvalidInput:
    return InvalidInput({f"changes.{number}.{field}": text})


def _answer(known: Prospect, imagining: _Imagining) -> Answer:
    without, imagined = (known.what_if.play(changes) for changes in (known.planned, imagining.changes))
    pairs = list(zip(without.looks, imagined.looks, strict=True))

    def at_desk(desk_id: int, pair: tuple[Look, Look]) -> Compared:
        return Compared(*(desk_ahead(known, desk_id, look) for look in pair))

    desks = [Line(desk.desk_id, [at_desk(desk.desk_id, pair) for pair in pairs]) for desk in known.desks]
    places = [
        Line(place.place, [Compared(*(place_ahead(place.place, look) for look in pair)) for pair in pairs])
        for place in known.places
    ]
    return Answer(
        now=known.now,
        looks=known.looks,
        places=places,
        desks=[line for line in desks if line.matters or line.id in imagining.touched],
        person_minutes=(without.person_minutes, imagined.person_minutes),
        waiting=(without.waiting, imagined.waiting),
        oldest=(_longest(without.oldest_minutes.values()), _longest(imagined.oldest_minutes.values())),
        shared=imagining.shared,
    )


def _longest(minutes: Iterable[float]) -> float:
    return max(minutes, default=0.0)
