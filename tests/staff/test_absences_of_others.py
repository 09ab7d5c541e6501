"""Who manages staff enters an absence for somebody else, and takes it away; the page says which shifts it costs."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from deskops.core import clock, runtime
from deskops.core.dates import to_local
from deskops.staff.models import StaffAbsence
from deskops.staff.services.texting import tell_shifts
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff.own import NOW, Somebody, put, shift, slot, staff_member, standing, texts
from tests.staff.presence import a_scan, presences, scanned


@pytest.fixture
def sara(app: Flask, trip: SmallTrip) -> Somebody:
    clock.freeze(NOW)
    return staff_member(app, trip, "سارا نمونه", mobile="09500000071")


@pytest.fixture
def lead(trip: SmallTrip, sara: Somebody, sign_in: Join) -> Browser:
    browser = sign_in("coordinator", trip_id=trip.id)
    browser.client.set_cookie("lang", "en")
    return browser


def days(first: int = 0, last: int = 0, **more: str) -> dict[str, str]:
    day = to_local(NOW).date()
    span = {
        "from_day": (day + timedelta(days=first)).isoformat(),
        "to_day": (day + timedelta(days=last)).isoformat(),
    }
    return {**span, "reason": "ill", **more}


def page(browser: Browser, sara: Somebody) -> str:
    return browser.get(f"/trips/{sara.trip.id}/staff/{sara.id}").text


def entered(browser: Browser, sara: Somebody, **sent: str) -> Any:
    return browser.post(f"/trips/{sara.trip.id}/staff/{sara.id}/absences", data=sent)


def by_api(browser: Browser, sara: Somebody, path: str = "", **body: Any) -> tuple[int, dict[str, Any]]:
    answer = browser.post(f"/api/v1/trips/{sara.trip.id}/staff/{sara.id}/absences{path}", json=body)
    return answer.status_code, answer.json


def absences() -> list[StaffAbsence]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(StaffAbsence)))


def test_shifts_in_that_time_are_without_them_and_the_page_says_which(
    sara: Somebody, lead: Browser, trip: SmallTrip
) -> None:
    place, later = slot(trip), slot(trip, hours=52)
    mine, kept = put(sara, place), put(sara, later)
    assert entered(lead, sara, **days(words="تب")).status_code == 303
    shown = page(lead, sara)
    assert "1 shift is without them now" in shown
    assert "Without them:" in shown and "Illness: تب" in shown and "14:00 to 18:00" in shown
    assert (shift(mine).state, shift(mine).reason) == ("dropped", "ill: تب")
    assert (shift(kept).state, standing(place), standing(later)) == ("planned", [], [sara.id])


def test_they_are_told_what_others_entered(sara: Somebody, lead: Browser, trip: SmallTrip) -> None:
    put(sara, slot(trip))
    entered(lead, sara, **days())
    tell_shifts({"trip_id": trip.id})
    [(number, text)] = texts()
    assert number == "09500000071"
    assert "۱۴:۰۰" in text
    [told] = sara.sheet()["shifts"]
    assert told["to_confirm"] is True


def test_it_can_be_taken_away_again_with_its_shifts(sara: Somebody, lead: Browser, trip: SmallTrip) -> None:
    mine = put(sara, slot(trip))
    status, said = by_api(lead, sara, **days())
    assert (status, said["shift_ids"]) == (200, [mine])
    taken = lead.post(f"/trips/{trip.id}/staff/{sara.id}/absences/{said['id']}/take-back")
    assert taken.status_code == 303
    assert (shift(mine).state, absences()) == ("planned", [])
    assert "Theirs again: 1" in page(lead, sara)


def test_it_goes_even_where_others_have_the_shifts(
    app: Flask, sara: Somebody, lead: Browser, trip: SmallTrip
) -> None:
    place = slot(trip)
    mine = put(sara, place)
    said = by_api(lead, sara, **days())[1]
    put(staff_member(app, trip, "دارا نمونه"), place)
    assert by_api(lead, sara, f"/{said['id']}/take-back") == (200, {"shift_ids": [], "lost_ids": [mine]})
    assert (shift(mine).state, absences()) == ("dropped", [])


def test_what_somebody_said_themselves_can_be_taken_away_for_them(sara: Somebody, lead: Browser) -> None:
    assert sara.api("/absence", **days(1, 2))[0] == 200
    [own] = absences()
    assert by_api(lead, sara, f"/{own.id}/take-back")[0] == 200
    assert absences() == []


def test_what_others_entered_isnt_theirs_to_take_back(sara: Somebody, lead: Browser) -> None:
    said = by_api(lead, sara, **days(1, 2))[1]
    assert sara.api(f"/absences/{said['id']}/take-back")[0] == 404
    assert len(absences()) == 1


def test_who_is_at_the_desk_already_leaves_it(sara: Somebody, lead: Browser, trip: SmallTrip) -> None:
    mine = put(sara, slot(trip, hours=-1))
    scanned(trip, a_scan(trip, sara.id))
    clock.advance(hours=1)
    assert by_api(lead, sara, **days())[1]["shift_ids"] == [mine]
    assert [row.ended_at for row in presences(sara.id)] == [NOW + timedelta(hours=1)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (days(2, 1), "to_day"),
        (days(-3, -2), "to_day"),
        (days(0, 90), "to_day"),
        (days(reason="whim"), "reason"),
        (days() | {"from_day": "soon"}, "from_day"),
    ],
)
def test_a_time_that_cant_be_is_refused_where_it_was_typed(
    sara: Somebody, lead: Browser, wrong: dict[str, str], field: str
) -> None:
    answer = entered(lead, sara, **wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text or f'href="#{field}"' in answer.text
    assert wrong["from_day"] in answer.text
    assert absences() == []


@pytest.mark.parametrize("role", ["desk_head", "staff", "inspector"])
def test_only_who_manages_staff_enters_one(
    sara: Somebody, lead: Browser, sign_in: Join, trip: SmallTrip, role: str
) -> None:
    other = sign_in(role, trip_id=trip.id, desk_id=None if role == "inspector" else trip.desks["a"])
    said = by_api(lead, sara, **days())[1]
    assert by_api(other, sara, **days())[0] == 403
    assert by_api(other, sara, f"/{said['id']}/take-back")[0] == 403
    assert entered(other, sara, **days()).status_code == 403
    assert len(absences()) == 1


def test_people_and_absences_of_another_trip_are_not_there(
    sara: Somebody, lead: Browser, sign_in: Join, trip: SmallTrip
) -> None:
    said = by_api(lead, sara, **days())[1]
    elsewhere = make_small_trip("other")
    foreign = sign_in("coordinator", trip_id=elsewhere.id)
    for path in ("", f"/{said['id']}/take-back"):
        answer = foreign.post(f"/api/v1/trips/{elsewhere.id}/staff/{sara.id}/absences{path}", json=days())
        assert answer.status_code == 404
    assert by_api(lead, sara, f"/{said['id'] + 1}/take-back")[0] == 404
    assert len(absences()) == 1
