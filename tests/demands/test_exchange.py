"""What a telephone exchange asks of the API: naming who is served where, and checking what it sent."""

import pytest

from deskops.demands.queries import contacts
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

AT = "2026-11-22T06:00:00+00:00"
LATER = "2026-11-22T06:05:00+00:00"


def api(trip: SmallTrip, path: str) -> str:
    return f"/api/v1/trips/{trip.id}{path}"


@pytest.fixture
def seat(trip: SmallTrip, integration: Browser) -> int:
    """An open seat of the headquarters."""
    place_id = trip.places["hq"][0]
    assert integration.post(api(trip, f"/places/{place_id}/open"), json={"at": AT}).status_code == 200
    return place_id


def call(trip: SmallTrip, integration: Browser, call_id: str) -> int:
    body = {"topic_id": trip.topics["loan"], "channel": "call", "call_id": call_id, "at": AT}
    return int(integration.post(api(trip, "/demands"), json=body).json["ticket"]["id"])


def connect(trip: SmallTrip, browser: Browser, place_id: int, ticket_id: int, **more: str):
    return browser.post(api(trip, f"/places/{place_id}/call"), json={"ticket_id": ticket_id, **more})


def test_the_exchange_connects_whom_it_names_at_its_own_time(
    trip: SmallTrip, integration: Browser, seat: int
) -> None:
    call(trip, integration, "first")
    second = call(trip, integration, "second")
    answer = connect(trip, integration, seat, second, at=LATER)
    assert (answer.json["id"], answer.json["status"], answer.json["place_id"]) == (second, "serving", seat)
    held = integration.get(api(trip, "/contacts")).json["contacts"]
    assert [line["serving_at"] for line in held] == [None, LATER]


def test_a_seat_where_somebody_is_served_takes_nobody_else(
    trip: SmallTrip, integration: Browser, seat: int
) -> None:
    first, second = call(trip, integration, "first"), call(trip, integration, "second")
    connect(trip, integration, seat, first)
    refused = connect(trip, integration, seat, second)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "place_busy")


def test_who_is_served_already_is_not_called_again(trip: SmallTrip, integration: Browser, seat: int) -> None:
    ticket_id, other = call(trip, integration, "first"), trip.places["hq"][1]
    integration.post(api(trip, f"/places/{other}/open"), json={})
    connect(trip, integration, seat, ticket_id)
    refused = connect(trip, integration, other, ticket_id)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "ticket_moved")


def test_a_closed_seat_calls_nobody(trip: SmallTrip, integration: Browser) -> None:
    ticket_id = call(trip, integration, "first")
    refused = connect(trip, integration, trip.places["hq"][2], ticket_id)
    assert refused.json["error"]["code"] == "place_not_open"


def test_another_trips_ticket_is_not_found(trip: SmallTrip, integration: Browser, seat: int) -> None:
    assert connect(trip, integration, seat, 9999).status_code == 404


def test_staff_take_whom_the_rule_gives_and_name_nobody(
    trip: SmallTrip, sign_in: Join, integration: Browser
) -> None:
    ticket_id = call(trip, integration, "first")
    staff = sign_in("staff", trip_id=trip.id)
    place_id = trip.places["hall"][0]
    staff.post(api(trip, f"/places/{place_id}/open"), json={})
    assert connect(trip, staff, place_id, ticket_id).status_code == 403


def test_a_call_that_is_known_is_refused_under_another_key(trip: SmallTrip, integration: Browser) -> None:
    call(trip, integration, "first")
    body = {"topic_id": trip.topics["loan"], "channel": "call", "call_id": "first", "at": AT}
    refused = integration.post(api(trip, "/demands"), json=body)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "contact_known")
    assert len(integration.get(api(trip, "/contacts")).json["contacts"]) == 1


def test_contacts_are_listed_with_what_became_of_them(trip: SmallTrip, integration: Browser) -> None:
    ticket_id = call(trip, integration, "queued")
    integration.post(api(trip, "/contacts"), json={"result": "unanswered", "call_id": "menu", "at": LATER})
    integration.post(api(trip, f"/tickets/{ticket_id}/leave"), json={"at": LATER})
    queued, menu = integration.get(api(trip, "/contacts")).json["contacts"]
    assert (queued["external_id"], queued["ticket_id"], queued["status"]) == ("queued", ticket_id, "left")
    assert (queued["registered_at"], queued["done_at"]) == (AT, LATER)
    assert (menu["external_id"], menu["result"], menu["at"], menu["ticket_id"]) == (
        "menu",
        "unanswered",
        LATER,
        None,
    )


def test_contacts_come_page_by_page_each_once(
    trip: SmallTrip, integration: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts, "PAGE_SIZE", 2)
    for number in range(5):
        call(trip, integration, f"c{number}")
    seen, after = [], 0
    while after is not None:
        page = integration.get(api(trip, f"/contacts?after={after}")).json
        seen += [line["external_id"] for line in page["contacts"]]
        after = page["next_after"]
    assert seen == [f"c{number}" for number in range(5)]


def test_a_board_sees_no_contacts(trip: SmallTrip, sign_in: Join) -> None:
    assert sign_in("board", trip_id=trip.id).get(api(trip, "/contacts")).status_code == 403
