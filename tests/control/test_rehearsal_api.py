"""Starting, changing and wiping a rehearsal from a program: the same rights and refusals as on the page."""

from typing import Any

import pytest

from deskops.core import clock
from deskops.desks.models import Trip
from tests.control.history import rows
from tests.control.rehearsals import run_for
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def api(trip: SmallTrip, path: str = "") -> str:
    return f"/api/v1/trips/{trip.id}/rehearsal{path}"


def begin(browser: Browser, trip: SmallTrip, **more: Any) -> Any:
    return browser.post(api(trip), json={"pace": 720, "serves": True}, **more)


def test_a_rehearsal_is_begun_looked_at_changed_and_wiped(trip: SmallTrip, coordinator: Browser) -> None:
    clock.freeze(clock.now())
    assert coordinator.get(api(trip)).json == {"rehearsal": None}
    begun = begin(coordinator, trip)
    assert begun.status_code == 201
    run_for(60)
    shown = coordinator.get(api(trip)).json["rehearsal"]
    assert (shown["trip_id"], shown["pace"], shown["serves"]) == (begun.json["id"], 720, True)
    assert shown["people"] == 12
    assert coordinator.get(f"/api/v1/trips/{begun.json['id']}/wall").status_code == 200
    changed = coordinator.post(api(trip, "/pace"), json={"pace": 5})
    assert (changed.status_code, changed.json) == (200, {"pace": 5, "serves": False})
    assert coordinator.post(api(trip, "/end"), json={}).json == begun.json
    assert coordinator.get(f"/api/v1/trips/{begun.json['id']}/wall").status_code == 404
    assert len(rows(Trip)) == 1


def test_one_request_sent_twice_is_one_rehearsal_and_one_end(trip: SmallTrip, coordinator: Browser) -> None:
    begun = [begin(coordinator, trip, headers={"Idempotency-Key": "begin"}) for _ in range(2)]
    assert [(one.status_code, one.json) for one in begun] == [(201, begun[0].json)] * 2
    ended = [
        coordinator.post(api(trip, "/end"), json={}, headers={"Idempotency-Key": "end"}) for _ in range(2)
    ]
    assert [(one.status_code, one.json) for one in ended] == [(200, begun[0].json)] * 2


def test_a_second_one_none_and_one_of_a_rehearsal_are_refused(trip: SmallTrip, coordinator: Browser) -> None:
    for path in ("/end", "/pace"):
        answer = coordinator.post(api(trip, path), json={"pace": 1} if path == "/pace" else {})
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "no_rehearsal")
    copy_id = begin(coordinator, trip).json["id"]
    assert begin(coordinator, trip).json["error"]["code"] == "rehearsal_runs"
    inner = coordinator.post(f"/api/v1/trips/{copy_id}/rehearsal", json={"pace": 1})
    assert inner.json["error"]["code"] == "not_a_rehearsal"


@pytest.mark.parametrize(
    "body", [{}, {"pace": -1}, {"pace": 20_001}, {"pace": "زیاد"}, {"pace": 1, "speed": 2}]
)
def test_a_pace_that_is_none_is_refused(trip: SmallTrip, coordinator: Browser, body: dict[str, Any]) -> None:
    assert coordinator.post(api(trip), json=body).status_code == 422
    assert len(rows(Trip)) == 1


def test_a_foreign_trip_does_not_exist_and_staff_may_not(trip: SmallTrip, sign_in: Join) -> None:
    stranger = sign_in("coordinator", trip_id=make_small_trip("other").id)
    staff = sign_in("staff", trip_id=trip.id)
    for browser, status in ((stranger, 404), (staff, 403)):
        assert browser.get(api(trip)).status_code == status
        assert begin(browser, trip).status_code == status
        assert browser.post(api(trip, "/end"), json={}).status_code == status
