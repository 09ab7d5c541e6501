"""A trip with opening hours, people and patterns, whose roster is made and approved in tests."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, jobs, runtime
from deskops.core.messages import Message
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import DeskHours, StaffNeed
from deskops.staff.models import DeskShift, Roster, Shift, StaffAbsence, StaffMember, StaffTopic
from deskops.staff.queries.difference import difference
from deskops.staff.queries.drafts import roster_line
from deskops.staff.rules import COVERS
from deskops.staff.rules.times import ShiftTimes
from deskops.staff.services import NewStaff, add_staff, approving, laying, patterns, placing, rostering
from deskops.staff.services.patterns import PatternFacts
from deskops.staff.services.placing import Placing, Where
from tests.small_trip import SmallTrip

DAY, NEXT = date(2026, 11, 22), date(2026, 11, 23)
# 05:00 in Tehran, before any desk opens.
EARLY = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
OPENS, CLOSES = 8 * 60, 16 * 60
MORNING = PatternFacts("صبح", "Morning", ShiftTimes("opening", 0, "opening", 240))
AFTERNOON = PatternFacts("عصر", "Afternoon", ShiftTimes("opening", 240, "closing", 0))


def open_desks(trip: SmallTrip, *days: date, need: tuple[int, int, int] = (1, 2, 0)) -> None:
    """Each desk from 8 to 16 on these days; it needs so many people, is better with so many, and so many heads."""
    minimum, target, supervisors = need
    with unit_of_work(SYSTEM) as uow:
        for desk_id in trip.desks.values():
            uow.session.add(
                StaffNeed(
                    desk_id=desk_id, minimum=minimum, target=target, supervisors=supervisors, languages=""
                )
            )
            for day in days or (DAY,):
                uow.session.add(DeskHours(desk_id=desk_id, day=day, opens=OPENS, closes=CLOSES))


def people(
    trip: SmallTrip,
    count: int,
    *,
    desk: str = "a",
    role: str = "staff",
    topics: Sequence[str] = (),
    first: int = 1,
) -> list[int]:
    """So many with their home at a desk; ids. Their numbers begin at `first`."""
    with unit_of_work(SYSTEM) as uow:
        new = [
            NewStaff(
                personnel_number=f"{desk}{number}",
                name=f"کارشناس {desk} {number}",
                mobile=f"0950{trip.desks[desk]:03d}{number:04d}",
                languages=("fa",),
                role=role,
                home_desk_id=trip.desks[desk],
            )
            for number in range(first, first + count)
        ]
        ids = add_staff(uow, SYSTEM, trip.id, new)
        for staff_id in ids:
            for topic in topics:
                uow.session.add(StaffTopic(staff_id=staff_id, topic_id=trip.topics[topic]))
    return ids


def pattern(trip: SmallTrip, facts: PatternFacts = MORNING) -> int:
    with unit_of_work(SYSTEM) as uow:
        return patterns.add_pattern(uow, SYSTEM, trip.id, facts).id


def laid(
    trip: SmallTrip, *facts: PatternFacts, desks: Sequence[str] = ("a", "b"), days: Sequence[date] = (DAY,)
) -> list[int]:
    """Patterns laid over desks and days; the shifts' ids in order of time and desk."""
    ids = [pattern(trip, one) for one in facts or (MORNING, AFTERNOON)]
    with unit_of_work(SYSTEM) as uow:
        laying.lay_shifts(uow, SYSTEM, trip.id, ids, [trip.desks[name] for name in desks], days)
    return [row.id for row in slots(trip)]


def slots(trip: SmallTrip) -> list[DeskShift]:
    with runtime.current().database.reading() as session:
        query = select(DeskShift).where(DeskShift.trip_id == trip.id)
        return list(session.scalars(query.order_by(DeskShift.starts_at, DeskShift.desk_id)))


def slot(trip: SmallTrip, desk: str, number: int = 0) -> int:
    """The id of a desk's first shift, or a later one."""
    return [row.id for row in slots(trip) if row.desk_id == trip.desks[desk]][number]


def asked(trip: SmallTrip, kind: str = "new") -> int:
    with unit_of_work(SYSTEM) as uow:
        return rostering.ask_roster(uow, SYSTEM, trip.id, kind).id


def solved(trip: SmallTrip, kind: str = "new") -> int:
    """A draft; its id."""
    roster_id = asked(trip, kind)
    follow_to_the_end(trip, roster_id)
    return roster_id


def follow_to_the_end(trip: SmallTrip, roster_id: int) -> str:
    """As the worker does it; the state that it comes to."""
    while roster(trip, roster_id).state in rostering.ACTIVE:
        rostering.follow_rosters({})
    return roster(trip, roster_id).state


def roster(trip: SmallTrip, roster_id: int) -> Roster:
    with runtime.current().database.reading() as session:
        return rostering.roster_of(session, trip.id, roster_id)


def sign_of(trip: SmallTrip, roster_id: int) -> str:
    with runtime.current().database.reading() as session:
        row = rostering.roster_of(session, trip.id, roster_id)
        return difference(session, row, trip.id, clock.now()).sign


def approved(trip: SmallTrip, roster_id: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        approving.approve_roster(uow, SYSTEM, trip.id, roster_id, sign_of(trip, roster_id))


def told(*, after: timedelta = timedelta(seconds=2)) -> None:
    """What the worker does a moment later."""
    clock.advance(seconds=after.total_seconds())
    jobs.run_due()


def shifts(trip: SmallTrip, **equal: Any) -> list[Shift]:
    """The plan that stands, in order of people and time."""
    with runtime.current().database.reading() as session:
        query = select(Shift).join(StaffMember, StaffMember.id == Shift.staff_id)
        query = query.where(StaffMember.trip_id == trip.id).filter_by(**equal)
        if "state" not in equal:
            query = query.where(Shift.state.in_(COVERS))
        return list(session.scalars(query.order_by(Shift.staff_id, Shift.starts_at)))


def end_all() -> None:
    """No solver goes on after its test."""
    rostering.rosters.end_all()


def absent(staff_id: int) -> None:
    """They say that they can't come at all."""
    with unit_of_work(SYSTEM) as uow:
        begins, ends = EARLY, EARLY + timedelta(days=3)
        uow.session.add(StaffAbsence(staff_id=staff_id, starts_at=begins, ends_at=ends, said_at=uow.now))


def retire(staff_id: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(StaffMember, staff_id).retired_at = uow.now


def letters() -> list[str]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(Message.text).order_by(Message.id)))


def place(trip: SmallTrip, staff_id: int, slot_id: int, roster_id: int | None = None, **more) -> list[str]:
    with unit_of_work(SYSTEM) as uow:
        return placing.place(uow, SYSTEM, Where(trip.id, roster_id), Placing(staff_id, slot_id, **more))


def take_out(trip: SmallTrip, staff_id: int, slot_id: int, roster_id: int | None = None) -> None:
    with unit_of_work(SYSTEM) as uow:
        placing.take_out(uow, SYSTEM, Where(trip.id, roster_id), staff_id, slot_id)


def changed(trip: SmallTrip, roster_id: int) -> tuple[int, int, int]:
    """Added, removed and left out."""
    with runtime.current().database.reading() as session:
        line = roster_line(session, trip.id, roster_id)
        found = difference(session, line, trip.id, clock.now())
    return len(found.added), len(found.removed), found.left_out
