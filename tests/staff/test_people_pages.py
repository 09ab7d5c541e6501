"""The list of people on screens and by the API: found however typed, changed only by who leads, seen as far as one may."""

import re
import time
from typing import Any

import pytest

from deskops.core import clock
from deskops.staff.models import StaffMember
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff.people import SARA, imported, member, several
from tests.staff.presence import a_shift

SHAHIN = {
    "personnel_number": "0090",
    "name": "شاهین علي‌پور",
    "home_desk": "b",
    "role": "desk_head",
    "mobile": "09500000090",
    "languages": "ku",
}


@pytest.fixture
def lead(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def names(browser: Browser, trip: SmallTrip, query: str = "") -> list[str]:
    answer = browser.get(f"/api/v1/trips/{trip.id}/staff{query}")
    assert answer.status_code == 200
    return [one["personnel_number"] for one in answer.json["people"]]


def form(number: str = "0071", **more: Any) -> dict[str, Any]:
    return {
        "personnel_number": number,
        "name": "سارا نمونه",
        "role": "staff",
        "home_desk": "a",
        "languages": ["fa", "az"],
        "topics": ["loan"],
        "mobile": "",
        "availability": "",
        "agency": "",
        "most_shifts": "",
    } | more


@pytest.mark.parametrize(
    "words", ["سارا", "نمونه سارا", "0071", "۰۰۷۱", "09500000071", "+98 950 000 0071", "۰۹۵۰ ۰۰۰ ۰۰۷۱"]
)
def test_a_person_is_found_however_typed(trip: SmallTrip, lead: Browser, words: str) -> None:
    imported(trip.id, SARA, SHAHIN)
    page = lead.get(f"/trips/{trip.id}/staff", query_string={"q": words})
    assert "سارا نمونه" in page.text
    assert "شاهین" not in page.text


def test_a_name_from_an_arabic_keyboard_is_found_by_a_persian_one(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA, SHAHIN)
    assert names(lead, trip, "?q=علیپور") == ["0090"]
    assert names(lead, trip, "?q=علي پور") == ["0090"]


def test_the_list_narrows_by_what_people_are(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA, SHAHIN, {"personnel_number": "0100", "name": "بی میز"})
    imported(trip.id, SARA | {"left": "yes"})
    assert names(lead, trip) == ["0100", "0090"]
    assert names(lead, trip, "?retired=yes") == ["0100", "0071", "0090"]
    assert names(lead, trip, f"?desk={trip.desks['b']}") == ["0090"]
    assert names(lead, trip, "?desk=none") == ["0100"]
    assert names(lead, trip, "?role=desk_head") == ["0090"]
    assert names(lead, trip, "?language=ku") == ["0090"]
    assert names(lead, trip, "?agency=4711") == []


def test_a_narrowing_that_makes_no_sense_shows_everybody(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA)
    assert "سارا نمونه" in lead.get(f"/trips/{trip.id}/staff?desk=x&page=-3").text
    assert lead.get(f"/api/v1/trips/{trip.id}/staff?desk=x").status_code == 422


def test_two_thousand_people_are_paged_and_found_at_once(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, *several(2000))
    begun = time.perf_counter()
    page = lead.get(f"/trips/{trip.id}/staff?q=نمونه&page=3")
    taken = time.perf_counter() - begun
    assert "0101" in page.text or "۰۱۰۱" in page.text
    assert page.text.count("<tr>") == 51
    assert taken < 1.0


def test_a_desk_head_sees_the_people_of_their_desk_alone(trip: SmallTrip, sign_in: Join) -> None:
    imported(trip.id, SARA, SHAHIN)
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    assert names(head, trip) == ["0071"]
    own = head.get(f"/trips/{trip.id}/staff/{member(trip.id).id}")
    assert own.status_code == 200
    assert "09500000071" in own.text or "۰۹۵۰۰۰۰۰۰۷۱" in own.text
    assert 'name="version"' not in own.text
    assert head.get(f"/trips/{trip.id}/staff/{member(trip.id, '0090').id}").status_code == 404
    assert head.get(f"/api/v1/trips/{trip.id}/staff/{member(trip.id, '0090').id}").status_code == 404


def test_an_inspector_sees_no_phones_and_finds_nobody_by_one(trip: SmallTrip, sign_in: Join) -> None:
    imported(trip.id, SARA)
    inspector = sign_in("inspector", trip_id=trip.id)
    [line] = inspector.get(f"/api/v1/trips/{trip.id}/staff").json["people"]
    assert line["mobile"] is None
    assert names(inspector, trip, "?q=09500000071") == []
    assert "0000071" not in inspector.get(f"/trips/{trip.id}/staff").text


def test_somebody_is_added_by_hand(trip: SmallTrip, lead: Browser) -> None:
    assert "add_person" not in lead.get(f"/trips/{trip.id}/staff/new").text
    answer = lead.post(f"/trips/{trip.id}/staff/new", data=form("۰۰۷۱", mobile="0950 000 0071"))
    assert answer.status_code == 303
    sara = member(trip.id)
    assert (sara.mobile, sara.languages, sara.home_desk_id) == ("09500000071", "fa,az", trip.desks["a"])
    assert "سارا نمونه" in lead.get(answer.location).text


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(trip: SmallTrip, lead: Browser) -> None:
    answer = lead.post(f"/trips/{trip.id}/staff/new", data=form("??", mobile="12", availability="1405/13/01"))
    assert answer.status_code == 422
    for field in ("personnel_number", "mobile", "availability"):
        assert f'id="{field}-error"' in answer.text
    assert "1405/13/01" in answer.text or "۱۴۰۵/۱۳/۰۱" in answer.text


def test_a_taken_number_is_refused(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA)
    assert lead.post(f"/trips/{trip.id}/staff/new", data=form()).status_code == 409
    answer = lead.post(f"/api/v1/trips/{trip.id}/staff", json={"personnel_number": "0071", "name": "کسی"})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "personnel_number_taken")


def test_a_person_is_edited_also_their_number_and_their_times(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA)
    staff_id = member(trip.id).id
    times = "1405/09/03 07:00-15:00\n1405/09/04 22:00-06:00"
    sent = form("0072", availability=times, version="1", topics=[], most_shifts="۳")
    assert lead.post(f"/trips/{trip.id}/staff/{staff_id}", data=sent).status_code == 303
    found = lead.get(f"/api/v1/trips/{trip.id}/staff/{staff_id}").json
    assert (found["personnel_number"], found["topics"], found["most_shifts"]) == ("0072", [], 3)
    assert [one["starts_at"] for one in found["windows"]] == [
        "2026-11-24T03:30:00+00:00",
        "2026-11-25T18:30:00+00:00",
    ]


def test_a_number_that_somebody_else_has_cannot_be_given(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA, SHAHIN)
    answer = lead.patch(
        f"/api/v1/trips/{trip.id}/staff/{member(trip.id).id}", json={"personnel_number": "0090"}
    )
    assert answer.status_code == 409
    assert member(trip.id).name == "سارا نمونه"


def test_a_change_over_somebody_elses_change_is_refused(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA)
    staff_id = member(trip.id).id
    assert lead.patch(
        f"/api/v1/trips/{trip.id}/staff/{staff_id}", json={"name": "یکم", "version": 1}
    ).json == {
        "id": staff_id,
        "version": 2,
    }
    answer = lead.patch(f"/api/v1/trips/{trip.id}/staff/{staff_id}", json={"name": "دوم", "version": 1})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "stale_version")
    page = lead.post(f"/trips/{trip.id}/staff/{staff_id}", data=form(name="دوم", version="1"))
    assert page.status_code == 409
    assert "دوم" in page.text


def test_the_api_changes_what_is_named_and_nothing_else(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA)
    staff_id = member(trip.id).id
    path = f"/api/v1/trips/{trip.id}/staff/{staff_id}"
    before = lead.get(path).json
    assert lead.patch(path, json={"topics": ["housing"], "most_shifts": 2}).status_code == 200
    after = lead.get(path).json
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {"topics", "most_shifts", "version"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"languages": []}, "languages"),
        ({"role": "coordinator"}, "role"),
        ({"home_desk": "no-such"}, "home_desk"),
        ({"left": "yes"}, "left"),
        ({"topics": ["loan", "magic"]}, "topics"),
    ],
)
def test_the_api_refuses_what_the_table_refuses(
    trip: SmallTrip, lead: Browser, body: dict[str, Any], field: str
) -> None:
    imported(trip.id, SARA)
    answer = lead.patch(f"/api/v1/trips/{trip.id}/staff/{member(trip.id).id}", json=body)
    assert answer.status_code == 422
    assert field in str(answer.json)


def test_somebody_leaves_and_comes_back(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA)
    staff_id = member(trip.id).id
    path = f"/trips/{trip.id}/staff/{staff_id}"
    assert lead.post(f"{path}/leaving", data={"act": "retire", "version": "1"}).status_code == 303
    assert member(trip.id).retired_at is not None
    assert 'value="restore"' in lead.get(path).text
    answer = lead.post(f"/api/v1{path}/leaving", json={"act": "restore"})
    assert answer.json == {"id": staff_id, "version": 3}
    assert member(trip.id).retired_at is None


def test_who_holds_shifts_to_come_is_not_retired_unawares(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA)
    staff_id = member(trip.id).id
    path = f"/trips/{trip.id}/staff/{staff_id}"
    assert "notice--warn" not in main(lead.get(path).text)
    a_shift(trip, staff_id, starts=clock.now().replace(year=clock.now().year + 1))
    assert "notice--warn" in main(lead.get(path).text)


def main(html: str) -> str:
    found = re.search(r"<main.*</main>", html, re.S)
    assert found is not None
    return found[0]


def test_somebody_of_another_trip_is_not_here(trip: SmallTrip, lead: Browser) -> None:
    other = make_small_trip("other")
    imported(other.id, SARA)
    staff_id = member(other.id).id
    for path in (f"/trips/{trip.id}/staff/{staff_id}", f"/api/v1/trips/{trip.id}/staff/{staff_id}"):
        assert lead.get(path).status_code == 404
    assert lead.patch(f"/api/v1/trips/{trip.id}/staff/{staff_id}", json={"name": "کسی"}).status_code == 404
    assert member(other.id).name == "سارا نمونه"


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector", "official"])
def test_only_who_leads_changes_people(trip: SmallTrip, sign_in: Join, role: str) -> None:
    imported(trip.id, SARA)
    browser = sign_in(role, trip_id=trip.id, desk_id=trip.desks["a"] if role == "desk_head" else None)
    staff_id = member(trip.id).id
    for path in (
        f"/trips/{trip.id}/staff/{staff_id}",
        f"/trips/{trip.id}/staff/new",
        f"/trips/{trip.id}/staff/{staff_id}/leaving",
    ):
        assert browser.post(path, data=form(act="retire")).status_code == 403
    assert browser.get(f"/trips/{trip.id}/staff/files/people.csv").status_code == 403
    assert member(trip.id).version == 1


def test_staff_members_carry_no_secret_in_the_api(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA)
    found = lead.get(f"/api/v1/trips/{trip.id}/staff/{member(trip.id).id}").json
    assert not {"badge_version", "calendar_version"} & found.keys()
    assert StaffMember.__tablename__ not in str(found)
