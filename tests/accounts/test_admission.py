"""Admission: coordinators hand links and badge codes to the staff of their own trip, and to nobody else."""

import re

import pytest
from flask import Flask

from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.permissions import ROLES
from deskops.accounts.rules import ADMISSIBLE
from deskops.accounts.services import managing
from deskops.core.unit_of_work import unit_of_work
from tests.accounts.people import installation_journal, make_person
from tests.fixtures import ORIGIN, Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def admit(browser: Browser, trip_id: int, user_id: int) -> set[int]:
    """The statuses of both ways."""
    path = f"/trips/{trip_id}/admission/{user_id}"
    return {browser.post(f"{path}/link").status_code, browser.post(f"{path}/badge").status_code}


def test_a_coordinator_lets_staff_in_by_link(
    trip: SmallTrip, coordinator: Browser, sign_in: Join, app: Flask
) -> None:
    staff = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    page = coordinator.post(f"/trips/{trip.id}/admission/{staff.user_id}/link").text
    token = re.search(r"/link/([\w-]{32})", page).group(1)
    phone = app.test_client()
    assert phone.post(f"/link/{token}", headers={"Origin": ORIGIN}).status_code == 303
    made = installation_journal("account.credential_made")[-1]
    assert made == {"method": "link", "user_id": staff.user_id}


def test_a_coordinator_lets_staff_in_by_badge(
    trip: SmallTrip, coordinator: Browser, sign_in: Join, app: Flask
) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    page = coordinator.post(f"/trips/{trip.id}/admission/{staff.user_id}/badge").text
    code = "".join(re.findall(r"<span>([A-Z0-9]{4})</span>", page))
    answer = app.test_client().post("/sign-in/badge", data={"code": code}, headers={"Origin": ORIGIN})
    assert answer.status_code == 303


@pytest.mark.parametrize("role", sorted(set(ROLES) - ADMISSIBLE))
def test_a_coordinator_cannot_become_somebody_with_other_powers(
    trip: SmallTrip, coordinator: Browser, sign_in: Join, role: str
) -> None:
    other = sign_in(role, trip_id=trip.id)
    assert admit(coordinator, trip.id, other.user_id) == {404}


def test_an_administrator_who_also_serves_at_a_desk_is_not_admitted(
    trip: SmallTrip, coordinator: Browser
) -> None:
    user_id = make_person("both", None, Grant("staff", trip.id), Grant("administrator"))
    assert admit(coordinator, trip.id, user_id) == {404}
    assert "سارا نمونه" not in coordinator.get(f"/trips/{trip.id}/admission").text


def test_staff_of_another_trip_do_not_exist(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    other = make_small_trip("other")
    stranger = sign_in("staff", trip_id=other.id, name="کارمند سفر دیگر")
    assert admit(coordinator, trip.id, stranger.user_id) == {404}
    assert admit(coordinator, other.id, stranger.user_id) == {404}
    assert "کارمند سفر دیگر" not in coordinator.get(f"/trips/{trip.id}/admission").text


def test_who_serves_in_two_trips_is_admitted_by_neither_coordinator(
    trip: SmallTrip, coordinator: Browser
) -> None:
    other = make_small_trip("other")
    user_id = make_person("two", None, Grant("staff", trip.id), Grant("staff", other.id))
    assert admit(coordinator, trip.id, user_id) == {404}


def test_a_role_given_meanwhile_closes_the_door(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    assert admit(coordinator, trip.id, staff.user_id) == {200}
    with unit_of_work(SYSTEM) as uow:
        managing.add_grant(uow, staff.user_id, Grant("inspector", trip.id))
    assert admit(coordinator, trip.id, staff.user_id) == {404}


def test_staff_admit_nobody(trip: SmallTrip, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    assert staff.get(f"/trips/{trip.id}/admission").status_code == 403
    assert admit(staff, trip.id, staff.user_id) == {403}


def test_the_list_is_searched_by_name(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    sign_in("staff", trip_id=trip.id, name="مینا آزمون")
    sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"], name="رضا نمونه")
    page = coordinator.get(f"/trips/{trip.id}/admission?q=مینا").text
    assert "مینا آزمون" in page
    assert "رضا نمونه" not in page
