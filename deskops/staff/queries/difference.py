"""What would change if a draft became the plan that stands. The database compares: there may be ten thousand shifts."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.pacing import paced
from deskops.staff import rules
from deskops.staff.models import DeskShift, Roster, RosterEntry, Shift, StaffAbsence, StaffMember
from deskops.staff.queries.drafts import RosterLine
from deskops.staff.rostering.fitting import FREE

ENTRIES, SLOTS, SHIFTS = table_of(RosterEntry), table_of(DeskShift), table_of(Shift)
STAFF, ABSENT = table_of(StaffMember), table_of(StaffAbsence)


class Added(NamedTuple):
    """Somebody gets a shift."""

    staff_id: int
    slot_id: int
    overrides: tuple[str, ...]


class Removed(NamedTuple):
    """Somebody loses a shift."""

    staff_id: int
    slot_id: int
    shift_id: int


@dataclass(frozen=True)
class Difference:
    """What a draft would change in the plan that stands. `left_out` counts shifts of the draft whose people can't come any
    more; `sign` is another one as soon as anything in it is.
    """

    added: list[Added]
    removed: list[Removed]
    left_out: int
    sign: str = field(init=False)

    def __post_init__(self) -> None:
        told = hashlib.sha256(repr(self.left_out).encode())
        for change in paced(chain(sorted(self.added), sorted(self.removed))):
            told.update(repr(change).encode())
        object.__setattr__(self, "sign", told.hexdigest()[:24])

    def by_person(self) -> dict[int, tuple[list[int], list[int]]]:
        """Of everybody for whom something changes: the shifts that they lose, and those that they get."""
        found: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for lost in paced(self.removed):
            found[lost.staff_id][0].append(lost.slot_id)
        for gained in paced(self.added):
            found[gained.staff_id][1].append(gained.slot_id)
        return dict(found)

    def people(self) -> int:
        """For how many something changes."""
        return len({one.staff_id for one in self.added} | {one.staff_id for one in self.removed})


def difference(session: Session, roster: RosterLine | Roster, trip_id: int, now: datetime) -> Difference:
    """As things are now: what has begun, who has come, who is retired and who is absent since stay out of it."""
    added = additions(roster, now, ENTRIES.c.staff_id, SLOTS.c.id, ENTRIES.c.overrides)
    drafted = (
        exists()
        .where(
            STAFF.c.id == ENTRIES.c.staff_id,
            ENTRIES.c.roster_id == roster.id,
            ENTRIES.c.staff_id == SHIFTS.c.staff_id,
            ENTRIES.c.desk_shift_id == SHIFTS.c.desk_shift_id,
            ~_is_out(),
        )
        .correlate(SHIFTS, SLOTS)
    )
    removed = (
        select(SHIFTS.c.staff_id, SLOTS.c.id, SHIFTS.c.id)
        .join(SLOTS, SLOTS.c.id == SHIFTS.c.desk_shift_id)
        .where(SLOTS.c.trip_id == trip_id, SHIFTS.c.state == rules.PLANNED, _ahead(roster, now), ~drafted)
    )
    left_out = session.scalar(_drafted(roster, now, func.count()).where(_is_out()))
    return Difference(
        added=[Added(person, slot, tuple(broken)) for person, slot, broken in paced(session.execute(added))],
        removed=[Removed(*row) for row in paced(session.execute(removed))],
        left_out=left_out or 0,
    )


def additions(roster: RosterLine | Roster, now: datetime, *columns: Any) -> Select[Any]:
    """The part of the difference that people get: columns of RosterEntry, of its DeskShift and its StaffMember."""
    stands = (
        exists()
        .where(
            SHIFTS.c.staff_id == ENTRIES.c.staff_id,
            SHIFTS.c.desk_shift_id == ENTRIES.c.desk_shift_id,
            SHIFTS.c.state.in_(rules.COVERS),
        )
        .correlate(ENTRIES)
    )
    return _drafted(roster, now, *columns).where(~_is_out(), ~stands)


def _drafted(roster: RosterLine | Roster, now: datetime, *columns: Any) -> Select[Any]:
    joined = ENTRIES.join(SLOTS, SLOTS.c.id == ENTRIES.c.desk_shift_id)
    joined = joined.join(STAFF, STAFF.c.id == ENTRIES.c.staff_id)
    return select(*columns).select_from(joined).where(ENTRIES.c.roster_id == roster.id, _ahead(roster, now))


def _ahead(roster: RosterLine | Roster, now: datetime) -> ColumnElement[bool]:
    return and_(SLOTS.c.starts_at >= roster.from_at, SLOTS.c.starts_at > now)


def _is_out() -> ColumnElement[bool]:
    """Whether somebody who is drafted can't come any more: retired, or away, unless they were put there all the same."""
    away = (
        exists(literal(1))
        .where(
            ABSENT.c.staff_id == ENTRIES.c.staff_id,
            ABSENT.c.starts_at < SLOTS.c.ends_at,
            ABSENT.c.ends_at > SLOTS.c.starts_at,
        )
        .correlate(ENTRIES, SLOTS)
    )
    # A list of codes, as text in every store.
    knowingly = cast(ENTRIES.c.overrides, String).contains(f'"{FREE}"')
    return or_(STAFF.c.retired_at.is_not(None), and_(away, ~knowingly))
