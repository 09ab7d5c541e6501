"""The page and the API on which coordinators say what balancing may do by itself."""

from typing import Any

import pytest

from deskops.core import runtime
from deskops.core.i18n import LANGUAGE_COOKIE
from deskops.demands.autopilot import USUAL, Autopilot, autopilot_of
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id, name="هماهنگ‌کننده")


def filled(**more: Any) -> dict[str, Any]:
    usual = {
        "version": 0,
        "relabel": "do",
        "walk": "do",
        "offer": "do",
        "staff": "propose",
        "walks_an_hour": "",
        "walks_per_desk": "۴",
        "walk_gain_minutes": "6",
        "offer_minutes": "۶",
        "counters_an_hour": "4",
        "staff_gain_minutes": "30",
        "stay": "1",
    }
    return usual | more


def address(trip: SmallTrip, more: str = "") -> str:
    return f"/trips/{trip.id}/balance/autopilot{more}"


def post(browser: Browser, trip: SmallTrip, **more: Any) -> Any:
    return browser.post(address(trip), data=filled(**more))


def held(trip: SmallTrip) -> tuple[int, Autopilot]:
    with runtime.current().database.reading() as session:
        version = autopilot_of(session, trip.id)
    return version.number, version.autopilot


def test_the_usual_stands_in_the_fields_in_both_languages(trip: SmallTrip, coordinator: Browser) -> None:
    shown = coordinator.get(address(trip)).text
    assert "<h1>راهبری خودکار</h1>" in shown
    assert 'value="۳۰"' in shown
    coordinator.client.set_cookie(LANGUAGE_COOKIE, "en")
    english = coordinator.get(address(trip)).text
    assert "<h1>Autopilot</h1>" in english
    assert 'value="30"' in english


def test_modes_and_limits_are_set_in_any_digits(trip: SmallTrip, coordinator: Browser) -> None:
    answer = post(coordinator, trip, walk="propose", staff="do", walks_an_hour="۱۲", walk_gain_minutes="۷٫۵")
    assert answer.status_code == 303
    version, autopilot = held(trip)
    assert version == 1
    assert (autopilot.walk, autopilot.staff) == ("propose", "do")
    assert (autopilot.walks_an_hour, autopilot.walk_gain_minutes) == (12, 7.5)


def test_an_empty_limit_is_none(trip: SmallTrip, coordinator: Browser) -> None:
    post(coordinator, trip, counters_an_hour="")
    assert held(trip)[1].counters_an_hour is None


def test_what_was_set_before_is_shown_with_who_set_it_and_can_be_set_again(
    trip: SmallTrip, coordinator: Browser
) -> None:
    post(coordinator, trip, walk="off")
    post(coordinator, trip, version=1, walk="propose")
    page = coordinator.get(address(trip)).text
    assert "هماهنگ‌کننده" in page
    answer = coordinator.post(address(trip, "/again"), data={"version": 2, "earlier": 0})
    assert answer.status_code == 303
    assert held(trip) == (3, USUAL.autopilot)


def test_setting_an_older_version_again_is_refused_where_somebody_was_quicker(
    trip: SmallTrip, coordinator: Browser
) -> None:
    post(coordinator, trip, walk="off")
    coordinator.post(address(trip, "/again"), data={"version": 0, "earlier": 0})
    assert held(trip)[0] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("walk", "sometimes"),
        ("walk", ""),
        ("walks_an_hour", "-1"),
        ("walks_an_hour", "many"),
        ("walks_per_desk", "0"),
        ("walks_per_desk", ""),
        ("walk_gain_minutes", "nan"),
        ("walk_gain_minutes", "241"),
        ("offer_minutes", "-3"),
        ("counters_an_hour", "99999999999"),
        ("staff_gain_minutes", "inf"),
        ("stay", "1.5"),
        ("stay", "0"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_what_was_typed_stays(
    trip: SmallTrip, coordinator: Browser, field: str, value: str
) -> None:
    answer = post(coordinator, trip, **{"offer": "off", field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert held(trip)[0] == 0
    if value and field not in ("walk",):
        assert value.replace("-", "") in answer.text or "۱" in answer.text


def test_where_somebody_else_was_quicker_nothing_is_lost(trip: SmallTrip, coordinator: Browser) -> None:
    post(coordinator, trip, walk="off")
    answer = post(coordinator, trip, offer="off", walks_an_hour="77")
    assert answer.status_code == 409
    assert "77" in answer.text or "۷۷" in answer.text
    assert held(trip)[1].offer == "do"


def test_pressing_twice_sets_it_once(trip: SmallTrip, coordinator: Browser) -> None:
    for _ in range(2):
        assert post(coordinator, trip, walk="off", idempotency_key="one-press").status_code == 303
    assert held(trip)[0] == 1


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector", "official"])
def test_only_coordinators_set_it(trip: SmallTrip, sign_in: Join, role: str) -> None:
    browser = sign_in(role, trip_id=trip.id)
    assert browser.get(address(trip)).status_code == 403
    assert post(browser, trip, walk="off").status_code == 403
    assert held(trip)[0] == 0


def test_another_trip_is_not_there(trip: SmallTrip, coordinator: Browser) -> None:
    other = make_small_trip("other")
    assert coordinator.get(address(other)).status_code in (403, 404)


# the API


def test_the_api_reads_and_sets_the_same(trip: SmallTrip, coordinator: Browser) -> None:
    path = f"/api/v1{address(trip)}"
    known = coordinator.get(path).get_json()
    assert (known["version"], known["walk"], known["walks_an_hour"]) == (0, "do", None)
    answer = coordinator.post(path, json=known | {"walk": "off", "stay": 2})
    assert answer.get_json()["version"] == 1
    assert held(trip)[1].stay == 2
    back = coordinator.post(f"{path}/again", json={"version": 1, "earlier": 0})
    assert back.get_json()["walk"] == "do"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"walk": "off"},
        filled(version=0) | {"unknown": 1},
        filled(walks_an_hour=[]),
        filled(stay=None),
    ],
)
def test_a_bad_body_is_refused_by_name(trip: SmallTrip, coordinator: Browser, body: Any) -> None:
    answer = coordinator.post(f"/api/v1{address(trip)}", json=body)
    assert answer.status_code == 422
    assert held(trip)[0] == 0


def test_the_api_names_a_stale_version_and_an_unknown_one(trip: SmallTrip, coordinator: Browser) -> None:
    path = f"/api/v1{address(trip)}"
    stale = coordinator.post(path, json=filled(version=7))
    assert (stale.status_code, stale.get_json()["error"]["code"]) == (409, "stale_version")
    unknown = coordinator.post(f"{path}/again", json={"version": 0, "earlier": 7})
    assert (unknown.status_code, unknown.get_json()["error"]["code"]) == (422, "unknown_version")
