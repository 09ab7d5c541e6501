"""A recorded day with another rule: asked for, played in a process of its own, and shown beside what the day really was."""

import json
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.balancing.simulation.reading import read_scenario
from deskops.balancing.simulation.traces import read_trace
from deskops.control.models import Replay
from deskops.control.services import replaying
from deskops.core import clock
from deskops.core.unit_of_work import unit_of_work
from tests.demands.counter import sit_down, somebody
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

DAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 22, 6, tzinfo=UTC)
PEOPLE = 5
PLAYED_WITHIN = 60
"""Seconds: a fresh interpreter on a busy machine takes its time."""


@pytest.fixture
def yesterday(trip: SmallTrip, sign_in: Join) -> None:
    """Five people, one counter that serves two of them; now it is the day after."""
    clock.freeze(MORNING)
    counter = sit_down(sign_in, trip, "a")
    tickets = [somebody(trip).ticket.id for _ in range(PEOPLE)]
    for ticket in tickets[:2]:
        counter.act("next")
        counter.act("serve", ticket)
        clock.advance(minutes=6)
        assert counter.act("finish", ticket, outcome="guidance_given").status_code == 200
    clock.freeze(MORNING + timedelta(days=1))


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join, yesterday: None) -> Browser:
    """Signed in on the day after."""
    return sign_in("coordinator", trip_id=trip.id)


@pytest.fixture(autouse=True)
def nothing_goes_on() -> object:
    yield
    replaying.replays.end_all()


def api(trip: SmallTrip, path: str = "") -> str:
    return f"/api/v1/trips/{trip.id}/balance/replays{path}"


def page(trip: SmallTrip, path: str = "") -> str:
    return f"/trips/{trip.id}/balance/replay{path}"


def asked(trip: SmallTrip, browser: Browser, *policies: str) -> int:
    answer = browser.post(api(trip), json={"day": "2026-11-22", "policies": list(policies or ("rule",))})
    assert answer.status_code == 201, answer.json
    return int(answer.json["id"])


def play_to_the_end(trip: SmallTrip, browser: Browser, replay_id: int) -> dict:
    begun = time.monotonic()
    while time.monotonic() - begun < PLAYED_WITHIN:
        replaying.follow_replays({})
        told = browser.get(api(trip, f"/{replay_id}")).json
        if told["state"] not in replaying.ACTIVE:
            return dict(told)
        time.sleep(0.1)
    raise AssertionError("it is still being played")


def test_a_day_is_played_and_stands_beside_what_it_was(trip: SmallTrip, coordinator: Browser) -> None:
    told = play_to_the_end(trip, coordinator, asked(trip, coordinator, "rule", "pool"))
    assert told["state"] == "done"
    assert [line["policy"] for line in told["lines"]] == ["really", "rule", "pool"]
    really, rule, _ = (line["figures"] for line in told["lines"])
    assert (really["mean"], really["unserved"]) == (pytest.approx(3.0), PEOPLE - 2)
    assert rule["unserved"] == 0
    assert told["counts"]["played"] == PEOPLE
    assert told["counts"]["mean_service"] == PEOPLE - 2


def test_the_page_shows_figures_and_chart(trip: SmallTrip, coordinator: Browser) -> None:
    replay_id = asked(trip, coordinator)
    play_to_the_end(trip, coordinator, replay_id)
    shown = coordinator.get(page(trip, f"/{replay_id}")).text
    assert "<svg" in shown
    assert "style=" not in shown
    assert "hx-trigger" not in shown.split('id="replay"')[1].split(">")[0]


def test_while_it_is_played_the_page_asks_again(trip: SmallTrip, coordinator: Browser) -> None:
    replay_id = asked(trip, coordinator)
    shown = coordinator.get(page(trip, f"/{replay_id}"), headers={"HX-Request": "true"}).text
    assert "every 2s" in shown
    assert "<html" not in shown


def test_the_page_offers_the_days_that_are_over(trip: SmallTrip, coordinator: Browser) -> None:
    somebody(trip)
    shown = coordinator.get(page(trip)).text
    assert 'value="2026-11-22"' in shown
    assert 'value="2026-11-23"' not in shown


def test_it_is_asked_for_on_the_page(trip: SmallTrip, coordinator: Browser) -> None:
    answer = coordinator.post(page(trip), data={"day": "2026-11-22", "policies": ["rule", "pool"]})
    assert answer.status_code == 303
    assert answer.location.startswith(page(trip, "/"))


def test_without_a_policy_the_page_says_so(trip: SmallTrip, coordinator: Browser) -> None:
    assert coordinator.post(page(trip), data={"day": "2026-11-22"}).status_code == 422


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"day": "2026-11-23", "policies": ["rule"]}, "day_ahead"),
        ({"day": "2026-11-30", "policies": ["rule"]}, "day_ahead"),
        ({"day": "2026-11-01", "policies": ["rule"]}, "nothing_recorded"),
        ({"day": "2026-11-22", "policies": []}, "invalid"),
        ({"day": "2026-11-22", "policies": ["best"]}, "invalid"),
        ({"day": "someday", "policies": ["rule"]}, "invalid"),
        ({"policies": ["rule"]}, "invalid"),
    ],
)
def test_what_cannot_be_played_is_refused(
    trip: SmallTrip, coordinator: Browser, body: dict, code: str
) -> None:
    refused = coordinator.post(api(trip), json=body)
    assert (refused.status_code, refused.json["error"]["code"]) == (422, code)


def test_one_at_a_time(trip: SmallTrip, coordinator: Browser) -> None:
    asked(trip, coordinator)
    refused = coordinator.post(api(trip), json={"day": "2026-11-22", "policies": ["pool"]})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "replay_runs")


def test_what_is_cancelled_is_played_no_further(trip: SmallTrip, coordinator: Browser) -> None:
    replay_id = asked(trip, coordinator)
    replaying.follow_replays({})
    assert coordinator.post(api(trip, f"/{replay_id}/cancel"), json={}).json == {"state": "cancelled"}
    process = replaying.replays.going[replay_id].process
    replaying.follow_replays({})
    assert not replaying.replays.going
    assert not process.is_running
    asked(trip, coordinator)


def test_what_is_over_cannot_be_cancelled(trip: SmallTrip, coordinator: Browser) -> None:
    replay_id = asked(trip, coordinator)
    assert coordinator.post(page(trip, f"/{replay_id}/cancel")).status_code == 303
    refused = coordinator.post(api(trip, f"/{replay_id}/cancel"), json={})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "replay_over")


def test_another_worker_waits_for_the_one_that_is_at_it(trip: SmallTrip, coordinator: Browser) -> None:
    replay_id = asked(trip, coordinator)
    _taken_elsewhere(replay_id)
    replaying.follow_replays({})
    assert not replaying.replays.going


def test_what_a_worker_that_died_had_begun_is_begun_anew(trip: SmallTrip, coordinator: Browser) -> None:
    replay_id = asked(trip, coordinator)
    _taken_elsewhere(replay_id)
    clock.advance(minutes=2)
    assert play_to_the_end(trip, coordinator, replay_id)["state"] == "done"


def test_the_files_are_what_simulate_reads(trip: SmallTrip, coordinator: Browser) -> None:
    replay_id = asked(trip, coordinator)
    assert coordinator.get(page(trip, f"/{replay_id}/trace.csv")).status_code == 404
    replaying.follow_replays({})
    document = coordinator.get(page(trip, f"/{replay_id}/scenario.json"))
    assert "attachment" in document.headers["Content-Disposition"]
    scenario = read_scenario(json.dumps(document.json))
    trace = coordinator.get(page(trip, f"/{replay_id}/trace.csv")).text
    assert len(read_trace(trace.splitlines(keepends=True), scenario)) == PEOPLE


def test_the_api_lists_days_and_replays(trip: SmallTrip, coordinator: Browser) -> None:
    replay_id = asked(trip, coordinator)
    told = coordinator.get(api(trip)).json
    assert told["days"] == [{"day": "2026-11-22", "people": PEOPLE}]
    assert [line["id"] for line in told["replays"]] == [replay_id]


def test_another_trips_replay_is_not_found(trip: SmallTrip, coordinator: Browser) -> None:
    asked(trip, coordinator)
    assert coordinator.get(api(trip, "/4711")).status_code == 404


def _taken_elsewhere(replay_id: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        row = uow.session.get_one(Replay, replay_id)
        row.state, row.worker, row.beat_at = "running", "elsewhere:1", uow.now
