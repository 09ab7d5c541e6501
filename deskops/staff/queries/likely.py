"""Who is likely to take a shift: of thousands those few in the database whom the rules then judge one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.desks.models import DeskTopic
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

SLOTS, SHIFTS, STAFF, ENTRIES = (
    table_of(DeskShift), table_of(Shift), table_of(StaffMember), table_of(RosterEntry),
)  # fmt: skip
KNOWN, AVAILABLE, ABSENT = table_of(StaffTopic), table_of(StaffAvailability), table_of(StaffAbsence)
SKILLS, ROSTERS = table_of(DeskTopic), table_of(Roster)
# Of each kind. Some fall out later, whose hours end too early: more than a page shows.
OF_A_KIND = 40


@dataclass(frozen=True)
class Bounds:
    """The trip's rest in minutes, and most shifts of whoever has no limit of their own; `roster_id` a draft's."""

    rest: int
    most_shifts: int
    roster_id: int | None


def likeliest(session: Session, trip_id: int, slot: Any, bounds: Bounds) -> list[int]:
    """Ids of those who can work at the desk and have room and no other shift too near.

    Whoever heads desks, speaks what is asked for, is at home, or works at the desk anyhow is worth the same to the shift:
    of such a kind those with the fewest shifts come first, then those who were asked longest ago, as the ranking has it.
    """
    held = _held(trip_id, slot, bounds.roster_id)
    count = func.coalesce(held.c.count, 0)
    kind: list[ColumnElement[Any]] = [STAFF.c.home_desk_id == slot.desk_id, func.coalesce(held.c.here, 0) > 0]
    kind += [STAFF.c.role] if slot.supervisors else []
    kind += [STAFF.c.languages] if slot.languages else []
    place = func.row_number().over(
        partition_by=kind,
        order_by=[count, STAFF.c.asked_at.asc().nulls_first(), STAFF.c.id],
    )
    ranked = (
        select(STAFF.c.id, place.label("place"))
        .outerjoin(held, held.c.staff_id == STAFF.c.id)
        .where(
            STAFF.c.id.in_(_competent(session, trip_id, slot)),
            _is_unbound(slot, bounds.rest, bounds.roster_id),
            count < func.coalesce(STAFF.c.most_shifts, bounds.most_shifts),
            _is_free(slot),
        )
        .subquery()
    )
    return list(session.scalars(select(ranked.c.id).where(ranked.c.place <= OF_A_KIND)))


def working(trip_id: int) -> Select[tuple[int]]:
    """The trip's people who haven't left."""
    return select(STAFF.c.id).where(STAFF.c.trip_id == trip_id, STAFF.c.retired_at.is_(None))


def there_now(slot_id: int, roster_id: int | None) -> Select[tuple[int]]:
    """Who is in a shift: of a draft, or of the plan that stands."""
    if roster_id is None:
        return select(SHIFTS.c.staff_id).where(
            SHIFTS.c.desk_shift_id == slot_id, SHIFTS.c.state.in_(rules.COVERS)
        )
    return select(ENTRIES.c.staff_id).where(
        ENTRIES.c.roster_id == roster_id, ENTRIES.c.desk_shift_id == slot_id
    )


def _competent(session: Session, trip_id: int, slot: Any) -> Select[tuple[int]]:
    """Who can work at the desk: as queries/problem.py has it, asked from the desk's side."""
    own = set(
        session.scalars(
            select(SKILLS.c.topic_id).where(SKILLS.c.desk_id == slot.desk_id, SKILLS.c.own.is_(True))
        )
    )
    knows = select(KNOWN.c.staff_id)
    knows = knows.where(KNOWN.c.topic_id.in_(own)) if own else knows
    return working(trip_id).where(or_(STAFF.c.home_desk_id == slot.desk_id, STAFF.c.id.in_(knows)))


def _is_unbound(slot: Any, rest: int, roster_id: int | None) -> ColumnElement[bool]:
    begins = slot.starts_at - timedelta(minutes=rest)
    ends = slot.ends_at + timedelta(minutes=rest)
    if roster_id is None:
        bound = select(SHIFTS.c.staff_id).where(
            SHIFTS.c.starts_at < ends, SHIFTS.c.ends_at > begins, SHIFTS.c.state.in_(rules.COVERS)
        )
    else:
        bound = (
            select(ENTRIES.c.staff_id)
            .join(SLOTS, SLOTS.c.id == ENTRIES.c.desk_shift_id)
            .where(ENTRIES.c.roster_id == roster_id, SLOTS.c.starts_at < ends, SLOTS.c.ends_at > begins)
        )
    return STAFF.c.id.not_in(bound)


def _held(trip_id: int, slot: Any, roster_id: int | None) -> Any:
    """How many shifts people have, and how many of them at the slot's desk."""
    standing = (
        select(SHIFTS.c.staff_id, SHIFTS.c.desk_id)
        .join(STAFF, STAFF.c.id == SHIFTS.c.staff_id)
        .where(STAFF.c.trip_id == trip_id, SHIFTS.c.state.in_(rules.COVERS))
    )
    of = standing.subquery()
    if roster_id is not None:
        begins = select(ROSTERS.c.from_at).where(ROSTERS.c.id == roster_id).scalar_subquery()
        drafted = (
            select(ENTRIES.c.staff_id, SLOTS.c.desk_id)
            .join(SLOTS, SLOTS.c.id == ENTRIES.c.desk_shift_id)
            .where(ENTRIES.c.roster_id == roster_id)
        )
        stays = standing.where(or_(SHIFTS.c.starts_at < begins, SHIFTS.c.desk_shift_id.is_(None)))
        of = stays.union_all(drafted).subquery()
    here = func.sum(case((of.c.desk_id == slot.desk_id, 1), else_=0))
    counted = select(of.c.staff_id, func.count().label("count"), here.label("here"))
    return counted.group_by(of.c.staff_id).subquery()


def _is_free(slot: Any) -> ColumnElement[bool]:
    """Whether somebody isn't away, isn't missing elsewhere at this time, and their hours, if they have any, hold the shift's
    beginning.
    """
    away = exists().where(
        ABSENT.c.staff_id == STAFF.c.id, ABSENT.c.starts_at < slot.ends_at, ABSENT.c.ends_at > slot.starts_at
    )
    missed = exists().where(
        SHIFTS.c.staff_id == STAFF.c.id, SHIFTS.c.starts_at < slot.ends_at, SHIFTS.c.ends_at > slot.starts_at,
        SHIFTS.c.state.in_((rules.NO_SHOW, rules.LEFT_EARLY)),
    )  # fmt: skip
    hours = exists().where(AVAILABLE.c.staff_id == STAFF.c.id)
    begins = hours.where(AVAILABLE.c.starts_at <= slot.starts_at, AVAILABLE.c.ends_at > slot.starts_at)
    return and_(~away, ~missed, or_(~hours, begins))
