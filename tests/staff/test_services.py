"""People are added by the hundred, each with an account at their desk, and dealt out over the shifts."""

import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import func, select

from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import User
from deskops.accounts.queries import actor_of_user
from deskops.core import journal, runtime
from deskops.core.dates import day_bounds
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.staff import queries, rules
from deskops.staff.errors import PersonnelNumberTaken
from deskops.staff.invented import invented_staff
from deskops.staff.models import DeskShift, Shift, ShiftPattern, StaffMember
from deskops.staff.services import NewStaff, add_staff, plan_shifts
from tests.desks.setups import actor_with, read_catalogue, set_up
from tests.small_trip import SmallTrip, make_small_trip

DAY = date(2026, 11, 22)
MIDNIGHT, NEXT_MIDNIGHT = day_bounds(DAY)


def somebody(trip: SmallTrip, number: str = "100", *, desk: str = "a", role: str = "staff") -> NewStaff:
    return NewStaff(number, "کارشناس آزمون", "09500000001", ("fa", "ku"), role, trip.desks[desk])


def add(trip: SmallTrip, *people: NewStaff) -> list[int]:
    with unit_of_work(SYSTEM) as uow:
        return add_staff(uow, SYSTEM, trip.id, people)


def plan(trip_id: int, day: date = DAY) -> int:
    with unit_of_work(SYSTEM) as uow:
        return plan_shifts(uow, SYSTEM, trip_id, day)


def test_each_gets_an_account_with_the_role_at_the_home_desk(trip: SmallTrip) -> None:
    ids = add(trip, somebody(trip, "1"), somebody(trip, "2", desk="b", role="desk_head"))
    with runtime.current().database.reading() as session:
        users = [session.get_one(StaffMember, member).user_id for member in ids]
        actors = [actor_of_user(session, user) for user in users if user is not None]
    held = [(grant.role, grant.trip_id, grant.desk_id) for actor in actors if actor for grant in actor.grants]
    assert held == [("staff", trip.id, trip.desks["a"]), ("desk_head", trip.id, trip.desks["b"])]


def test_the_accounts_have_no_password_and_no_name_to_sign_in_with(trip: SmallTrip) -> None:
    add(trip, somebody(trip))
    with runtime.current().database.reading() as session:
        user = session.scalars(select(User)).one()
    assert (user.username, user.password_hash) == (None, None)


def test_the_ids_come_in_the_order_of_the_people(trip: SmallTrip) -> None:
    ids = add(trip, *(somebody(trip, str(number)) for number in range(50)))
    with runtime.current().database.reading() as session:
        numbers = [session.get_one(StaffMember, member).personnel_number for member in ids]
    assert numbers == [str(number) for number in range(50)]


def test_the_accounts_stand_in_the_installations_journal_and_names_stay_out(trip: SmallTrip) -> None:
    add(trip, somebody(trip, "1"), somebody(trip, "2"))
    with runtime.current().database.reading() as session:
        kinds = [entry.kind for entry in journal.trip_entries(session, 0, 0)]
        last = journal.trip_entries(session, trip.id, 0)[-1]
    assert kinds == ["account.users_created"]
    assert (last.kind, last.payload) == ("staff.added", {"count": 2})


def test_nobody_is_added_where_one_number_is_taken(trip: SmallTrip) -> None:
    add(trip, somebody(trip, "1"))
    with pytest.raises(PersonnelNumberTaken) as refused:
        add(trip, somebody(trip, "2"), somebody(trip, "1"))
    assert refused.value.details == {"numbers": ["1"]}
    with runtime.current().database.reading() as session:
        assert queries.staff_count(session, trip.id) == 1


def test_one_number_twice_in_a_list_is_refused(trip: SmallTrip) -> None:
    with pytest.raises(PersonnelNumberTaken):
        add(trip, somebody(trip, "1"), somebody(trip, "1"))


def test_another_trip_may_have_the_same_number(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    add(trip, somebody(trip, "1"))
    assert add(other, somebody(other, "1"))


def test_a_desk_of_another_trip_is_no_home(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with pytest.raises(NotFound):
        add(trip, somebody(other))


def test_nobody_to_add_adds_nobody(trip: SmallTrip) -> None:
    assert add(trip) == []


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector", "integration"])
def test_only_those_who_lead_add_and_plan(trip: SmallTrip, role: str) -> None:
    actor = actor_with(role, trip.id)
    with pytest.raises(Forbidden), unit_of_work(actor) as uow:
        add_staff(uow, actor, trip.id, [somebody(trip)])
    with pytest.raises(Forbidden), unit_of_work(actor) as uow:
        plan_shifts(uow, actor, trip.id, DAY)


def test_a_days_shifts_follow_each_other_without_a_gap() -> None:
    bounds = [rules.shift_bounds(MIDNIGHT, shift) for shift in range(rules.SHIFTS_A_DAY)]
    assert bounds[0][0] == MIDNIGHT
    assert bounds[-1][1] == NEXT_MIDNIGHT
    assert all(before[1] == after[0] for before, after in pairwise(bounds))


def test_a_desks_people_are_dealt_out_evenly_over_the_shifts(trip: SmallTrip) -> None:
    add(trip, *(somebody(trip, str(number), desk="a" if number < 6 else "b") for number in range(12)))
    assert plan(trip.id) == 12
    with runtime.current().database.reading() as session:
        rows = session.execute(select(Shift.desk_id, Shift.starts_at)).all()
    assert set(Counter((row.desk_id, row.starts_at) for row in rows).values()) == {2}


def test_a_day_that_is_planned_stays_as_it_is(trip: SmallTrip) -> None:
    add(trip, somebody(trip))
    assert [plan(trip.id), plan(trip.id), plan(trip.id, DAY + timedelta(days=1))] == [1, 0, 1]


def test_a_trip_without_staff_has_nothing_to_plan(trip: SmallTrip) -> None:
    assert plan(trip.id) == 0


@pytest.mark.parametrize("hour", range(24))
def test_somebody_is_on_duty_at_every_hour(trip: SmallTrip, hour: int) -> None:
    add(trip, *(somebody(trip, str(number)) for number in range(3)))
    plan(trip.id)
    with runtime.current().database.reading() as session:
        now = MIDNIGHT + timedelta(hours=hour)
        assert queries.on_duty_count(session, trip.id, now) == 1


def test_nobody_is_on_duty_on_a_day_without_shifts(trip: SmallTrip) -> None:
    add(trip, somebody(trip))
    with runtime.current().database.reading() as session:
        assert queries.on_duty_count(session, trip.id, datetime(2026, 11, 22, 9, tzinfo=UTC)) == 0


def test_730_people_are_added_and_planned_in_seconds(app: Flask) -> None:
    trip_id = set_up()
    desks = {desk.code: desk.id for desk in read_catalogue(trip_id).desks.values()}
    people = [
        NewStaff(
            one.personnel_number, one.family_name, one.mobile, one.languages, one.role, desks[one.home_desk]
        )
        for one in invented_staff(34)
    ]
    begun = time.process_time()
    with unit_of_work(SYSTEM) as uow:
        add_staff(uow, SYSTEM, trip_id, people)
    assert plan(trip_id) == 730
    assert time.process_time() - begun < 5
    with runtime.current().database.reading() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 730
        on_duty = queries.on_duty_count(session, trip_id, MIDNIGHT)
    assert 730 / 3 - 36 < on_duty < 730 / 3 + 36


def test_a_dealt_day_stands_on_shifts_of_the_desks_by_patterns(trip: SmallTrip) -> None:
    add(trip, *(somebody(trip, str(number)) for number in range(3)))
    plan(trip.id)
    plan(trip.id, DAY + timedelta(days=1))
    with runtime.current().database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ShiftPattern)) == 3
        slots = session.scalars(select(DeskShift).order_by(DeskShift.starts_at)).all()
        shifts = session.scalars(select(Shift).order_by(Shift.starts_at)).all()
    assert [row.desk_shift_id for row in shifts] == [row.id for row in slots]
    assert None not in {row.pattern_id for row in slots}
    assert None not in {row.told_at for row in shifts}
