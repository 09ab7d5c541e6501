"""Going on after an emergency stop: each desk is again what it was, or what its plan or somebody made of it since."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.control.models import StoppedDesk
from deskops.core import clock
from deskops.core.dates import local_day
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import DeskHours
from deskops.desks.services import set_desk_state
from deskops.desks.services.plan import follow_plan
from tests.control.history import rows
from tests.control.stopping import desk_row, desks_of, go_on, states, stop
from tests.fixtures import Browser, Join
from tests.live.screens import act, register
from tests.small_trip import SmallTrip


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """Twelve o'clock in Tehran; two changes at one instant couldn't be told apart."""
    clock.freeze(datetime(2026, 11, 22, 8, 30, tzinfo=UTC))
    yield
    clock.reset()


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def by_hand(trip: SmallTrip, state: str, desk: str = "a", reason: str = "") -> None:
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks[desk], state=state, reason=reason)
    clock.advance(minutes=1)


def plan(trip: SmallTrip, opens: int, closes: int, desk: str = "a") -> None:
    """Hours of today, in minutes from midnight."""
    with unit_of_work(SYSTEM) as uow:
        day = local_day(clock.now())
        uow.session.add(DeskHours(desk_id=trip.desks[desk], day=day, opens=opens, closes=closes))


def stop_and_go_on(
    coordinator: Browser, trip: SmallTrip, choice: str = "share_out", minutes: int = 5
) -> None:
    stop(coordinator, trip, desk=None, choice=choice)
    clock.advance(minutes=minutes)
    go_on(coordinator, trip)


@pytest.mark.parametrize("choice", ["share_out", "keep", "call_back"])
def test_a_desk_that_was_paused_is_paused_again_with_its_reason(
    trip: SmallTrip, coordinator: Browser, choice: str
) -> None:
    by_hand(trip, "paused", reason="نماز")
    since = desk_row(trip).state_at
    stop_and_go_on(coordinator, trip, choice)
    again = desk_row(trip)
    assert (again.state, again.state_reason, again.state_at) == ("paused", "نماز", since)
    assert states(trip) == {"a": "paused", "hall": "open", "hq": "open", "b": "open"}


def test_a_desk_that_was_closed_is_not_touched_at_all(trip: SmallTrip, coordinator: Browser) -> None:
    by_hand(trip, "closed")
    stop_and_go_on(coordinator, trip)
    assert states(trip)["a"] == "closed"
    assert trip.desks["a"] not in {row.desk_id for row in rows(StoppedDesk)}


def test_a_desk_that_was_closing_closes_on_and_opens_for_nobody_new(
    trip: SmallTrip, coordinator: Browser, integration: Browser
) -> None:
    act(integration, trip, f"/places/{trip.places['a'][0]}/open")
    ticket = register(integration, trip)["id"]
    by_hand(trip, "closing")
    stop_and_go_on(coordinator, trip, "keep")
    assert states(trip)["a"] == "closing"
    assert desks_of([ticket]) == {trip.desks["a"]}
    assert register(integration, trip)["desk_id"] is None


def test_a_desk_whose_hours_ended_meanwhile_does_not_open_again(
    trip: SmallTrip, coordinator: Browser
) -> None:
    plan(trip, 8 * 60, 12 * 60 + 10)
    stop_and_go_on(coordinator, trip, minutes=20)
    assert states(trip) == {"a": "closing", "hall": "open", "hq": "open", "b": "open"}


def test_a_paused_desk_whose_hours_ended_meanwhile_is_closed(trip: SmallTrip, coordinator: Browser) -> None:
    plan(trip, 8 * 60, 12 * 60 + 10)
    by_hand(trip, "paused", reason="نماز")
    stop_and_go_on(coordinator, trip, minutes=20)
    assert (states(trip)["a"], desk_row(trip).state_reason) == ("closed", "")


def test_a_closing_desk_whose_hours_began_anew_meanwhile_opens(trip: SmallTrip, coordinator: Browser) -> None:
    plan(trip, 12 * 60 + 10, 14 * 60)
    by_hand(trip, "closing")
    stop_and_go_on(coordinator, trip, minutes=20)
    assert states(trip)["a"] == "open"


def test_the_plan_goes_on_for_a_desk_that_goes_on(trip: SmallTrip, coordinator: Browser) -> None:
    plan(trip, 8 * 60, 13 * 60)
    stop_and_go_on(coordinator, trip)
    assert states(trip)["a"] == "open"
    clock.advance(hours=1)
    follow_plan({})
    assert states(trip)["a"] == "closing"


@pytest.mark.parametrize("state", ["closed", "open"])
def test_what_somebody_decided_since_holds(trip: SmallTrip, coordinator: Browser, state: str) -> None:
    by_hand(trip, "paused", reason="نماز")
    stop(coordinator, trip)
    clock.advance(minutes=1)
    by_hand(trip, state)
    go_on(coordinator, trip)
    assert states(trip)["a"] == state


def test_two_stops_are_ended_one_after_the_other(trip: SmallTrip, coordinator: Browser) -> None:
    stop(coordinator, trip, choice="keep")
    clock.advance(minutes=1)
    stop(coordinator, trip, desk=None, reason="سیل")
    clock.advance(minutes=1)
    go_on(coordinator, trip, 1)
    again = desk_row(trip)
    assert (again.state, again.state_reason, again.keeps_queue) == ("paused", "آتش‌سوزی", True)
    go_on(coordinator, trip, 0)
    assert set(states(trip).values()) == {"open"}


def test_a_stop_that_is_ended_under_a_later_one_is_not_brought_back_by_it(
    trip: SmallTrip, coordinator: Browser
) -> None:
    stop(coordinator, trip, choice="keep")
    clock.advance(minutes=1)
    stop(coordinator, trip, desk=None)
    clock.advance(minutes=1)
    go_on(coordinator, trip, 0)
    assert states(trip)["a"] == "failed"
    go_on(coordinator, trip, 1)
    assert set(states(trip).values()) == {"open"}


def test_only_the_desks_that_serve_again_are_counted(trip: SmallTrip, coordinator: Browser) -> None:
    by_hand(trip, "paused", reason="نماز")
    stop(coordinator, trip, desk=None)
    clock.advance(minutes=1)
    stops = coordinator.get(f"/api/v1/trips/{trip.id}/stops").json["stops"]
    answer = coordinator.post(f"/api/v1/trips/{trip.id}/stops/{stops[0]['id']}/resume")
    assert answer.json == {"opened": 2}


@pytest.mark.parametrize(
    ("language", "words"), [("fa", "همان است که پیش از توقف بود"), ("en", "what it was before")]
)
def test_the_page_says_what_became_of_the_desks(
    trip: SmallTrip, coordinator: Browser, language: str, words: str
) -> None:
    stop(coordinator, trip)
    clock.advance(minutes=1)
    coordinator.client.set_cookie("lang", language)
    go_on(coordinator, trip)
    assert words in coordinator.get(f"/trips/{trip.id}/stops").text


@pytest.mark.parametrize("choice", ["share_out", "keep", "call_back"])
def test_the_plan_opens_nothing_that_is_still_stopped(
    trip: SmallTrip, coordinator: Browser, choice: str
) -> None:
    plan(trip, 8 * 60, 18 * 60)
    stop(coordinator, trip, desk=None, choice=choice)
    stopped = desk_row(trip).state
    clock.advance(hours=12)
    follow_plan({})
    assert desk_row(trip).state == stopped, "its hours were over"
    plan(trip, 8 * 60, 18 * 60)
    clock.advance(hours=12)
    follow_plan({})
    assert desk_row(trip).state == stopped, "its hours began anew"
    go_on(coordinator, trip)
    assert desk_row(trip).state == "open"


def test_a_desk_that_was_to_open_later_at_a_stopped_site_stays_shut_until_it_goes_on(
    trip: SmallTrip, coordinator: Browser
) -> None:
    for name in ("a", "b"):
        by_hand(trip, "closing", name)
        by_hand(trip, "closed", name)
        plan(trip, 13 * 60, 18 * 60, name)
    stop(coordinator, trip, desk=None, choice="share_out")
    clock.advance(hours=2)
    follow_plan({})
    assert (states(trip)["a"], states(trip)["b"]) == ("closed", "open"), "b stands at another site"
    go_on(coordinator, trip)
    follow_plan({})
    assert states(trip)["a"] == "open"


def test_a_desk_that_somebody_opened_at_a_stopped_site_follows_its_plan_again(
    trip: SmallTrip, coordinator: Browser
) -> None:
    by_hand(trip, "closing")
    by_hand(trip, "closed")
    plan(trip, 15 * 60, 18 * 60)
    stop(coordinator, trip, desk=None, choice="share_out")
    clock.advance(minutes=1)
    for state in ("open", "closing", "closed"):
        by_hand(trip, state)
    clock.advance(hours=4)
    follow_plan({})
    assert desk_row(trip).state == "open"
