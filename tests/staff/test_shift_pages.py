"""Pages and API of patterns and of the shifts of desks."""

import pytest

from deskops.core import clock
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip
from tests.staff import rostered
from tests.staff.laid import a_full_shift, set_hours, times
from tests.staff.rostered import DAY, EARLY, MORNING, NEXT


@pytest.fixture(autouse=True)
def desks(trip: SmallTrip) -> None:
    clock.freeze(EARLY)
    rostered.open_desks(trip, DAY, NEXT)


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def page(trip: SmallTrip, path: str) -> str:
    return f"/trips/{trip.id}/shifts{path}"


def test_a_pattern_comes_from_a_page_with_persian_digits_and_is_laid(
    trip: SmallTrip, coordinator: Browser
) -> None:
    typed = {
        "name_fa": "صبح", "begins_from": "opening", "begins_minutes": "-۰:۳۰",
        "ends_from": "midnight", "ends_minutes": "۱۲:۰۰",
    }  # fmt: skip
    assert coordinator.post(page(trip, "/patterns"), data=typed).status_code == 303
    shown = coordinator.get(page(trip, "/patterns")).text
    assert "۰۷:۳۰" in shown
    lay_it = {
        "pattern_ids": ["1"],
        "site_ids": [str(trip.sites["one"])],
        "first_day": "1405/09/01",
        "last_day": "",
    }
    answer = coordinator.post(page(trip, "/lay"), data=lay_it)
    assert answer.status_code == 303, answer.text
    assert times(trip) == ["22 07:30-22 12:00"] * 3
    assert "۰۷:۳۰" in coordinator.get(page(trip, f"?day={DAY}")).text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("begins_minutes", "soon"),
        ("ends_minutes", "99:99"),
        ("begins_from", "noon"),
        ("name_fa", ""),
        ("ends_minutes", "-600"),
    ],
)
def test_a_pattern_that_makes_no_sense_is_shown_again(
    trip: SmallTrip, coordinator: Browser, field: str, typed: str
) -> None:
    sent = {
        "name_fa": "صبح",
        "begins_from": "opening",
        "begins_minutes": "0",
        "ends_from": "opening",
        "ends_minutes": "240",
    }
    answer = coordinator.post(page(trip, "/patterns"), data=sent | {field: typed})
    assert answer.status_code == 422
    assert 'class="summary"' in answer.text


def test_removing_shifts_with_people_asks_first_on_the_page(trip: SmallTrip, coordinator: Browser) -> None:
    slot_id, _ids = a_full_shift(trip)
    sent = {"act": "remove", "shift_ids": [str(slot_id)], "day": DAY.isoformat(), "site_id": ""}
    answer = coordinator.post(page(trip, ""), data=sent)
    assert answer.status_code == 409
    assert 'name="confirmed"' in answer.text
    assert coordinator.post(page(trip, ""), data=sent | {"confirmed": "yes"}).status_code == 303
    assert rostered.slots(trip) == []


@pytest.mark.parametrize(
    "day", ["2026-13-45", "1405-13-45", "1405/09/01", "0001-01-01", "9999-12-31", "۱۲۳۴۵۶۷۸۹۰"]
)
@pytest.mark.parametrize("form", ["", "/copy"])
def test_a_day_that_is_none_is_told_on_the_page(
    trip: SmallTrip, coordinator: Browser, form: str, day: str
) -> None:
    sent = {"act": "remove", "whole": "yes", "day": day, "first_day": DAY.isoformat()}
    assert coordinator.post(page(trip, form), data=sent).status_code in (303, 422)


def test_the_page_says_which_shifts_do_not_fit_and_lays_them_anew(
    trip: SmallTrip, coordinator: Browser
) -> None:
    rostered.laid(trip, desks=("a",))
    set_hours(trip, "a", 540, 1020)
    assert page(trip, "/lay-anew") in coordinator.get(page(trip, "")).text
    assert coordinator.post(page(trip, "/lay-anew"), data={}).status_code == 303
    assert page(trip, "/lay-anew") not in coordinator.get(page(trip, "")).text


def test_one_shift_is_changed_on_its_page_across_midnight(trip: SmallTrip, coordinator: Browser) -> None:
    [slot_id] = rostered.laid(trip, MORNING, desks=("a",))
    sent = {
        "version": "1",
        "begins": "۲۲:۰۰",
        "ends": "06:00",
        "minimum": "1",
        "target": "2",
        "supervisors": "0",
    }
    assert coordinator.post(page(trip, f"/{slot_id}"), data=sent).status_code == 303
    assert times(trip) == ["22 22:00-23 06:00"]
    assert coordinator.post(page(trip, f"/{slot_id}"), data=sent).status_code == 409
    long = sent | {"version": "2", "begins": "12:00", "ends": "10:00"}
    assert coordinator.post(page(trip, f"/{slot_id}"), data=long).status_code == 422
    assert coordinator.get(page(trip, f"/{slot_id}")).status_code == 200


def test_the_api_does_the_same(trip: SmallTrip, coordinator: Browser) -> None:
    api = f"/api/v1{page(trip, '')}"
    pattern = {
        "name_fa": "صبح", "begins_from": "opening", "begins_minutes": 0, "ends_from": "closing", "ends_minutes": -240,
    }  # fmt: skip
    made = coordinator.post(f"{api}/patterns", json=pattern)
    assert made.status_code == 201
    pattern_id = made.json["id"]
    assert coordinator.put(f"{api}/patterns/{pattern_id}", json=pattern | {"version": 1}).json == {
        "version": 2
    }
    assert coordinator.put(f"{api}/patterns/{pattern_id}", json=pattern | {"version": 1}).status_code == 409
    laid = coordinator.post(
        f"{api}/lay",
        json={"pattern_ids": [pattern_id], "desk_ids": [trip.desks["a"]], "first_day": "2026-11-22"},
    )
    assert laid.json["made"] == 1
    copied = coordinator.post(f"{api}/copy", json={"day": "2026-11-22", "first_day": "2026-11-23"})
    assert copied.json["made"] == 1
    listed = coordinator.get(f"{api}?day=2026-11-22").json
    assert listed["days"] == {"2026-11-22": 1, "2026-11-23": 1}
    [shift] = listed["shifts"]
    many = coordinator.post(f"{api}/many", json={"shift_ids": [shift["id"]], "target": 6, "begins_later": 30})
    assert many.json == {"count": 1}
    one = coordinator.put(
        f"{api}/{shift['id']}",
        json={"version": 2, "begins": "09:00", "ends": "11:00", "minimum": 1, "target": 1},
    )
    assert one.json == {"version": 3}
    assert coordinator.post(f"{api}/lay-anew", json={}).json == {"count": 0}
    settings = {
        "rest": 0,
        "most_shifts": 3,
        "no_show_after": 5,
        "at_risk_before": 30,
        "early": 30,
        "close_after": 30,
    }
    assert coordinator.put(f"{api}/settings", json=settings).json == {"version": 2}
    assert coordinator.get(f"{api}/patterns").json["settings"]["most_shifts"] == 3
    assert coordinator.post(f"{api}/many", json={"act": "remove", "whole": True}).status_code == 422
    assert coordinator.delete(f"{api}/patterns/{pattern_id}").status_code == 200


def test_days_that_end_before_they_begin_are_refused(trip: SmallTrip, coordinator: Browser) -> None:
    body = {"pattern_ids": [1], "desk_ids": [1], "first_day": "2026-11-23", "last_day": "2026-11-22"}
    answer = coordinator.post(f"/api/v1{page(trip, '/lay')}", json=body)
    assert answer.status_code == 422
    assert "last_day" in answer.json["error"]["errors"]
