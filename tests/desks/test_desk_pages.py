"""Pages and addresses of sites and desks: what is typed stays, faults stand at their fields, and the API says the same."""

from typing import Any

import pytest

from deskops.core import runtime
from deskops.desks.models import Desk
from tests.desks.setups import FIRST_DAY, lines_of, read_catalogue
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def leader(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def new_desk(trip: SmallTrip, **changes: Any) -> dict[str, Any]:
    fields = {
        "name_fa": "میز نو",
        "code": "new",
        "number": "",
        "last_day": "",
        "agency_id": "",
        "site_id": trip.sites["one"],
        "walk_ins": "yes",
        "counters": "۲",
        "phones": "1",
        f"factor-{trip.topics['loan']}": "۱٫۲",
        "first_day": "1405/09/01",
        "opens": "۰۸:۰۰",
        "closes": "14:00",
    }
    return fields | changes


def desk_row(desk_id: int) -> Desk:
    with runtime.current().database.reading() as session:
        return session.get_one(Desk, desk_id)


def test_a_desk_is_added_from_its_page_with_persian_digits_and_a_jalali_day(
    trip: SmallTrip, leader: Browser
) -> None:
    answer = leader.post(f"/trips/{trip.id}/desks/new", data=new_desk(trip))
    assert answer.status_code == 303
    made = max(read_catalogue(trip.id).desks)
    assert lines_of(trip.id, FIRST_DAY)[made].hours == (480, 840)
    page = leader.get(answer.location).text
    assert "میز نو" in page and "2026-11-22" in page


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"code": "hall"}, 409, "code"),
        ({"number": "3"}, 409, "number"),
        ({"closes": "07:00"}, 422, "closes"),
        ({"closes": "26:00"}, 422, "closes"),
        ({"opens": ""}, 422, "opens"),
        ({"counters": "900"}, 422, "counters"),
        ({"walk_ins": ""}, 422, "walk_ins"),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(
    trip: SmallTrip, leader: Browser, wrong: dict[str, str], status: int, field: str
) -> None:
    fields = new_desk(trip) | wrong
    fields = {name: value for name, value in fields.items() if name != "walk_ins" or value}
    answer = leader.post(f"/trips/{trip.id}/desks/new", data=fields)
    assert answer.status_code == status
    assert f'href="#{field}"' in answer.text
    assert "میز نو" in answer.text


def test_a_desk_without_a_topic_is_refused(trip: SmallTrip, leader: Browser) -> None:
    answer = leader.post(
        f"/trips/{trip.id}/desks/new", data=new_desk(trip, **{f"factor-{trip.topics['loan']}": ""})
    )
    assert (answer.status_code, 'href="#speeds"' in answer.text) == (422, True)


def test_ticked_desks_and_whole_sites_are_previewed_and_changed(trip: SmallTrip, leader: Browser) -> None:
    path = f"/trips/{trip.id}/desks/many"
    body = {"desk_ids": [trip.desks["b"]], "site_ids": [trip.sites["one"]], "line": "111"}
    preview = leader.post(path, data=body | {"act": "preview"}).text
    assert "۴ میز تغییر می‌کند" in preview and "از ۴ میز علامت‌خورده" in preview
    assert desk_row(trip.desks["a"]).line == ""
    assert leader.post(path, data=body | {"act": "set"}).status_code == 303
    assert {desk_row(desk_id).line for desk_id in trip.desks.values()} == {"111"}


def test_nothing_ticked_is_said_so(trip: SmallTrip, leader: Browser) -> None:
    answer = leader.post(f"/trips/{trip.id}/desks/many", data={"line": "111"})
    assert (answer.status_code, 'href="#desk_ids"' in answer.text) == (422, True)


def test_the_order_is_changed_by_a_button(trip: SmallTrip, leader: Browser) -> None:
    value = f"{trip.desks['b']},{trip.desks['a']}"
    assert leader.post(f"/trips/{trip.id}/desks/order", data={"desk_ids": value}).status_code == 303
    assert list(read_catalogue(trip.id).desks)[:2] == [trip.desks["b"], trip.desks["a"]]


def test_hours_are_typed_day_by_day_and_copied(trip: SmallTrip, leader: Browser) -> None:
    path = f"/trips/{trip.id}/desks/{trip.desks['a']}/hours"
    span = {
        "version": "1",
        "first_day": "2026-11-20",
        "last_day": "2026-11-21",
        "opens": "8:00",
        "closes": "12:00",
    }
    assert leader.post(path, data=span).status_code == 303
    wrong = leader.post(path, data={"version": "2", "opens-2026-11-20": "10:00", "closes-2026-11-20": "9:00"})
    assert (wrong.status_code, 'href="#closes-2026-11-20"' in wrong.text) == (422, True)
    typed = {"version": "2", "opens-2026-11-20": "9:00", "closes-2026-11-20": "10:00", "copied": "2026-11-20"}
    assert leader.post(path, data=typed).status_code == 303
    assert lines_of(trip.id, FIRST_DAY)[trip.desks["a"]].hours == (540, 600)


def test_a_desk_in_use_is_not_deleted_and_retiring_is_offered(trip: SmallTrip, leader: Browser) -> None:
    from_topic = {"name_fa": "وام", "default_desk_id": trip.desks["a"], "version": "1", "mean_minutes": "8"}
    assert leader.post(f"/trips/{trip.id}/topics/{trip.topics['loan']}", data=from_topic).status_code == 303
    path = f"/trips/{trip.id}/desks/{trip.desks['a']}"
    answer = leader.post(f"{path}/act", data={"act": "delete"})
    assert answer.status_code == 409
    assert 'value="retire"' in answer.text
    assert leader.post(f"{path}/act", data={"act": "retire"}).status_code == 409
    leader.post(f"{path}/state", data={"state": "closed"})
    assert leader.post(f"{path}/act", data={"act": "retire"}).status_code == 303
    assert "میزهای کنارگذاشته" in leader.get(f"/trips/{trip.id}/desks").text


def test_a_site_is_added_and_a_walk_to_itself_is_refused_by_name(trip: SmallTrip, leader: Browser) -> None:
    fields = {"name_fa": "ساختمان", "code": "third", f"walk-{trip.sites['two']}": "۷"}
    assert leader.post(f"/trips/{trip.id}/sites/new", data=fields).status_code == 303
    made = max(read_catalogue(trip.id).sites)
    fields = {"name_fa": "ساختمان", "version": "1", f"walk-{made}": "3"}
    answer = leader.post(f"/trips/{trip.id}/sites/{made}", data=fields)
    assert (answer.status_code, "از «ساختمان» تا خودش راهی نیست" in answer.text) == (422, True)


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_every_page_is_there_in_both_languages(trip: SmallTrip, leader: Browser, lang: str) -> None:
    paths = (
        "desks",
        "desks/new",
        f"desks/{trip.desks['a']}",
        "sites",
        "sites/new",
        f"sites/{trip.sites['one']}",
        "closing",
    )
    for path in paths:
        answer = leader.get(f"/trips/{trip.id}/{path}?lang={lang}")
        assert answer.status_code == 200, path
        assert f'lang="{lang}"' in answer.text


def test_what_belongs_to_another_trip_is_not_there(trip: SmallTrip, leader: Browser) -> None:
    other = make_small_trip("other")
    assert leader.get(f"/trips/{trip.id}/sites/{other.sites['one']}").status_code == 404
    assert (
        leader.post(f"/trips/{trip.id}/desks/{other.desks['a']}/act", data={"act": "retire"}).status_code
        == 404
    )
    assert (
        leader.post(
            f"/trips/{trip.id}/desks/many", data={"desk_ids": other.desks["a"], "line": "1"}
        ).status_code
        == 404
    )


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector"])
def test_others_see_the_list_without_what_changes_it(trip: SmallTrip, sign_in: Join, role: str) -> None:
    browser = sign_in(role, trip_id=trip.id)
    page = browser.get(f"/trips/{trip.id}/desks").text
    assert "data-reorder" not in page and 'name="desk_ids"' not in page
    assert browser.get(f"/trips/{trip.id}/closing").status_code == 403


def test_the_api_adds_and_changes_sites_and_desks(trip: SmallTrip, leader: Browser) -> None:
    api = f"/api/v1/trips/{trip.id}"
    one = str(trip.sites["one"])
    site = leader.post(f"{api}/sites", json={"name_fa": "محل", "code": "third", "walks": {one: 5}})
    assert site.status_code == 201
    body = {
        "name_fa": "میز",
        "site_id": site.json["id"],
        "walk_ins": True,
        "counters": 1,
        "speeds": {str(trip.topics["loan"]): 1},
    }
    desk = leader.post(f"{api}/desks", json=body | {"code": "third"})
    assert desk.status_code == 201, desk.text
    path = f"{api}/desks/{desk.json['id']}"
    changed = leader.put(path, json=body | {"name_fa": "میز دیگر", "version": 1})
    assert (changed.status_code, changed.json["version"]) == (200, 2)
    assert leader.put(path, json=body | {"version": 1}).json["error"]["code"] == "stale_version"
    hours = {"version": 2, "hours": {"2026-11-22": ["08:00", "24:00"]}}
    assert leader.put(f"{path}/hours", json=hours).status_code == 200
    wrong = {"version": 3, "hours": {"2026-11-22": ["14:00", "08:00"]}}
    assert leader.put(f"{path}/hours", json=wrong).json["error"]["errors"].keys() == {"closes-2026-11-22"}
    assert (
        leader.put(f"{api}/sites/{one}", json={"name_fa": "م", "version": 1, "walks": {one: 2}}).status_code
        == 422
    )
