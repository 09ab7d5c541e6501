"""The page and the API on which coordinators set the minutes of bonus."""

from typing import Any

import pytest

from deskops.core.i18n import LANGUAGE_COOKIE
from deskops.demands.priorities import USUAL_MINUTES, Priorities
from tests.demands.counter import somebody, ticket_row
from tests.demands.prioritising import minutes_of, worth
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id, name="هماهنگ‌کننده")


def filled(**more: Any) -> dict[str, Any]:
    return {
        "version": 0,
        "elderly": "۱۵",
        "disabled": "20",
        "infant": "12/5",
        "far": "",
        "urgent": "30",
        "own_topic": "۳٫۵",
    } | more


def post(browser: Browser, trip: SmallTrip, **more: Any) -> Any:
    return browser.post(f"/trips/{trip.id}/balance/priorities", data=filled(**more))


def page(browser: Browser, trip: SmallTrip) -> str:
    return str(browser.get(f"/trips/{trip.id}/balance/priorities").text)


def test_the_usual_minutes_stand_in_the_fields(trip: SmallTrip, coordinator: Browser) -> None:
    shown = page(coordinator, trip)
    assert shown.count('value="۱۰"') == 4
    assert 'value="۳٫۵"' in shown
    coordinator.client.set_cookie(LANGUAGE_COOKIE, "en")
    english = page(coordinator, trip)
    assert "<h1>Priorities</h1>" in english
    assert english.count('value="10"') == 4


def test_minutes_are_set_in_any_digits_and_move_who_waits(trip: SmallTrip, coordinator: Browser) -> None:
    ticket = int(somebody(trip, priorities=("elderly", "infant")).ticket.id)
    work = trip.topics["work"]
    assert (
        post(
            coordinator, trip, far="0", **{f"topic-{work}": "۴", f"topic-{trip.topics['loan']}": ""}
        ).status_code
        == 303
    )
    version, minutes = minutes_of(trip)
    assert version == 1
    assert minutes == Priorities(
        {"elderly": 15.0, "disabled": 20.0, "infant": 12.5, "far": 0.0}, 30.0, 3.5, {work: 4.0}
    )
    assert ticket_row(ticket).bonus_minutes == 27.5
    shown = page(coordinator, trip)
    assert "اولویت‌ها ثبت شد" in shown
    assert f'name="topic-{work}" value="۴"' in shown


def test_the_most_is_told_in_the_readers_digits(trip: SmallTrip, coordinator: Browser) -> None:
    assert "این مقدار باید ۱۲۰ یا کمتر باشد" in post(coordinator, trip, far="۱۲۱").text
    coordinator.client.set_cookie(LANGUAGE_COOKIE, "en")
    assert "This must be 120 or less" in post(coordinator, trip, far="121").text


def test_a_part_of_a_minute_stands_in_the_field_as_it_was_set(trip: SmallTrip, coordinator: Browser) -> None:
    post(
        coordinator,
        trip,
        far="3.25",
        **{f"topic-{trip.topics['work']}": "", f"topic-{trip.topics['loan']}": ""},
    )
    assert 'value="۳٫۲۵"' in page(coordinator, trip)


@pytest.mark.parametrize("wrong", ["121", "-1", "ده", "nan", "inf", ""])
def test_minutes_that_do_not_fit_are_named_and_what_was_typed_stays(
    trip: SmallTrip, coordinator: Browser, wrong: str
) -> None:
    answer = post(coordinator, trip, far=wrong)
    assert answer.status_code == 422
    assert 'id="far-error"' in answer.text
    assert 'value="۱۵"' in answer.text
    assert minutes_of(trip) == (0, Priorities())


def test_a_topics_minutes_are_named_where_they_do_not_fit(trip: SmallTrip, coordinator: Browser) -> None:
    field = f"topic-{trip.topics['work']}"
    answer = post(coordinator, trip, far="5", **{field: "500"})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize("field", ["topic-4711", "topic-x"])
def test_a_topic_that_is_none_of_the_trip_is_refused(
    trip: SmallTrip, coordinator: Browser, field: str
) -> None:
    assert post(coordinator, trip, far="5", **{field: "5"}).status_code in (404, 422)
    assert minutes_of(trip)[0] == 0


def test_what_somebody_else_set_meanwhile_is_not_overwritten(trip: SmallTrip, coordinator: Browser) -> None:
    worth(trip, far=33.0)
    answer = post(coordinator, trip, far="5")
    assert answer.status_code == 409
    assert minutes_of(trip)[1].kinds["far"] == 33.0


def test_what_was_before_is_shown_with_who_set_it_and_set_again(
    trip: SmallTrip, coordinator: Browser
) -> None:
    post(coordinator, trip, far="40")
    post(coordinator, trip, far="50", version=1)
    shown = page(coordinator, trip)
    assert "هماهنگ‌کننده" in shown
    assert "مقدار معمول" in shown
    path = f"/trips/{trip.id}/balance/priorities/again"
    assert coordinator.post(path, data={"version": 2, "earlier": 1}).status_code == 303
    assert minutes_of(trip)[1].kinds["far"] == 40.0
    stale = coordinator.post(path, data={"version": 2, "earlier": 0})
    assert stale.status_code == 303
    assert minutes_of(trip)[0] == 3
    assert coordinator.post(path, data={"version": 3, "earlier": 77}).status_code == 404
    assert coordinator.post(path, data={"version": 3}).status_code == 422


def test_a_program_reads_and_sets_them(trip: SmallTrip, coordinator: Browser) -> None:
    path = f"/api/v1/trips/{trip.id}/balance/priorities"
    told = coordinator.get(path).json
    assert told == {
        "version": 0,
        **dict.fromkeys(("elderly", "disabled", "infant", "far"), USUAL_MINUTES),
        "urgent": 30.0,
        "own_topic": 3.5,
        "topics": {},
    }
    work = str(trip.topics["work"])
    changed = coordinator.post(path, json=told | {"far": 0, "topics": {work: 6}})
    assert changed.json == told | {"version": 1, "far": 0.0, "topics": {work: 6.0}}
    assert coordinator.get(path).json == changed.json
    assert coordinator.post(path, json=told).status_code == 409


@pytest.mark.parametrize(
    "more",
    [
        {"far": 121},
        {"far": None},
        {"far": "x"},
        {"topics": {"x": 5}},
        {"topics": {"1": -1}},
        {"topics": []},
        {"topics": dict.fromkeys(range(1001), 5)},
        {"poor": 5},
    ],
)
def test_a_body_that_does_not_fit_is_refused(
    trip: SmallTrip, coordinator: Browser, more: dict[str, Any]
) -> None:
    path = f"/api/v1/trips/{trip.id}/balance/priorities"
    assert coordinator.post(path, json=coordinator.get(path).json | more).status_code == 422


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector", "official", "follow_up", "integration"])
def test_others_neither_see_nor_set_them(trip: SmallTrip, sign_in: Join, role: str) -> None:
    browser = sign_in(role, trip_id=trip.id)
    for root in (f"/trips/{trip.id}", f"/api/v1/trips/{trip.id}"):
        assert browser.get(f"{root}/balance/priorities").status_code == 403
    assert post(browser, trip, far="5").status_code == 403


def test_another_trips_coordinators_find_nothing(trip: SmallTrip, sign_in: Join) -> None:
    stranger = sign_in("coordinator", trip_id=make_small_trip("other").id)
    assert stranger.get(f"/trips/{trip.id}/balance/priorities").status_code == 404
    assert post(stranger, trip, far="5").status_code == 404
