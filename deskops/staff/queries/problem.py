"""The roster as the solver sees it, read from the database. Minutes count from 1970, in UTC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, or_, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.desks.models import Desk, DeskTopic
from deskops.staff import rules
from deskops.staff.models import (
    DeskShift,
    Roster,
    RosterEntry,
    Shift,
    StaffAbsence,
    StaffAvailability,
    StaffMember,
    StaffTopic,
)
from deskops.staff.queries.likely import Bounds, likeliest, there_now, working
from deskops.staff.queries.shifts import settings_of
from deskops.staff.rostering.problem import Assignment, Person, Problem, Slot
from deskops.staff.rules.times import Span, free_spans

SLOTS, SHIFTS, STAFF, ENTRIES = (
    table_of(DeskShift),
    table_of(Shift),
    table_of(StaffMember),
    table_of(RosterEntry),
)
KNOWN, AVAILABLE, ABSENT = table_of(StaffTopic), table_of(StaffAvailability), table_of(StaffAbsence)
DESKS, SKILLS, ROSTERS = table_of(Desk), table_of(DeskTopic), table_of(Roster)


def minute(instant: datetime) -> int:
    """A moment as the solver counts it."""
    return int(instant.timestamp() // 60)


@dataclass(frozen=True)
class Held:
    """Somebody's shift in a plan: `shift_id` is None in a draft; the slot's id is the negative of it where it isn't of a
    desk's shift.
    """

    person: int
    slot: Slot
    starts_at: datetime
    shift_id: int | None
    state: str
    overrides: tuple[str, ...]

    @property
    def assignment(self) -> Assignment:
        return self.person, self.slot.id


def problem_of(session: Session, trip_id: int, cut: datetime, *, keep: bool) -> Problem:
    """All people and all shifts of a trip. What begins before `cut` is frozen; `keep`: the plan that stands costs to leave.

    Frozen is also what isn't the solver's: who has come already, who was put against a rule, and shifts of no desk's shift.
    """
    people = people_of(session, trip_id, working(trip_id))
    ahead = slots_of(session, and_(SLOTS.c.trip_id == trip_id, SLOTS.c.starts_at >= cut))
    slots = dict(ahead)
    kept, frozen, closed = set(), set(), set()
    for held in standing(session, trip_id, working(trip_id)):
        if held.slot.id in ahead and held.state == rules.PLANNED and not (keep and held.overrides):
            kept.add(held.assignment)
            continue
        frozen.add(held.assignment)
        if held.slot.id not in ahead:
            slots[held.slot.id] = held.slot
            closed.add(held.slot.id)
    return Problem(
        people=people,
        slots=slots,
        rest=settings_of(session, trip_id).rest,
        kept=frozenset(kept if keep else ()),
        frozen=frozenset(frozen),
        closed=frozenset(closed),
    )


@dataclass(frozen=True)
class Around:
    """A problem as far as it touches one shift, with the shifts that its people have."""

    problem: Problem
    assignments: frozenset[Assignment]
    asked: Mapping[int, float]


def around(
    session: Session, trip_id: int, slot_id: int, roster_id: int | None = None, person_id: int | None = None
) -> Around:
    """Who could be put into a shift, and who is in it: of a draft, or of the plan that stands. With a person, they alone.

    Of those who could be put in the likeliest alone, see queries/likely.py. Raises NotFound.
    """
    slots = slots_of(session, and_(SLOTS.c.trip_id == trip_id, SLOTS.c.id == slot_id))
    if slot_id not in slots:
        raise NotFound()
    row = session.execute(select(SLOTS).where(SLOTS.c.id == slot_id)).one()
    rest = settings_of(session, trip_id).rest
    there = there_now(slot_id, roster_id)
    if person_id is None:
        usual = settings_of(session, trip_id).most_shifts
        likely = likeliest(session, trip_id, row, Bounds(rest, usual, roster_id))
        who = working(trip_id).where(or_(STAFF.c.id.in_(likely), STAFF.c.id.in_(there)))
    else:
        who = working(trip_id).where(or_(STAFF.c.id == person_id, STAFF.c.id.in_(there)))
    people = people_of(session, trip_id, who)
    held = held_in(session, trip_id, roster_id, who)
    slots = {one.slot.id: one.slot for one in held} | slots
    asked = select(STAFF.c.id, STAFF.c.asked_at).where(STAFF.c.id.in_(who), STAFF.c.asked_at.is_not(None))
    return Around(
        Problem(people=people, slots=slots, rest=rest),
        frozenset(one.assignment for one in held),
        {found.id: found.asked_at.timestamp() for found in session.execute(asked)},
    )


def held_in(session: Session, trip_id: int, roster_id: int | None, who: Select[tuple[int]]) -> list[Held]:
    """The shifts of some people: in the plan that stands, or as a draft has them, with what it doesn't touch."""
    if roster_id is None:
        return standing(session, trip_id, who)
    cut = session.scalar(
        select(ROSTERS.c.from_at).where(ROSTERS.c.id == roster_id, ROSTERS.c.trip_id == trip_id)
    )
    if cut is None:
        raise NotFound()
    untouched = [held for held in standing(session, trip_id, who) if held.starts_at < cut or held.slot.id < 0]
    query = (
        select(SLOTS, ENTRIES.c.staff_id, ENTRIES.c.overrides)
        .join(ENTRIES, ENTRIES.c.desk_shift_id == SLOTS.c.id)
        .where(ENTRIES.c.roster_id == roster_id, ENTRIES.c.staff_id.in_(who))
    )
    drafted = [
        Held(row.staff_id, _slot(row), row.starts_at, None, rules.PLANNED, tuple(row.overrides))
        for row in session.execute(query)
    ]
    return untouched + drafted


def standing(session: Session, trip_id: int, who: Select[tuple[int]]) -> list[Held]:
    """The shifts of some people in the plan that stands, past ones too: they count for rest and for load."""
    columns = [
        SHIFTS.c[name] for name in ("staff_id", "desk_id", "starts_at", "ends_at", "state", "overrides")
    ]
    needs = [SLOTS.c[name] for name in ("minimum", "target", "supervisors", "languages")]
    query = (
        select(*columns, SHIFTS.c.id.label("shift_id"), SLOTS.c.id.label("slot_id"), *needs)
        .join(STAFF, STAFF.c.id == SHIFTS.c.staff_id)
        .outerjoin(SLOTS, SLOTS.c.id == SHIFTS.c.desk_shift_id)
        .where(STAFF.c.trip_id == trip_id, SHIFTS.c.state.in_(rules.COVERS), SHIFTS.c.staff_id.in_(who))
    )
    return [_held(row) for row in session.execute(query)]


def slots_of(session: Session, condition: ColumnElement[bool]) -> dict[int, Slot]:
    """Shifts of desks that work."""
    query = select(SLOTS).join(DESKS, DESKS.c.id == SLOTS.c.desk_id).where(condition)
    rows = session.execute(query.where(DESKS.c.retired_at.is_(None)))
    return {row.id: _slot(row) for row in rows}


def people_of(session: Session, trip_id: int, who: Select[tuple[int]]) -> dict[int, Person]:
    """Some people of a trip, with what they can do and when."""
    usual = settings_of(session, trip_id).most_shifts
    reach = _Reach(session, trip_id)
    known = _grouped(session, KNOWN, "topic_id", who)
    free, away = _spans(session, AVAILABLE, who), _spans(session, ABSENT, who)
    return {
        row.id: Person(
            id=row.id,
            home=row.home_desk_id,
            desks=reach.of(row.home_desk_id, frozenset(known.get(row.id, ()))),
            supervises=row.role == rules.DESK_HEAD,
            languages=frozenset(code for code in row.languages.split(",") if code),
            most_shifts=usual if row.most_shifts is None else row.most_shifts,
            free=free_spans(free.get(row.id, ()), away.get(row.id, ())),
        )
        for row in session.execute(select(STAFF).where(STAFF.c.id.in_(who)))
    }


class _Reach:
    """At which desks people are competent: their home; those whose own topics they know; and with any topic those that have
    no topic of their own, halls and headquarters.
    """

    def __init__(self, session: Session, trip_id: int) -> None:
        desks = select(DESKS.c.id).where(DESKS.c.trip_id == trip_id, DESKS.c.retired_at.is_(None))
        self.desks = set(session.scalars(desks))
        own = select(SKILLS.c.topic_id, SKILLS.c.desk_id).where(
            SKILLS.c.own.is_(True), SKILLS.c.desk_id.in_(desks)
        )
        self.by_topic: dict[int, set[int]] = defaultdict(set)
        for row in session.execute(own):
            self.by_topic[row.topic_id].add(row.desk_id)
        self.general = self.desks - {desk for found in self.by_topic.values() for desk in found}
        self._known: dict[frozenset[int], frozenset[int]] = {}

    def of(self, home: int | None, topics: frozenset[int]) -> frozenset[int]:
        if topics not in self._known:
            found = {desk for topic in topics for desk in self.by_topic.get(topic, ())}
            self._known[topics] = frozenset(found | self.general if topics else found)
        return self._known[topics] | (self.desks & {home or 0})


def _slot(row: Any) -> Slot:
    return Slot(
        id=row.id,
        desk=row.desk_id,
        begins=minute(row.starts_at),
        ends=minute(row.ends_at),
        minimum=row.minimum,
        target=row.target,
        supervisors=row.supervisors,
        languages=frozenset(code for code in row.languages.split(",") if code),
    )


def _held(row: Any) -> Held:
    begins, ends = minute(row.starts_at), minute(row.ends_at)
    if row.slot_id is None:
        slot = Slot(-row.shift_id, row.desk_id, begins, ends, minimum=0, target=0)
    else:
        spoken = frozenset(code for code in row.languages.split(",") if code)
        slot = Slot(row.slot_id, row.desk_id, begins, ends, row.minimum, row.target, row.supervisors, spoken)
    return Held(row.staff_id, slot, row.starts_at, row.shift_id, row.state, tuple(row.overrides))


def _grouped(session: Session, table: Table, name: str, who: Select[tuple[int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(table.c.staff_id, table.c[name]).where(table.c.staff_id.in_(who))
    for staff_id, value in session.execute(query):
        found[staff_id].append(value)
    return found


def _spans(session: Session, table: Table, who: Select[tuple[int]]) -> Mapping[int, Iterable[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    query = select(table.c.staff_id, table.c.starts_at, table.c.ends_at).where(table.c.staff_id.in_(who))
    for row in session.execute(query):
        found[row.staff_id].append((minute(row.starts_at), minute(row.ends_at)))
    return found
