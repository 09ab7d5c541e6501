"""The staff that desks need, on their pages and over the API."""

from typing import Any

import pytest
from sqlalchemy import select

from deskops.core import runtime
from deskops.desks.models import SetupChange
from deskops.desks.rules import Need
from tests.desks.test_needs import NEED, needed, said
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip

HEADER = ("code", "minimum", "target", "supervisors", "languages")


@pytest.fixture
def leader(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def page(trip: SmallTrip, desk: str = "a") -> str:
    return f"/trips/{trip.id}/desks/{trip.desks[desk]}"


def typed(**changes: Any) -> dict[str, Any]:
    fields = {"version": "1", "minimum": "۲", "target": "4", "supervisors": "1", "languages": ["az", "ku"]}
    return fields | changes


# Pages


def test_a_need_is_typed_with_persian_digits_and_taken_back_by_the_toast(
    trip: SmallTrip, leader: Browser
) -> None:
    answer = leader.post(f"{page(trip)}/need", data=typed())
    assert (answer.status_code, answer.location) == (303, f"{page(trip)}#need")
    assert needed(trip) == {"a": NEED}
    with runtime.current().database.reading() as session:
        [change] = session.scalars(select(SetupChange.id))
    assert f"/changes/{change}/undo" in leader.get(page(trip)).text
    assert leader.post(f"/trips/{trip.id}/changes/{change}/undo").status_code == 303
    assert needed(trip) == {}


def test_what_is_left_empty_is_filled_in_and_all_empty_takes_the_need_away(
    trip: SmallTrip, leader: Browser
) -> None:
    leader.post(f"{page(trip)}/need", data=typed(target="", supervisors="", languages=[]))
    assert needed(trip) == {"a": Need(minimum=2, target=2)}
    empty = typed(version="2", minimum="", target="", supervisors="", languages=[])
    assert leader.post(f"{page(trip)}/need", data=empty).status_code == 303
    assert needed(trip) == {}


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"minimum": "0"}, 422, "minimum"),
        ({"minimum": ""}, 422, "minimum"),
        ({"minimum": "دو"}, 422, "minimum"),
        ({"minimum": "-1"}, 422, "minimum"),
        ({"minimum": "99999999999999999999"}, 422, "minimum"),
        ({"target": "1"}, 422, "target"),
        ({"supervisors": "3"}, 422, "supervisors"),
        ({"languages": ["xx"]}, 422, "languages"),
        ({"version": "7"}, 409, "minimum"),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(
    trip: SmallTrip, leader: Browser, wrong: dict[str, Any], status: int, field: str
) -> None:
    answer = leader.post(f"{page(trip)}/need", data=typed() | wrong)
    assert answer.status_code == status
    assert f'href="#{field}"' in answer.text
    assert 'value="ku" checked' in answer.text or "languages" in wrong
    assert needed(trip) == {}


@pytest.mark.parametrize(
    ("language", "words", "none"),
    [
        ("fa", "۲ تا ۴ نفر · ۱ سرپرست · ترکی آذربایجانی · کردی", "نامشخص"),
        ("en", "2 to 4 people · 1 supervises · Azerbaijani · Kurdish", "not said"),
    ],
)
def test_the_list_and_the_desks_page_say_it_in_both_languages(
    trip: SmallTrip, leader: Browser, sign_in: Join, language: str, words: str, none: str
) -> None:
    said(trip)
    leader.client.set_cookie("lang", language)
    shown = leader.get(f"/trips/{trip.id}/desks").text
    assert words in shown
    assert none in shown
    assert 'value="ku" checked' in leader.get(page(trip)).text
    reader = sign_in("inspector", trip_id=trip.id)
    reader.client.set_cookie("lang", language)
    seen = reader.get(page(trip)).text
    assert words in seen
    assert 'name="minimum"' not in seen


def test_ticked_desks_are_previewed_and_given_a_need(trip: SmallTrip, leader: Browser) -> None:
    path = f"/trips/{trip.id}/desks/many"
    body = {"site_ids": [trip.sites["one"]], "minimum": "۱", "target": "3"}
    assert "۳ میز تغییر می‌کند" in leader.post(path, data=body | {"act": "preview"}).text
    assert needed(trip) == {}
    assert leader.post(path, data=body).status_code == 303
    assert {need.target for need in needed(trip).values()} == {3}
    wrong = leader.post(path, data=body | {"minimum": "4"})
    assert (wrong.status_code, 'href="#target"' in wrong.text) == (422, True)


def test_the_list_of_changes_names_the_need(trip: SmallTrip, leader: Browser) -> None:
    said(trip)
    assert "نیروی موردنیاز" in leader.get(f"/trips/{trip.id}/changes").text


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector", "official"])
def test_only_those_who_lead_change_it(trip: SmallTrip, sign_in: Join, role: str) -> None:
    browser = sign_in(role, trip_id=trip.id)
    assert browser.post(f"{page(trip)}/need", data=typed()).status_code == 403
    assert browser.put(f"/api/v1{page(trip)}/need", json={"version": 1, "minimum": 1}).status_code == 403


# The API


def test_the_api_says_and_changes_it(trip: SmallTrip, leader: Browser) -> None:
    body = {"version": 1, "minimum": 2, "target": 4, "supervisors": 1, "languages": ["az", "ku"]}
    answer = leader.put(f"/api/v1{page(trip)}/need", json=body)
    assert (answer.status_code, answer.json["version"]) == (200, 2)
    told = {desk["code"]: desk["need"] for desk in leader.get(f"/api/v1/trips/{trip.id}/").json["desks"]}
    assert told["a"] == {name: value for name, value in body.items() if name != "version"}
    assert told["b"] is None
    [first, *_] = leader.get(f"/api/v1/trips/{trip.id}/setup").json["desks"]
    assert first["need"] == told["a"]
    assert leader.put(f"/api/v1{page(trip)}/need", json=body).json["error"]["code"] == "stale_version"
    assert leader.put(f"/api/v1{page(trip)}/need", json={"version": 2}).status_code == 200
    assert needed(trip) == {}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"minimum": 5, "target": 4}, "target"),
        ({"minimum": "many"}, "minimum"),
        ({"target": 3}, "minimum"),
        ({"minimum": 1, "languages": ["klingon-long"]}, "languages.0"),
        ({"minimum": 1, "people": 3}, "people"),
    ],
)
def test_the_api_refuses_what_makes_no_sense_at_its_field(
    trip: SmallTrip, leader: Browser, body: dict[str, Any], field: str
) -> None:
    answer = leader.put(f"/api/v1{page(trip)}/need", json=body | {"version": 1})
    assert answer.status_code == 422
    assert list(answer.json["error"]["errors"]) == [field]


def test_a_desk_of_another_trip_is_not_there(trip: SmallTrip, leader: Browser) -> None:
    other = make_small_trip("other")
    path = f"/trips/{trip.id}/desks/{other.desks['a']}/need"
    assert leader.post(path, data=typed()).status_code == 404
    assert leader.put(f"/api/v1{path}", json={"version": 1, "minimum": 1}).status_code == 404
