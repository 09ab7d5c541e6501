"""Who could take which shift, by the roster's rules: of the few people and shifts that an exchange or a call is about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.staff.models import DeskShift, Shift, StaffMember
from deskops.staff.queries.problem import people_of, slots_of, standing
from deskops.staff.queries.shifts import settings_of
from deskops.staff.rostering.costing import lack_of
from deskops.staff.rostering.fitting import CLOSED, FULL, OVERLAP, REST, TOO_MANY, faults
from deskops.staff.rostering.problem import Assignment, Problem
from deskops.staff.rules import COVERS

STAFF, SHIFTS, SLOTS = table_of(StaffMember), table_of(Shift), table_of(DeskShift)
SUPERVISOR, LANGUAGE = "supervisor", "language"
# What a coordinator may allow all the same; by the other rules it can't be done.
SOFT = frozenset({REST, TOO_MANY, SUPERVISOR, LANGUAGE})


@dataclass(frozen=True)
class Bench:
    """People, the shifts that they have, and those that they could take."""

    problem: Problem
    held: frozenset[Assignment]

    def faults(self, staff_id: int, slot_id: int, without: Collection[Assignment] = ()) -> tuple[str, ...]:
        """The rules that somebody would break in a shift of a desk, once nobody is in the places of `without` any more."""
        if slot_id not in self.problem.slots or staff_id not in self.problem.people:
            return (CLOSED,)
        held = self.held - set(without)
        broken = faults(self.problem, held, staff_id, slot_id)
        # Who stands in a shift already can't have it twice.
        return (OVERLAP, *broken) if (staff_id, slot_id) in held else broken

    def exchange(self, owner: int, taker: int, slot_id: int, wanted_id: int | None) -> tuple[str, ...]:
        """The rules that are broken where `taker` gets the owner's shift, and the owner, if one is wanted, theirs."""
        given = {(owner, slot_id)} | (set() if wanted_id is None else {(taker, wanted_id)})
        broken = [*self.faults(taker, slot_id, given), *self._worse(slot_id, owner, taker)]
        if wanted_id is not None:
            broken += [*self.faults(owner, wanted_id, given), *self._worse(wanted_id, taker, owner)]
        # Who takes another's place makes a shift no fuller than it was.
        return tuple(code for code in dict.fromkeys(broken) if code != FULL)

    def _worse(self, slot_id: int, leaves: int, comes: int) -> tuple[str, ...]:
        """What a shift would lack that it has now, with one person instead of another."""
        people = self.problem.people
        if slot_id not in self.problem.slots or comes not in people:
            return ()
        slot, now = self.problem.slots[slot_id], {who for who, where in self.held if where == slot_id}
        before = lack_of(slot, [people[who] for who in now])
        after = lack_of(slot, [people[who] for who in {*now, comes} - {leaves}])
        lacks = (
            (SUPERVISOR, after.supervisors > before.supervisors),
            (LANGUAGE, bool(after.languages - before.languages)),
        )
        return tuple(code for code, is_worse in lacks if is_worse)


def bench(
    session: Session,
    trip_id: int,
    staff_ids: Collection[int],
    slot_ids: Collection[int],
    *,
    with_mates: bool = True,
) -> Bench:
    """These people, and with them those who stand in these shifts: without them nobody knows what a shift lacks."""
    stand = select(SHIFTS.c.staff_id).where(SHIFTS.c.desk_shift_id.in_(slot_ids), SHIFTS.c.state.in_(COVERS))
    asked = STAFF.c.id.in_(staff_ids)
    who = select(STAFF.c.id).where(
        STAFF.c.trip_id == trip_id,
        STAFF.c.retired_at.is_(None),
        or_(asked, STAFF.c.id.in_(stand)) if with_mates else asked,
    )
    held = standing(session, trip_id, who)
    slots = slots_of(session, and_(SLOTS.c.trip_id == trip_id, SLOTS.c.id.in_(slot_ids)))
    return Bench(
        Problem(
            people=people_of(session, trip_id, who),
            slots={one.slot.id: one.slot for one in held} | slots,
            rest=settings_of(session, trip_id).rest,
        ),
        frozenset(one.assignment for one in held),
    )
