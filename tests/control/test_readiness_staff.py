"""The readiness board holds the planned shifts of each desk against the staff that it needs, shift by shift where shifts are
laid.
"""

from datetime import timedelta
from typing import Any

import pytest

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.core import clock
from deskops.core.dates import day_bounds
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Desk, StaffNeed
from deskops.staff.models import DeskShift, Shift, StaffMember
from tests.control.test_readiness import DAY, board, complete, faults
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def test_counters_at_which_nobody_sits_are_a_fault_once_the_desk_is_due(
    trip: SmallTrip, coordinator: Browser
) -> None:
    complete(trip, coordinator.user_id or 0)
    assert "staff" not in faults(coordinator.get(board(trip)).text)
    clock.freeze(day_bounds(DAY)[0] + timedelta(hours=10))
    page = coordinator.get(board(trip)).text
    assert faults(page).count("staff") == 4
    assert "اکنون ۰ نفر از ۱ نفر پشت باجه‌اند." in page


def need(trip: SmallTrip, desk: str, **facts: Any) -> None:
    with unit_of_work(SYSTEM) as uow:
        row = uow.session.query(StaffNeed).filter_by(desk_id=trip.desks[desk]).one()
        for name, value in facts.items():
            setattr(row, name, value)


@pytest.mark.parametrize(
    ("language", "short", "low"),
    [
        (
            "fa",
            "۳ نفر از ۳ نفر برنامه‌ریزی شده‌اند؛ بدون سرپرست؛ کسی کردی نمی‌داند",
            "۲ نفر از ۴ نفر برنامه‌ریزی شده‌اند",
        ),
        ("en", "3 of 3 planned; no supervisor; nobody speaks Kurdish", "2 of 4 planned"),
    ],
)
def test_the_board_and_the_check_list_say_what_of_the_need_is_not_planned(
    trip: SmallTrip, coordinator: Browser, language: str, short: str, low: str
) -> None:
    complete(trip, coordinator.user_id or 0)
    need(trip, "a", target=4)
    need(trip, "hall", languages="fa,ku")
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["hall"]).head_user_id = None
    coordinator.client.set_cookie("lang", language)
    page = coordinator.get(board(trip)).text
    assert faults(page) == ["staff"]
    for where in (page, coordinator.get(board(trip, "/checklist")).text):
        assert short in where
        assert low in where


def test_a_desk_heads_role_makes_a_supervisor_of_whoever_is_planned(
    trip: SmallTrip, coordinator: Browser
) -> None:
    complete(trip, coordinator.user_id or 0)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["hall"]).head_user_id = None
        head = accounts.create_user(uow, name="مسئول", grants=[Grant("desk_head", trip.id, trip.desks["a"])])
        uow.session.query(StaffMember).filter_by(personnel_number="hall1").one().user_id = head
    assert faults(coordinator.get(board(trip)).text) == ["staff"]
    with unit_of_work(SYSTEM) as uow:
        accounts.set_grants(uow, head, [Grant("desk_head", trip.id, trip.desks["hall"])])
    assert faults(coordinator.get(board(trip)).text) == []


def test_the_api_gives_the_figures_of_the_staff(trip: SmallTrip, coordinator: Browser) -> None:
    complete(trip, coordinator.user_id or 0)
    need(trip, "a", minimum=3, target=4, languages="ku")
    [first, *_] = coordinator.get(f"/api/v1/trips/{trip.id}/readiness").json["desks"]
    [check] = [one for one in first["checks"] if one["name"] == "staff"]
    assert (check["state"], check["reason"]) == ("missing", "staff_short")
    assert check["figures"] == {
        "planned": 2, "minimum": 3, "target": 4, "supervising": 1, "supervisors": 0, "languages": ["ku"],
    }  # fmt: skip


def laid(trip: SmallTrip, desk: str, first: int, last: int, minimum: int, target: int, **more: Any) -> int:
    """A shift between these hours of the first day, into which nobody is planned yet."""
    midnight = day_bounds(DAY)[0]
    facts = {"minimum": minimum, "target": target, "supervisors": 0, "languages": ""} | more
    with unit_of_work(SYSTEM) as uow:
        row = DeskShift(
            trip_id=trip.id,
            desk_id=trip.desks[desk],
            day=DAY,
            starts_at=midnight + timedelta(hours=first),
            ends_at=midnight + timedelta(hours=last),
            **facts,
        )
        uow.session.add(row)
        uow.session.flush()
        return row.id


def put(slot_id: int, *numbers: str) -> None:
    """Whoever has these personnel numbers is planned in a shift."""
    with unit_of_work(SYSTEM) as uow:
        slot = uow.session.get_one(DeskShift, slot_id)
        for number in numbers:
            who = uow.session.query(StaffMember).filter_by(personnel_number=number).one()
            uow.session.query(Shift).filter_by(staff_id=who.id).delete()
            facts = {"desk_id": slot.desk_id, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
            uow.session.add(Shift(staff_id=who.id, desk_shift_id=slot_id, **facts))


def of_desk(coordinator: Browser, trip: SmallTrip, desk: str) -> dict[str, Any]:
    desks = coordinator.get(f"/api/v1/trips/{trip.id}/readiness").json["desks"]
    [found] = [one for one in desks if one["desk_id"] == trip.desks[desk]]
    return next(one for one in found["checks"] if one["name"] == "staff")


def test_a_laid_shift_is_held_against_its_own_need_and_says_when_it_is(
    trip: SmallTrip, coordinator: Browser
) -> None:
    complete(trip, coordinator.user_id or 0)
    morning, evening = laid(trip, "a", 8, 12, 1, 1), laid(trip, "a", 12, 16, 2, 2)
    put(morning, "a0")
    found = of_desk(coordinator, trip, "a")
    assert (found["state"], found["reason"], found["figures"]["planned"]) == ("missing", "staff_short", 0)
    page = coordinator.get(board(trip)).text
    assert faults(page) == ["staff"]
    assert "شیفت ۱۲:۰۰ تا ۱۶:۰۰: ۰ نفر از ۲ نفر برنامه‌ریزی شده‌اند" in page
    put(evening, "a1")
    assert of_desk(coordinator, trip, "a")["figures"]["planned"] == 1
    put(evening, "hall0")
    assert of_desk(coordinator, trip, "a")["state"] == "ok"


def test_below_the_target_of_one_shift_is_to_be_looked_at(trip: SmallTrip, coordinator: Browser) -> None:
    complete(trip, coordinator.user_id or 0)
    need(trip, "a", minimum=0, target=0)
    put(laid(trip, "a", 8, 12, 1, 1), "a0")
    put(laid(trip, "a", 12, 16, 1, 2), "a1")
    found = of_desk(coordinator, trip, "a")
    assert (found["state"], found["reason"]) == ("low", "staff_below_target")


def test_whoever_heads_any_desk_heads_a_laid_shift_as_in_the_roster(
    trip: SmallTrip, coordinator: Browser
) -> None:
    complete(trip, coordinator.user_id or 0)
    slot = laid(trip, "a", 8, 16, 1, 1, supervisors=1)
    put(slot, "a1")
    assert of_desk(coordinator, trip, "a")["reason"] == "staff_short"
    with unit_of_work(SYSTEM) as uow:
        uow.session.query(StaffMember).filter_by(personnel_number="a1").one().role = "desk_head"
    assert of_desk(coordinator, trip, "a")["state"] == "ok"


def test_hours_that_no_shift_was_laid_for_are_still_held_against_the_desks_need(
    trip: SmallTrip, coordinator: Browser
) -> None:
    complete(trip, coordinator.user_id or 0)
    put(laid(trip, "a", 8, 12, 2, 2), "a0", "a1")
    found = of_desk(coordinator, trip, "a")
    assert (found["reason"], found["figures"]["planned"]) == ("staff_short", 0)
    assert "shift" not in found["figures"]


def test_laid_shifts_are_enough_where_nobody_said_what_the_desk_needs(
    trip: SmallTrip, coordinator: Browser
) -> None:
    complete(trip, coordinator.user_id or 0)
    with unit_of_work(SYSTEM) as uow:
        uow.session.query(StaffNeed).filter_by(desk_id=trip.desks["a"]).delete()
    assert of_desk(coordinator, trip, "a")["reason"] == "need_missing"
    put(laid(trip, "a", 8, 16, 1, 1), "a0")
    assert of_desk(coordinator, trip, "a")["state"] == "ok"


def test_at_the_counters_there_should_be_those_of_the_shift_that_runs(
    trip: SmallTrip, coordinator: Browser
) -> None:
    complete(trip, coordinator.user_id or 0)
    put(laid(trip, "a", 8, 12, 1, 1), "a0")
    put(laid(trip, "a", 12, 16, 2, 2), "a1", "hall0")
    clock.freeze(day_bounds(DAY)[0] + timedelta(hours=10))
    assert of_desk(coordinator, trip, "a")["figures"] == {"there": 0, "wanted": 1}
    clock.freeze(day_bounds(DAY)[0] + timedelta(hours=13))
    assert of_desk(coordinator, trip, "a")["figures"] == {"there": 0, "wanted": 2}
