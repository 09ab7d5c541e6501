"""The readiness board over HTTP: exactly the faults that there are, marks, decisions, paper."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.control.models import GoDecision, ReadinessMark
from deskops.core import clock
from deskops.core.dates import day_bounds
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Desk, DeskHours, DeskTopic, Place, StaffNeed, Trip
from deskops.desks.rules import usual_need
from deskops.desks.services.needs import columns_of
from deskops.staff.models import Shift, StaffMember
from tests.control.history import rows
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip

DAY = date(2026, 11, 22)


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id, name="هماهنگ‌کننده نمونه")


def complete(trip: SmallTrip, official: int) -> None:
    """The day before: everything is there, and nobody is due."""
    clock.freeze(day_bounds(DAY)[0] - timedelta(hours=12))
    begins, ends = day_bounds(DAY)
    with unit_of_work(SYSTEM) as uow:
        for name, desk_id in trip.desks.items():
            desk = uow.session.get_one(Desk, desk_id)
            desk.official_user_id, desk.line = official, "02133334444"
            uow.session.add(DeskHours(desk_id=desk_id, day=DAY, opens=480, closes=960))
            need = usual_need(len(trip.places[name]))
            uow.session.add(StaffNeed(desk_id=desk_id, **columns_of(need)))
            desk.head_user_id = official
            for number, _place in enumerate(trip.places[name]):
                member = StaffMember(
                    trip_id=trip.id, personnel_number=f"{name}{number}", name="کارشناس نمونه"
                )
                member.user_id = None if number else official
                uow.session.add(member)
                uow.session.flush()
                uow.session.add(Shift(staff_id=member.id, desk_id=desk_id, starts_at=begins, ends_at=ends))


def board(trip: SmallTrip, path: str = "") -> str:
    return f"/trips/{trip.id}/readiness{path}"


def faults(page: str) -> list[str]:
    return re.findall(r'data-fault="(\w+)"', page)


def plant(trip: SmallTrip) -> None:
    """Three faults: no official, no topic, no hours."""
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["a"]).official_user_id = None
        for skill in uow.session.query(DeskTopic).filter_by(desk_id=trip.desks["b"]):
            uow.session.delete(skill)
        uow.session.delete(uow.session.get_one(DeskHours, (trip.desks["hq"], DAY)))


def test_a_complete_trip_shows_no_fault(trip: SmallTrip, coordinator: Browser) -> None:
    complete(trip, coordinator.user_id or 0)
    assert faults(coordinator.get(board(trip)).text) == []


def test_three_planted_faults_are_exactly_the_three_that_show(trip: SmallTrip, coordinator: Browser) -> None:
    complete(trip, coordinator.user_id or 0)
    plant(trip)
    page = coordinator.get(board(trip)).text
    assert sorted(faults(page)) == ["official", "opening", "topics"]
    filtered = coordinator.get(board(trip, "?show=missing")).text
    assert sorted(faults(filtered)) == ["official", "opening", "topics"]
    assert f'id="desk-{trip.desks["hall"]}"' in page
    assert f'id="desk-{trip.desks["hall"]}"' not in filtered


def test_desks_with_faults_come_first(trip: SmallTrip, coordinator: Browser) -> None:
    complete(trip, coordinator.user_id or 0)
    plant(trip)
    data = coordinator.get(f"/api/v1/trips/{trip.id}/readiness").json
    assert (data["state"], data["faults"]) == ("missing", 3)
    assert [desk["state"] for desk in data["desks"]] == ["missing", "missing", "missing", "unknown"]


def test_a_desk_that_should_serve_and_does_not_is_a_fault(trip: SmallTrip, coordinator: Browser) -> None:
    complete(trip, coordinator.user_id or 0)
    clock.freeze(day_bounds(DAY)[0] + timedelta(hours=10))
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["a"]).state = "planned"
    with unit_of_work(SYSTEM) as uow:
        for place in uow.session.query(Place):
            place.state = "open"
    assert sorted(faults(coordinator.get(board(trip)).text)) == ["connection"] * 4 + ["opening"]
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Trip, trip.id).phase = "preparation"
    assert faults(coordinator.get(board(trip)).text) == []


def test_a_retired_desk_is_not_asked_about(trip: SmallTrip, coordinator: Browser) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["a"]).retired_at = uow.now
    assert f'id="desk-{trip.desks["a"]}"' not in coordinator.get(board(trip)).text


def mark(browser: Browser, trip: SmallTrip, desk: str, name: str, good: str) -> Any:
    return browser.post(board(trip, f"/desks/{trip.desks[desk]}/marks/{name}"), data={"good": good})


def test_a_printer_is_marked_and_taken_back(trip: SmallTrip, coordinator: Browser) -> None:
    assert mark(coordinator, trip, "a", "printer", "no").status_code == 303
    (row,) = rows(ReadinessMark)
    assert (row.desk_id, row.good, row.user_id) == (trip.desks["a"], False, coordinator.user_id)
    page = coordinator.get(board(trip)).text
    assert "printer" in faults(page)
    assert "هماهنگ‌کننده نمونه" in page
    mark(coordinator, trip, "a", "printer", "yes")
    assert [row.good for row in rows(ReadinessMark)] == [True]
    mark(coordinator, trip, "a", "printer", "")
    assert rows(ReadinessMark) == []


def test_all_printers_are_marked_by_one_press(trip: SmallTrip, coordinator: Browser) -> None:
    answer = coordinator.post(
        board(trip, "/marks/printer"), data={"good": "yes"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert 'id="readiness"' in answer.text
    assert "HX-Trigger" in answer.headers
    assert {row.desk_id for row in rows(ReadinessMark)} == set(trip.desks.values())


def test_a_desk_head_marks_their_own_desk_alone(trip: SmallTrip, sign_in: Join) -> None:
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    assert mark(head, trip, "a", "line", "yes").status_code == 303
    assert mark(head, trip, "b", "line", "yes").status_code == 403
    head.post(board(trip, "/marks/printer"), data={"good": "yes"})
    assert {row.desk_id for row in rows(ReadinessMark)} == {trip.desks["a"]}


@pytest.mark.parametrize("name", ["topics", "official", "nonsense"])
def test_what_the_data_tells_nobody_marks(trip: SmallTrip, coordinator: Browser, name: str) -> None:
    assert mark(coordinator, trip, "a", name, "yes").status_code == 404


def decide(browser: Browser, trip: SmallTrip, desk: str | None = None, **form: str) -> Any:
    path = "/decision" if desk is None else f"/desks/{trip.desks[desk]}/decision"
    return browser.post(board(trip, path), data=form)


def test_a_go_without_faults_needs_no_reason(trip: SmallTrip, coordinator: Browser) -> None:
    complete(trip, coordinator.user_id or 0)
    assert decide(coordinator, trip, go="yes").status_code == 303
    assert decide(coordinator, trip, "a", go="yes").status_code == 303
    assert [(row.desk_id, row.go, row.faults) for row in rows(GoDecision)] == [
        (None, True, 0),
        (trip.desks["a"], True, 0),
    ]
    assert coordinator.get(board(trip)).text.count('class="ready__decision"') == 2


def test_a_go_in_spite_of_faults_needs_a_reason(trip: SmallTrip, coordinator: Browser) -> None:
    complete(trip, coordinator.user_id or 0)
    plant(trip)
    refused = decide(coordinator, trip, go="yes")
    assert refused.status_code == 422
    assert "دلیل را بنویسید" in refused.text
    assert decide(coordinator, trip, "hall", go="yes").status_code == 303
    assert decide(coordinator, trip, go="yes", reason="تا فردا درست می‌شود").status_code == 303
    assert "تا فردا درست می‌شود" in coordinator.get(board(trip)).text
    assert rows(GoDecision)[-1].faults == 3


def test_a_no_go_needs_a_reason_and_a_later_decision_replaces_it(
    trip: SmallTrip, coordinator: Browser
) -> None:
    complete(trip, coordinator.user_id or 0)
    assert decide(coordinator, trip, go="no").status_code == 422
    decide(coordinator, trip, go="no", reason="برق نیست")
    decide(coordinator, trip, go="yes")
    page = coordinator.get(board(trip)).text
    assert "برق نیست" not in page
    assert len(rows(GoDecision)) == 2


@pytest.mark.parametrize(("role", "seen", "decided"), [
    ("administrator", 200, 303), ("coordinator", 200, 303), ("desk_head", 200, 403), ("inspector", 200, 403),
    ("staff", 403, 403), ("official", 403, 403), ("board", 403, 403),
])  # fmt: skip
def test_who_looks_and_who_decides(
    trip: SmallTrip, sign_in: Join, role: str, seen: int, decided: int
) -> None:
    browser = sign_in(role, trip_id=trip.id)
    assert browser.get(board(trip)).status_code == seen
    assert decide(browser, trip, go="yes", reason="آزمون").status_code == decided


def test_another_trips_desks_do_not_exist(trip: SmallTrip, coordinator: Browser) -> None:
    other = make_small_trip("other")
    assert coordinator.get(board(other)).status_code == 404
    path = board(trip, f"/desks/{other.desks['a']}")
    assert coordinator.post(f"{path}/marks/printer", data={"good": "yes"}).status_code == 404
    assert coordinator.post(f"{path}/decision", data={"go": "no", "reason": "x"}).status_code == 404
    assert coordinator.get(board(trip, f"/checklist?desk={other.desks['a']}")).status_code == 404


@pytest.mark.parametrize(
    ("language", "sheet", "missing"),
    [("fa", "برگه تماس", "هیچ مقام"), ("en", "Contact sheet", "No desk of the trip has an official yet")],
)
def test_the_paper_is_in_both_languages(
    trip: SmallTrip, coordinator: Browser, language: str, sheet: str, missing: str
) -> None:
    coordinator.client.set_cookie("lang", language)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["a"]).line = "02133335555"
    contacts = coordinator.get(board(trip, "/contacts")).text
    assert sheet in contacts
    assert "02133335555" in contacts
    whole = coordinator.get(board(trip, "/checklist")).text
    one = coordinator.get(board(trip, f"/checklist?desk={trip.desks['a']}")).text
    assert whole.count("<article") == 5
    assert one.count("<article") == 1
    assert language == "fa" or missing in one
