"""The plan that stands, changed by whatever use case: shifts given, taken and moved in time. Who is concerned is told by the
worker, in one message for all that is new to them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, insert, literal, or_, select, update

from deskops.core import jobs
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.pacing import paced, parts
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.models import Trip
from deskops.staff import rules
from deskops.staff.errors import AlreadyThere
from deskops.staff.models import DeskShift, Roster, Shift, ShiftSwap
from deskops.staff.queries.difference import ENTRIES, SLOTS, additions

SHIFTS, SWAPS = table_of(Shift), table_of(ShiftSwap)
TELL = "staff.tell_shifts"
CHUNK = 500


@dataclass(frozen=True)
class Gift:
    """A shift that somebody gets; `overrides` are the rules that were knowingly broken for it."""

    staff_id: int
    desk_shift_id: int
    overrides: Sequence[str] = field(default_factory=tuple)


def lock_plan(uow: UnitOfWork, trip_id: int) -> None:
    """Whoever changes the plan of a trip waits for whoever changes it now. Raises NotFound."""
    query = select(Trip.id).where(Trip.id == trip_id).with_for_update(key_share=True)
    if uow.session.execute(query).first() is None:
        raise NotFound()


def give(uow: UnitOfWork, gifts: Sequence[Gift]) -> None:
    """People get shifts that they don't have. Raises AlreadyThere."""
    require_not_in(uow, gifts)
    slots = _slots(uow, {gift.desk_shift_id for gift in gifts})
    rows = []
    for gift in gifts:
        slot = slots[gift.desk_shift_id]
        facts: dict[str, Any] = {"staff_id": gift.staff_id, "desk_shift_id": slot.id, "desk_id": slot.desk_id}
        facts |= {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "overrides": list(gift.overrides)}
        rows.append(facts | {"state": rules.PLANNED, "reason": "", "version": 1})
    if rows:
        uow.session.execute(insert(SHIFTS), rows)


def require_not_in(uow: UnitOfWork, gifts: Sequence[Gift]) -> None:
    """Who didn't come to a shift, or left it early, has it still: when they come, they are checked in for that one.

    Raises AlreadyThere.
    """
    theirs = [
        and_(SHIFTS.c.staff_id == one.staff_id, SHIFTS.c.desk_shift_id == one.desk_shift_id) for one in gifts
    ]
    had = select(SHIFTS.c.id).where(or_(*theirs), SHIFTS.c.state != rules.DROPPED)
    if gifts and uow.session.execute(had.limit(1)).first() is not None:
        raise AlreadyThere()


def give_drafted(uow: UnitOfWork, roster: Roster, people: Sequence[int]) -> None:
    """These people, in the order of their ids, get what a draft has for them and the plan hasn't. Ten thousand shifts are
    copied within the database, in turns that let other requests run.
    """
    of_slot = [SLOTS.c[name] for name in ("desk_id", "starts_at", "ends_at")]
    plain = [literal(rules.PLANNED), literal(""), literal(1)]
    copied = [ENTRIES.c.staff_id, ENTRIES.c.desk_shift_id, *of_slot, ENTRIES.c.overrides]
    names = [column.name for column in copied] + ["state", "reason", "version"]
    drafted = additions(roster, uow.now, *copied, *plain)
    for some in parts(people):
        theirs = drafted.where(ENTRIES.c.staff_id.between(some[0], some[-1]))
        uow.session.execute(insert(SHIFTS).from_select(names, theirs))


def take(uow: UnitOfWork, shift_ids: Collection[int]) -> None:
    """People lose shifts. An exchange that one of them was offered for falls."""
    for some in paced(_chunks(shift_ids)):
        gone = {"state": rules.DROPPED, "told_at": None, "version": SHIFTS.c.version + 1}
        uow.session.execute(update(SHIFTS).where(SHIFTS.c.id.in_(some)).values(gone))
        under_way = SWAPS.c.shift_id.in_(some), SWAPS.c.state.in_((rules.OFFERED, rules.TAKEN))
        ended = {"state": rules.WITHDRAWN, "ended_at": uow.now, "version": SWAPS.c.version + 1}
        uow.session.execute(update(SWAPS).where(*under_way).values(ended))


def move_in_time(uow: UnitOfWork, times: Mapping[int, tuple[datetime, datetime]]) -> int:
    """The people of shifts, by desk shift, work from then to then. How many there are."""
    found = [row for some in _chunks(times) for row in _filled(uow, some)]
    moved = [
        {"shift": row.id, "begins": times[row.desk_shift_id][0], "ends": times[row.desk_shift_id][1]}
        for row in found
    ]
    if moved:
        statement = update(SHIFTS).where(SHIFTS.c.id == bindparam("shift"))
        values: dict[str, Any] = {
            "starts_at": bindparam("begins"),
            "ends_at": bindparam("ends"),
            "told_at": None,
        }
        # What they had confirmed was another time.
        values |= {"confirmed_at": None, "version": SHIFTS.c.version + 1}
        uow.session.connection().execute(statement.values(values), moved)
    return len(moved)


def empty(uow: UnitOfWork, desk_shift_ids: Collection[int]) -> int:
    """Take all people out of shifts that are about to be removed; what they had stays among what was. How many they were."""
    found = [row.id for some in _chunks(desk_shift_ids) for row in _filled(uow, some)]
    take(uow, found)
    for some in _chunks(desk_shift_ids):
        of_them = update(SHIFTS).where(SHIFTS.c.desk_shift_id.in_(some))
        uow.session.execute(of_them.values(desk_shift_id=None))
    return len(found)


def people_in(uow: UnitOfWork, desk_shift_ids: Collection[int]) -> int:
    """How many people are planned in shifts, each as often as they are."""
    return sum(len(_filled(uow, some)) for some in _chunks(desk_shift_ids))


def have_told(uow: UnitOfWork, trip_id: int) -> None:
    """The worker tells whoever doesn't know their shifts yet; what follows at once goes into the same message."""
    jobs.add(uow.session, TELL, {"trip_id": trip_id}, uow.now + timedelta(seconds=1))


def _filled(uow: UnitOfWork, desk_shift_ids: Sequence[int]) -> Sequence[Any]:
    query = select(SHIFTS.c.id, SHIFTS.c.desk_shift_id).where(
        SHIFTS.c.desk_shift_id.in_(desk_shift_ids), SHIFTS.c.state.in_(rules.COVERS)
    )
    return uow.session.execute(query).all()


def _slots(uow: UnitOfWork, ids: Iterable[int]) -> dict[int, DeskShift]:
    found: dict[int, DeskShift] = {}
    for some in _chunks(ids):
        found |= {row.id: row for row in uow.session.scalars(select(DeskShift).where(DeskShift.id.in_(some)))}
    return found


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    everything = sorted(ids)
    return (everything[begin : begin + CHUNK] for begin in range(0, len(everything), CHUNK))
