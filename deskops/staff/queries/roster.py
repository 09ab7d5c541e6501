"""Who works when: shifts with the people in them and what they lack, in a draft or in the plan that stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.desks.models import Desk
from deskops.staff import rules
from deskops.staff.models import DeskShift, RosterEntry, Shift, StaffMember
from deskops.staff.queries.drafts import RosterLine
from deskops.staff.queries.problem import around
from deskops.staff.rostering.costing import lack_of
from deskops.staff.rostering.fitting import ranked
from deskops.staff.rostering.problem import Person, Shortfall, Slot

SLOTS, SHIFTS, STAFF, ENTRIES, DESKS = (
    table_of(DeskShift), table_of(Shift), table_of(StaffMember), table_of(RosterEntry), table_of(Desk),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class InShift:
    """Somebody in a shift. `state` as in rules.SHIFT_STATES; `confirmed`: they said that they come."""

    staff_id: int
    name: str
    home_desk_id: int | None
    supervises: bool
    languages: tuple[str, ...]
    state: str
    overrides: tuple[str, ...]
    confirmed: bool


@dataclass(frozen=True)
class Filled:
    """A shift with its people, and what it lacks."""

    id: int
    desk_id: int
    day: date
    starts_at: datetime
    ends_at: datetime
    minimum: int
    target: int
    supervisors: int
    languages: tuple[str, ...]
    people: list[InShift]
    lack: Shortfall

    @property
    def counted(self) -> int:
        """How many stand in it: who can't come, or didn't, is none of them."""
        return sum(one.state in rules.COVERS for one in self.people)

    @property
    def is_short(self) -> bool:
        """Whether it lacks what it can't do without."""
        return bool(self.lack.below_minimum or self.lack.supervisors or self.lack.languages)

    def as_json(self) -> dict[str, Any]:
        """Times in ISO 8601, UTC."""
        names = ("id", "desk_id", "minimum", "target", "supervisors")
        times = {name: getattr(self, name).isoformat() for name in ("day", "starts_at", "ends_at")}
        people = [{name: getattr(one, name) for name in InShift.__slots__} for one in self.people]
        lack = {
            "below_minimum": self.lack.below_minimum, "below_target": self.lack.below_target,
            "supervisors": self.lack.supervisors, "languages": sorted(self.lack.languages),
        }  # fmt: skip
        plain = {name: getattr(self, name) for name in names}
        return plain | times | {"languages": list(self.languages), "people": people, "lack": lack}


def filled_on(
    session: Session,
    trip_id: int,
    day: date,
    desk_ids: Collection[int] | None,
    draft: RosterLine | None = None,
) -> list[Filled]:
    """A day's shifts in order of time, at some desks or (None) all."""
    condition = (SLOTS.c.trip_id == trip_id) & (SLOTS.c.day == day)
    if desk_ids is not None:
        condition &= SLOTS.c.desk_id.in_(desk_ids)
    return filled(session, condition, draft)


def filled_one(
    session: Session, trip_id: int, slot_id: int, draft: RosterLine | None = None
) -> Filled | None:
    """One shift; None where it isn't the trip's."""
    found = filled(session, (SLOTS.c.trip_id == trip_id) & (SLOTS.c.id == slot_id), draft)
    return found[0] if found else None


@dataclass(frozen=True)
class CandidateLine:
    """Somebody who could take a shift; `gain` is by how much the roster gets better."""

    staff_id: int
    name: str
    home_desk_id: int | None
    supervises: bool
    languages: tuple[str, ...]
    gain: float
    away_from_home: bool
    shifts: int


def candidates(
    session: Session, trip_id: int, slot_id: int, draft: RosterLine | None = None, most: int = 12
) -> list[CandidateLine]:
    """Who could take a shift without breaking a rule, best first; nobody where it has its target. Raises NotFound."""
    found = around(session, trip_id, slot_id, None if draft is None else draft.id)
    best = ranked(found.problem, found.assignments, slot_id, found.asked, most)
    people = people_by_id(session, trip_id, [one.person for one in best])
    return [
        CandidateLine(
            one.person,
            people[one.person].name,
            people[one.person].home_desk_id,
            people[one.person].role == rules.DESK_HEAD,
            tuple(people[one.person].languages.split(",")),
            one.gain,
            one.away_from_home,
            one.shifts,
        )
        for one in best
    ]


def people_by_id(session: Session, trip_id: int, ids: Collection[int]) -> dict[int, Any]:
    """Rows of people: name, home_desk_id, role, languages."""
    columns = [STAFF.c[name] for name in ("id", "name", "home_desk_id", "role", "languages")]
    rows: dict[int, Any] = {}
    wanted = sorted(ids)
    for begin in range(0, len(wanted), 500):
        some = STAFF.c.id.in_(wanted[begin : begin + 500])
        query = select(*columns).where(STAFF.c.trip_id == trip_id, some)
        rows |= {row.id: row for row in session.execute(query)}
    return rows


def slots_by_id(session: Session, trip_id: int, ids: Collection[int]) -> dict[int, Any]:
    """Rows of desks' shifts: desk_id, day, starts_at, ends_at."""
    columns = [SLOTS.c[name] for name in ("id", "desk_id", "day", "starts_at", "ends_at")]
    query = select(*columns).where(SLOTS.c.trip_id == trip_id)
    wanted = set(ids)
    return {row.id: row for row in session.execute(query) if row.id in wanted}


def slots_at(session: Session, trip_id: int, desk_id: int) -> set[int]:
    """The ids of a desk's shifts."""
    query = select(SLOTS.c.id).where(SLOTS.c.trip_id == trip_id, SLOTS.c.desk_id == desk_id)
    return set(session.scalars(query))


def filled(session: Session, condition: ColumnElement[bool], draft: RosterLine | None) -> list[Filled]:
    """The shifts of desks that this holds for, in order of time."""
    slots = session.execute(select(SLOTS).where(condition).order_by(SLOTS.c.starts_at, SLOTS.c.id)).all()
    there: dict[int, list[InShift]] = defaultdict(list)
    for slot_id, one in _standing(session, condition, draft):
        there[slot_id].append(one)
    if draft is not None:
        for slot_id, one in _drafted(session, condition, draft):
            there[slot_id].append(one)
    return [_row(slot, there.get(slot.id, [])) for slot in slots]


def _standing(
    session: Session, condition: ColumnElement[bool], draft: RosterLine | None
) -> Sequence[tuple[int, InShift]]:
    query = _people(SHIFTS.c.desk_shift_id, SHIFTS.c.state, SHIFTS.c.overrides, SHIFTS.c.confirmed_at)
    query = query.join(SHIFTS, SHIFTS.c.staff_id == STAFF.c.id)
    query = query.join(SLOTS, SLOTS.c.id == SHIFTS.c.desk_shift_id)
    query = query.where(condition, SHIFTS.c.state != rules.DROPPED)
    if draft is not None:
        query = query.where(SLOTS.c.starts_at < draft.from_at)
    return [
        (row.desk_shift_id, _in_shift(row, row.state, row.confirmed_at is not None))
        for row in session.execute(query)
    ]


def _drafted(
    session: Session, condition: ColumnElement[bool], draft: RosterLine
) -> Sequence[tuple[int, InShift]]:
    query = _people(ENTRIES.c.desk_shift_id, ENTRIES.c.overrides)
    query = query.join(ENTRIES, ENTRIES.c.staff_id == STAFF.c.id)
    query = query.join(SLOTS, SLOTS.c.id == ENTRIES.c.desk_shift_id)
    query = query.where(condition, ENTRIES.c.roster_id == draft.id, STAFF.c.retired_at.is_(None))
    return [(row.desk_shift_id, _in_shift(row, rules.PLANNED, False)) for row in session.execute(query)]


def _people(*columns: Any) -> Any:
    known = (STAFF.c[name] for name in ("name", "home_desk_id", "role", "languages"))
    return select(STAFF.c.id.label("staff_id"), *known, *columns).order_by(STAFF.c.role, STAFF.c.name)


def _in_shift(row: Any, state: str, confirmed: bool) -> InShift:
    return InShift(
        row.staff_id,
        row.name,
        row.home_desk_id,
        row.role == rules.DESK_HEAD,
        tuple(code for code in row.languages.split(",") if code),
        state,
        tuple(row.overrides),
        confirmed,
    )


def _row(slot: Any, people: list[InShift]) -> Filled:
    spoken = tuple(code for code in slot.languages.split(",") if code)
    need = Slot(slot.id, slot.desk_id, 0, 0, slot.minimum, slot.target, slot.supervisors, frozenset(spoken))
    covering = [_counted(one) for one in people if one.state in rules.COVERS]
    names = ("id", "desk_id", "day", "starts_at", "ends_at", "minimum", "target", "supervisors")
    facts = {name: getattr(slot, name) for name in names}
    return Filled(**facts, languages=spoken, people=people, lack=lack_of(need, covering))


def _counted(one: InShift) -> Person:
    return Person(one.staff_id, None, frozenset(), one.supervises, frozenset(one.languages), 0)
