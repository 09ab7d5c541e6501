"""Rosters in the making, and what would change if a draft became the plan."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.models import User
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.staff import rules
from deskops.staff.models import DeskShift, Roster, RosterEntry, Shift, StaffAbsence, StaffMember

ROSTERS, ENTRIES, SLOTS = table_of(Roster), table_of(RosterEntry), table_of(DeskShift)
SHIFTS, STAFF, ABSENT, USERS = table_of(Shift), table_of(StaffMember), table_of(StaffAbsence), table_of(User)
ACTIVE = (rules.ASKED, rules.SOLVING)


@dataclass(frozen=True)
class RosterLine:
    """A roster as a page shows it; `by` and `decided_by` are names."""

    id: int
    kind: str
    state: str
    from_at: datetime
    progress: Mapping[str, Any]
    figures: Mapping[str, Any]
    asked_at: datetime
    decided_at: datetime | None
    by: str
    version: int

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    def as_json(self) -> dict[str, Any]:
        """Times in ISO 8601, UTC."""
        names = ("id", "kind", "state", "progress", "figures", "version")
        decided = self.decided_at.isoformat() if self.decided_at else None
        times = {"from_at": self.from_at.isoformat(), "asked_at": self.asked_at.isoformat()}
        return {name: getattr(self, name) for name in names} | times | {"decided_at": decided}


def rosters_of(session: Session, trip_id: int, most: int = 20) -> list[RosterLine]:
    """The latest first."""
    return _lines(session, ROSTERS.c.trip_id == trip_id, most)


def roster_line(session: Session, trip_id: int, roster_id: int) -> RosterLine:
    """Raises NotFound."""
    lines = _lines(session, (ROSTERS.c.trip_id == trip_id) & (ROSTERS.c.id == roster_id), 1)
    if not lines:
        raise NotFound()
    return lines[0]


def draft_line(session: Session, trip_id: int, roster_id: int) -> RosterLine:
    """Raises NotFound also where it is no draft any more."""
    line = roster_line(session, trip_id, roster_id)
    if line.state != rules.DRAFT:
        raise NotFound()
    return line


@dataclass(frozen=True)
class Added:
    staff_id: int
    slot_id: int
    overrides: tuple[str, ...]


@dataclass(frozen=True)
class Removed:
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
        given = sorted((one.staff_id, one.slot_id, one.overrides) for one in self.added)
        lost = sorted((one.staff_id, one.slot_id, one.shift_id) for one in self.removed)
        digest = hashlib.sha256(json.dumps([given, lost, self.left_out]).encode()).hexdigest()
        object.__setattr__(self, "sign", digest[:24])

    def by_person(self) -> dict[int, tuple[list[int], list[int]]]:
        """Of everybody for whom something changes: the shifts that they lose, and those that they get."""
        found: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for lost in self.removed:
            found[lost.staff_id][0].append(lost.slot_id)
        for gained in self.added:
            found[gained.staff_id][1].append(gained.slot_id)
        return dict(found)


def difference(session: Session, roster: RosterLine | Roster, trip_id: int, now: datetime) -> Difference:
    """As things are now: what has begun, who has come, who is retired and who is absent since stay out of it."""
    ahead = SLOTS.c.starts_at >= roster.from_at, SLOTS.c.starts_at > now
    absences = _absences(session, trip_id)
    wanted: dict[tuple[int, int], tuple[str, ...]] = {}
    left_out = 0
    columns = ENTRIES.c.staff_id, ENTRIES.c.overrides, STAFF.c.retired_at
    query = (
        select(SLOTS.c.id, SLOTS.c.starts_at, SLOTS.c.ends_at, *columns)
        .join(ENTRIES, ENTRIES.c.desk_shift_id == SLOTS.c.id)
        .join(STAFF, STAFF.c.id == ENTRIES.c.staff_id)
        .where(ENTRIES.c.roster_id == roster.id, *ahead)
    )
    for row in session.execute(query):
        away = any(
            row.starts_at < ends and begins < row.ends_at for begins, ends in absences.get(row.staff_id, ())
        )
        if row.retired_at is not None or (away and "free" not in row.overrides):
            left_out += 1
        else:
            wanted[row.staff_id, row.id] = tuple(row.overrides)
    current = _current(session, trip_id, ahead)
    return Difference(
        added=[Added(*key, overrides) for key, overrides in wanted.items() if key not in current],
        removed=[
            Removed(*key, row.id)
            for key, row in current.items()
            if key not in wanted and row.state == rules.PLANNED
        ],
        left_out=left_out,
    )


def _current(session: Session, trip_id: int, ahead: Iterable[Any]) -> dict[tuple[int, int], Any]:
    query = (
        select(SHIFTS.c.id, SHIFTS.c.staff_id, SHIFTS.c.desk_shift_id, SHIFTS.c.state)
        .join(SLOTS, SLOTS.c.id == SHIFTS.c.desk_shift_id)
        .where(SLOTS.c.trip_id == trip_id, SHIFTS.c.state.in_(rules.COVERS), *ahead)
    )
    return {(row.staff_id, row.desk_shift_id): row for row in session.execute(query)}


def _absences(session: Session, trip_id: int) -> dict[int, list[tuple[datetime, datetime]]]:
    query = select(ABSENT.c.staff_id, ABSENT.c.starts_at, ABSENT.c.ends_at)
    query = query.join(STAFF, STAFF.c.id == ABSENT.c.staff_id).where(STAFF.c.trip_id == trip_id)
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in session.execute(query):
        found[row.staff_id].append((row.starts_at, row.ends_at))
    return found


def _lines(session: Session, condition: Any, most: int) -> list[RosterLine]:
    names = (
        "id", "kind", "state", "from_at", "progress", "figures", "asked_at", "decided_at", "version",
    )  # fmt: skip
    columns = [ROSTERS.c[name] for name in names]
    query = select(*columns, USERS.c.name.label("by")).outerjoin(USERS, USERS.c.id == ROSTERS.c.asked_by)
    rows = session.execute(query.where(condition).order_by(ROSTERS.c.id.desc()).limit(most))
    return [RosterLine(**{name: getattr(row, name) for name in names}, by=row.by or "") for row in rows]
