"""Who was overtaken on a day, by how many and how much, by whom and why; and who waits and has been by now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from heapq import nlargest
from operator import attrgetter
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import Session

from deskops.balancing.fairness import Overtaken, Standing, Turn, overtaken, why
from deskops.control.models import FairnessDay
from deskops.core import journal
from deskops.core.database import table_of
from deskops.demands import rules
from deskops.demands.events import TicketHeld, TicketNotShown, TicketTransferred
from deskops.demands.models import IS_ACTIVE, Ticket

TICKETS, DAYS = table_of(Ticket), table_of(FairnessDay)
LINES = 50
# A day with no more turns than this is looked at as it is asked for, in some 25 milliseconds.
FEW = 1000
_SECONDS = 60.0
_COLUMNS = (
    *("id", "demand_id", "number", "topic_id", "channel", "location", "desk_id", "only_desk_id"),
    *("language", "walk", "bonus_minutes", "registered_at", "serving_at"),
)
_BEFORE = frozenset(event.kind for event in (TicketNotShown, TicketHeld, TicketTransferred))


@dataclass(frozen=True)
class Share:
    """Of those who were served at one place (0: the phone), or about one topic, by its id: all, and who was overtaken."""

    id: int
    served: int
    overtaken: int


@dataclass(frozen=True)
class OvertakenLine:
    """Somebody who was overtaken: `people` is by how many, `minutes` how much earlier the first of them was started than
    they, or, while they wait, than now; `first_…` who that was; `why` a code of balancing.fairness.WHYS.
    """

    demand_id: int
    number: int
    topic_id: int
    location: int
    desk_id: int | None
    people: int
    minutes: float
    why: str
    first_demand_id: int
    first_number: int


@dataclass(frozen=True)
class Fairness:
    """A day as of `at`. `most` are those who were overtaken by the most, `waiting` those of them who wait; urgent people are
    in none of it. `sequence` is how far the journal had come.
    """

    day: date
    at: datetime
    sequence: int
    served: int
    overtaken: int
    places: list[Share]
    topics: list[Share]
    most: list[OvertakenLine]
    waiting: list[OvertakenLine]

    @property
    def share(self) -> float | None:
        """None while nobody was served."""
        return self.overtaken / self.served if self.served else None

    def as_json(self) -> dict[str, Any]:
        """As the table and the API have it."""
        return asdict(self) | {"day": self.day.isoformat(), "at": self.at.isoformat(), "share": self.share}

    @classmethod
    def of_json(cls, data: dict[str, Any]) -> Self:
        """What `as_json` gave."""
        return cls(
            day=date.fromisoformat(data["day"]),
            at=datetime.fromisoformat(data["at"]),
            sequence=data["sequence"],
            served=data["served"],
            overtaken=data["overtaken"],
            places=[Share(**one) for one in data["places"]],
            topics=[Share(**one) for one in data["topics"]],
            most=[OvertakenLine(**one) for one in data["most"]],
            waiting=[OvertakenLine(**one) for one in data["waiting"]],
        )


def fairness(session: Session, trip_id: int, day: date, now: datetime) -> Fairness | None:
    """A day as it is shown: few turns as they are now, many as the worker counted them last; None where it didn't yet."""
    ids = select(TICKETS.c.id).where(TICKETS.c.trip_id == trip_id, TICKETS.c.day == day).limit(FEW + 1)
    if len(session.execute(ids).all()) <= FEW:
        return fairness_of(session, trip_id, day, now)
    known = select(DAYS.c.body).where(DAYS.c.trip_id == trip_id, DAYS.c.day == day)
    body = session.execute(known).scalar()
    return None if body is None else Fairness.of_json(body)


def fairness_of(session: Session, trip_id: int, day: date, now: datetime) -> Fairness:
    """The same from all the day's turns: nearly a second for 33,000 of them."""
    sequence = journal.head(session, trip_id)
    rows = {row.id: row for row in _rows(session, trip_id, day)}
    found = overtaken((_turn(row) for row in rows.values()), _minutes(now))
    served = [row for row in rows.values() if row.serving_at is not None]
    passed = [row for row in served if row.id in found]
    waiting = [row for row in rows.values() if row.serving_at is None and row.id in found]
    most, left = _first_of(passed, found), _first_of(waiting, found)
    before = _waited_before(session, trip_id, [row.demand_id for row in (*most, *left)])
    return Fairness(
        day=day,
        at=now,
        sequence=sequence,
        served=len(served),
        overtaken=len(passed),
        places=_shares(served, passed, "location"),
        topics=_shares(served, passed, "topic_id"),
        most=[_line(row, found[row.id], rows, before) for row in most],
        waiting=[_line(row, found[row.id], rows, before) for row in left],
    )


def _rows(session: Session, trip_id: int, day: date) -> list[Row[Any]]:
    """Who was served, or waits, and isn't urgent."""
    here: tuple[ColumnElement[bool], ...] = (TICKETS.c.trip_id == trip_id, TICKETS.c.day == day)
    waits = IS_ACTIVE & (TICKETS.c.status == rules.WAITING)
    counted = (TICKETS.c.urgent.is_(False), or_(TICKETS.c.serving_at.is_not(None), waits))
    return list(session.execute(select(*(TICKETS.c[name] for name in _COLUMNS)).where(*here, *counted)))


def _turn(row: Row[Any]) -> Turn:
    started = None if row.serving_at is None else _minutes(row.serving_at)
    return Turn(row.id, (row.topic_id, row.channel), _minutes(row.registered_at), started)


def _first_of(rows: Iterable[Row[Any]], found: dict[int, Overtaken]) -> list[Row[Any]]:
    return nlargest(LINES, rows, key=lambda row: found[row.id][:2])


def _shares(served: Iterable[Row[Any]], passed: Iterable[Row[Any]], column: str) -> list[Share]:
    """The highest shares first."""
    all_of, some_of = (Counter(map(attrgetter(column), rows)) for rows in (served, passed))
    shares = [Share(key, count, some_of[key]) for key, count in all_of.items()]
    return sorted(shares, key=lambda one: (-one.overtaken / one.served, -one.served, one.id))


def _line(row: Row[Any], by: Overtaken, rows: dict[int, Row[Any]], before: Collection[int]) -> OvertakenLine:
    first = rows[by.by]
    return OvertakenLine(
        demand_id=row.demand_id,
        number=row.number,
        topic_id=row.topic_id,
        location=row.location,
        desk_id=row.desk_id,
        people=by.people,
        minutes=by.minutes,
        why=why(_standing(row, missed=row.demand_id in before), _standing(first)),
        first_demand_id=first.demand_id,
        first_number=first.number,
    )


def _standing(row: Row[Any], *, missed: bool = False) -> Standing:
    return Standing(
        registered=_minutes(row.registered_at),
        place=row.location,
        bonus_minutes=row.bonus_minutes,
        language=row.language,
        walked=row.walk != "none",
        by_hand=row.only_desk_id is not None,
        missed=missed,
    )


def _waited_before(session: Session, trip_id: int, demand_ids: Collection[int]) -> set[int]:
    """Those who were called and didn't come, were put on hold, or handed on, and so began to wait once more."""
    subjects = [f"demand:{demand_id}" for demand_id in demand_ids]
    entries = journal.entries_of_subjects(session, trip_id, subjects, _BEFORE)
    return {entry.payload["demand_id"] for entry in entries}


def _minutes(instant: datetime) -> float:
    return instant.timestamp() / _SECONDS
