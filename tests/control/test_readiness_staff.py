"""The readiness board holds the planned shifts of each desk against the staff that it needs."""

from datetime import timedelta
from typing import Any

import pytest

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.core import clock
from deskops.core.dates import day_bounds
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Desk, StaffNeed
from deskops.staff.models import StaffMember
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
