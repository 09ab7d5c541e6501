"""Emergency stop: what becomes of those who wait, who is told, and going on again."""

import pytest

from deskops.control.models import EmergencyStop
from deskops.core import runtime
from deskops.demands.models import Demand
from deskops.demands.services.mending import mend
from deskops.demands.services.sharing import StopOutlook, stop_outlook
from deskops.desks.models import Desk
from tests.control.history import rows
from tests.control.stopping import desks_of, go_on, states, stop
from tests.demands.counter import sit_down
from tests.fixtures import Browser, Join
from tests.live.screens import act, register
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


@pytest.fixture
def waiting(trip: SmallTrip, integration: Browser) -> list[int]:
    """Three wait at desk A, where one counter is open; another desk of the site is open too."""
    act(integration, trip, f"/places/{trip.places['a'][0]}/open")
    tickets = [register(integration, trip)["id"] for _ in range(3)]
    act(integration, trip, f"/places/{trip.places['hall'][0]}/open")
    return tickets


def outlook(trip: SmallTrip, *desks: str) -> StopOutlook:
    with runtime.current().database.reading() as session:
        return stop_outlook(session, trip.id, [trip.desks[name] for name in desks])


def test_before_the_press_it_says_how_many_can_be_moved(
    trip: SmallTrip, coordinator: Browser, waiting: list[int]
) -> None:
    assert outlook(trip, "a") == StopOutlook(3, movable=3, stranded=0, at_desk=0, without_phone=3)
    assert outlook(trip, "a", "hall") == StopOutlook(3, movable=0, stranded=3, at_desk=0, without_phone=3)
    page = coordinator.get(f"/trips/{trip.id}/stops?desk={trip.desks['a']}").text
    assert 'value="share_out"' in page
    assert states(trip)["a"] == "open"


def test_who_is_at_a_counter_is_counted(trip: SmallTrip, integration: Browser, waiting: list[int]) -> None:
    act(integration, trip, f"/places/{trip.places['a'][0]}/next")
    assert outlook(trip, "a") == StopOutlook(2, movable=2, stranded=0, at_desk=1, without_phone=3)


def test_those_who_wait_are_shared_out_at_once(
    trip: SmallTrip, coordinator: Browser, waiting: list[int]
) -> None:
    assert stop(coordinator, trip).status_code == 303
    assert states(trip)["a"] == "failed"
    assert desks_of(waiting) == {trip.desks["hall"]}


def test_those_who_wait_are_kept_and_nothing_moves_them(
    trip: SmallTrip, coordinator: Browser, integration: Browser, waiting: list[int]
) -> None:
    stop(coordinator, trip, choice="keep")
    assert states(trip)["a"] == "paused"
    act(integration, trip, f"/places/{trip.places['a'][0]}/close")
    mend({})
    assert desks_of(waiting) == {trip.desks["a"]}
    assert register(integration, trip)["desk_id"] == trip.desks["hall"]


def test_a_site_stops_whole_and_nobody_is_sent_to_a_desk_that_stops_with_it(
    trip: SmallTrip, coordinator: Browser, waiting: list[int]
) -> None:
    stop(coordinator, trip, desk=None)
    assert states(trip) == {"a": "failed", "hall": "failed", "hq": "failed", "b": "open"}
    assert desks_of(waiting) == {None}
    assert len(rows(EmergencyStop)) == 1


def test_all_goes_on_by_one_press(trip: SmallTrip, coordinator: Browser, waiting: list[int]) -> None:
    stop(coordinator, trip, desk=None)
    (row,) = rows(EmergencyStop)
    path = f"/trips/{trip.id}/stops/{row.id}/resume"
    assert coordinator.post(path).status_code == 303
    assert set(states(trip).values()) == {"open"}
    assert None not in desks_of(waiting)
    again = coordinator.post(f"/api/v1/trips/{trip.id}/stops/{row.id}/resume")
    assert (again.status_code, again.json["error"]["code"]) == (409, "already_resumed")


def test_kept_people_are_served_where_they_waited_once_it_goes_on(
    trip: SmallTrip, coordinator: Browser, integration: Browser, waiting: list[int]
) -> None:
    stop(coordinator, trip, choice="keep")
    coordinator.post(f"/trips/{trip.id}/stops/{rows(EmergencyStop)[0].id}/resume")
    assert desks_of(waiting) == {trip.desks["a"]}
    assert not next(row for row in rows(Desk) if row.id == trip.desks["a"]).keeps_queue


def test_a_desk_that_somebody_closed_since_is_left_alone(trip: SmallTrip, coordinator: Browser) -> None:
    stop(coordinator, trip, desk=None)
    closing = f"/trips/{trip.id}/wall/desks/{trip.desks['a']}/state"
    coordinator.post(closing, data={"state": "closed"})
    coordinator.post(f"/trips/{trip.id}/stops/{rows(EmergencyStop)[0].id}/resume")
    assert states(trip) == {"a": "closed", "hall": "open", "hq": "open", "b": "open"}


def test_a_kept_queue_is_shared_out_by_a_second_stop(
    trip: SmallTrip, coordinator: Browser, waiting: list[int]
) -> None:
    stop(coordinator, trip, choice="keep")
    stop(coordinator, trip)
    assert states(trip)["a"] == "failed"
    assert desks_of(waiting) == {trip.desks["hall"]}


def test_the_board_says_so_until_it_goes_on(trip: SmallTrip, coordinator: Browser) -> None:
    address = f"/api/v1/trips/{trip.id}/boards/{trip.sites['one']}"
    assert coordinator.get(address).json["stopped"] == []
    stop(coordinator, trip)
    told = coordinator.get(address).json
    assert (told["stopped"], told["stopped_whole"]) == ([1], False)
    page = coordinator.get(f"/trips/{trip.id}/boards/{trip.sites['one']}").text
    assert "Stopped for now" in page
    assert 'lang="fa"' in page
    stop(coordinator, trip, desk=None)
    assert coordinator.get(address).json["stopped_whole"]
    other = coordinator.get(f"/api/v1/trips/{trip.id}/boards/{trip.sites['two']}").json
    assert other["stopped"] == []
    for row in rows(EmergencyStop):
        coordinator.post(f"/trips/{trip.id}/stops/{row.id}/resume")
    assert coordinator.get(address).json["stopped"] == []


@pytest.mark.parametrize(
    ("language", "kept", "moved"),
    [
        ("fa", "نوبت شما محفوظ است", "به میز دیگری سپرده"),
        ("en", "You keep your turn", "were given another desk"),
    ],
)
def test_those_who_wait_read_it_on_their_phones(
    trip: SmallTrip, coordinator: Browser, anonymous: Browser, waiting: list[int], language: str, kept: str, moved: str
) -> None:  # fmt: skip
    address = f"/r/{rows(Demand)[0].receipt_token}?lang={language}"
    assert kept not in anonymous.get(address).text
    stop(coordinator, trip, choice="keep")
    page = anonymous.get(address).text
    assert kept in page
    assert "آتش‌سوزی" in page
    stop(coordinator, trip)
    assert moved in anonymous.get(address).text


@pytest.mark.parametrize("choice", ["share_out", "keep", "call_back"])
def test_staff_read_the_reason_at_their_counter_until_it_goes_on(
    trip: SmallTrip, coordinator: Browser, sign_in: Join, choice: str
) -> None:
    counter = sit_down(sign_in, trip, "a")
    stop(coordinator, trip, choice=choice)
    page = counter.page().text
    assert "کار این میز متوقف است." in page
    assert "آتش‌سوزی" in page
    assert "نفر بعد را فرا بخوانید" not in page
    go_on(coordinator, trip)
    page = counter.page().text
    assert "آتش‌سوزی" not in page
    assert "نفر بعد را فرا بخوانید" in page


def test_a_stop_needs_a_reason_and_a_choice(trip: SmallTrip, coordinator: Browser) -> None:
    assert stop(coordinator, trip, reason="").status_code == 422
    refused = stop(coordinator, trip, choice="burn")
    assert refused.status_code == 422
    assert 'value="آتش‌سوزی"' in refused.text
    assert states(trip)["a"] == "open"


def test_what_stands_still_is_not_stopped(trip: SmallTrip, coordinator: Browser) -> None:
    stop(coordinator, trip)
    again = stop(coordinator, trip)
    assert again.status_code == 409
    assert "چیزی برای توقف نیست" in again.text


def test_a_desk_head_stops_their_own_desk_alone(trip: SmallTrip, sign_in: Join) -> None:
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    assert stop(head, trip, desk="hall").status_code == 403
    assert stop(head, trip, desk=None).status_code == 403
    assert stop(head, trip).status_code == 303
    assert head.get(f"/trips/{trip.id}/stops?desk={trip.desks['hall']}").status_code == 404
    assert head.get(f"/trips/{trip.id}/stops?site={trip.sites['one']}").status_code == 404


@pytest.mark.parametrize("role", ["staff", "official", "inspector", "follow_up", "integration", "board"])
def test_others_stop_nothing(trip: SmallTrip, sign_in: Join, role: str) -> None:
    assert stop(sign_in(role, trip_id=trip.id), trip).status_code == 403


def test_another_trips_desks_are_not_stopped(trip: SmallTrip, coordinator: Browser) -> None:
    other = make_small_trip("other")
    for form in ({"site_id": other.sites["one"]}, {"desk_id": other.desks["a"]}):
        body = {"site_id": trip.sites["one"], "choice": "keep", "reason": "x"} | form
        assert coordinator.post(f"/trips/{trip.id}/stops", data=body).status_code == 404
    assert coordinator.post(f"/trips/{other.id}/stops", data={}).status_code == 404
    assert coordinator.get(f"/trips/{trip.id}/stops?site={other.sites['one']}").status_code == 404


def test_the_same_over_the_api(trip: SmallTrip, coordinator: Browser) -> None:
    api = f"/api/v1/trips/{trip.id}/stops"
    body = {"site_id": trip.sites["one"], "desk_id": trip.desks["a"], "choice": "keep", "reason": "برق رفت"}
    headers = {"Idempotency-Key": "one"}
    made = [coordinator.post(api, json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    (line,) = coordinator.get(api).json["stops"]
    assert (line["id"], line["desk_ids"]) == (made[0].json["id"], [trip.desks["a"]])
    assert coordinator.post(f"{api}/{line['id']}/resume").json == {"opened": 1}
    assert coordinator.get(api).json["stops"] == []
