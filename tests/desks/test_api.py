"""The JSON API of set-up, as a telephone exchange uses it."""

from typing import Any

import pytest

from deskops.core import runtime
from deskops.desks.queries import places_of_trip
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


def path(trip: SmallTrip, rest: str = "/") -> str:
    return f"/api/v1/trips/{trip.id}{rest}"


def state_of(trip: SmallTrip, desk: str = "a") -> str:
    return f"/desks/{trip.desks[desk]}/state"


def seats_of(trip: SmallTrip, desk: str = "hq") -> str:
    return f"/desks/{trip.desks[desk]}/places"


def test_a_system_finds_its_trips(trip: SmallTrip, integration: Browser) -> None:
    make_small_trip("other")
    found = integration.get("/api/v1/trips/").json["trips"]
    assert [(line["id"], line["code"]) for line in found] == [(trip.id, "small")]


def test_the_set_up_is_given_whole_with_codes_and_states(trip: SmallTrip, integration: Browser) -> None:
    setup = integration.get(path(trip)).json
    assert setup["trip"]["code"] == "small"
    assert {site["code"]: site["id"] for site in setup["sites"]} == trip.sites
    assert {topic["code"]: topic["id"] for topic in setup["topics"]} == trip.topics
    assert {desk["code"]: desk["state"] for desk in setup["desks"]} == dict.fromkeys(trip.desks, "open")
    assert len(setup["places"]) == 10


def test_the_speeds_of_a_desk_are_given_by_topic(trip: SmallTrip, integration: Browser) -> None:
    desks = {desk["code"]: desk for desk in integration.get(path(trip)).json["desks"]}
    assert desks["b"]["speeds"] == {str(trip.topics["work"]): 1.0, str(trip.topics["loan"]): 1.2}


def test_signs_keep_their_secret(trip: SmallTrip, integration: Browser) -> None:
    assert "sign_token" not in integration.get(path(trip)).text


def test_a_desk_is_paused_with_a_reason(trip: SmallTrip, sign_in: Join) -> None:
    coordinator = sign_in("coordinator", trip_id=trip.id)
    body = {"state": "paused", "reason": "نماز", "version": 1}
    answer = coordinator.post(path(trip, state_of(trip)), json=body)
    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["state_reason"], answer.json["version"]) == (
        "paused",
        "نماز",
        2,
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"state": "paused"}, 422, "reason_needed"),
        ({"state": "open"}, 409, "desk_state_refused"),
        ({"state": "closed", "version": 9}, 409, "stale_version"),
        ({"state": "planned"}, 422, "invalid"),
        ({"state": "closed", "color": "red"}, 422, "invalid"),
        ({}, 422, "invalid"),
        ({"state": "paused", "reason": "x" * 10_000}, 422, "invalid"),
    ],
)
def test_a_state_is_refused_with_a_code_that_programs_know(
    trip: SmallTrip, sign_in: Join, body: dict[str, Any], status: int, code: str
) -> None:
    answer = sign_in("coordinator", trip_id=trip.id).post(path(trip, state_of(trip)), json=body)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
    assert answer.json["error"]["message"]


def test_an_unknown_desk_is_not_found(trip: SmallTrip, sign_in: Join, integration: Browser) -> None:
    coordinator = sign_in("coordinator", trip_id=trip.id)
    assert coordinator.post(path(trip, "/desks/999/state"), json={"state": "closed"}).status_code == 404
    assert integration.post(path(trip, "/desks/999/places"), json={}).status_code == 404


def test_a_foreign_trip_is_not_found(trip: SmallTrip, integration: Browser) -> None:
    other = make_small_trip("other")
    assert integration.get(path(other)).status_code == 404
    assert integration.get(path(other, "/places")).status_code == 404
    assert integration.post(path(other, seats_of(other)), json={}).status_code == 404


def test_a_system_does_not_open_or_close_desks(trip: SmallTrip, integration: Browser) -> None:
    assert integration.post(path(trip, state_of(trip)), json={"state": "closed"}).status_code == 403


def test_the_seats_of_an_exchange_are_made_under_their_own_names(
    trip: SmallTrip, integration: Browser
) -> None:
    made = integration.post(path(trip, seats_of(trip)), json={"external_id": "agent-7"})
    assert made.status_code == 201
    assert (made.json["kind"], made.json["number"], made.json["state"]) == ("phone", 4, "closed")
    again = integration.post(path(trip, seats_of(trip)), json={"external_id": "agent-7"})
    assert again.json["id"] == made.json["id"]
    listed = integration.get(path(trip, "/places")).json["places"]
    assert [place["id"] for place in listed if place["external_id"] == "agent-7"] == [made.json["id"]]


def test_a_new_seat_can_be_worked_at_once(trip: SmallTrip, integration: Browser) -> None:
    seat = integration.post(path(trip, seats_of(trip)), json={"external_id": "agent-8"}).json["id"]
    assert integration.post(path(trip, f"/places/{seat}/open"), json={}).json["state"] == "open"
    assert integration.post(path(trip, f"/places/{seat}/next"), json={}).json == {"ticket": None}


@pytest.mark.parametrize(
    "body", [{"kind": "sofa"}, {"number": 0}, {"number": 10_000}, {"external_id": "x" * 61}]
)
def test_a_seat_that_cannot_be_is_refused(
    trip: SmallTrip, integration: Browser, body: dict[str, Any]
) -> None:
    assert integration.post(path(trip, seats_of(trip)), json=body).status_code == 422
    with runtime.current().database.reading() as session:
        assert len(places_of_trip(session, trip.id)) == 10


def test_staff_make_no_seats(trip: SmallTrip, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    assert staff.post(path(trip, seats_of(trip)), json={}).status_code == 403


def test_a_board_does_not_read_the_set_up(trip: SmallTrip, sign_in: Join) -> None:
    assert sign_in("board", trip_id=trip.id).get(path(trip)).status_code == 403


def test_who_comes_back_finds_what_stands_at_its_counters(trip: SmallTrip, integration: Browser) -> None:
    seat = trip.places["a"][0]
    integration.post(path(trip, f"/places/{seat}/open"), json={})
    walk_in = {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"]}
    for _ in range(2):
        integration.post(path(trip, "/demands"), json=walk_in)
    called = integration.post(path(trip, f"/places/{seat}/next"), json={}).json["ticket"]
    tickets = integration.get(path(trip, "/tickets")).json["tickets"]
    assert [(ticket["id"], ticket["place_id"]) for ticket in tickets] == [(called["id"], seat)]
