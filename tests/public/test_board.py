"""The hall's board: numbers, desks and counters, in step with the calls, and not a word of anybody."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from deskops.core import clock
from tests.fixtures import Browser, Join
from tests.live.screens import act
from tests.public.acts import register
from tests.small_trip import SmallTrip, make_small_trip

PERSON = {
    "name": "مهران پنهان‌نام",
    "phone": "09123456789",
    "national_id": "0499370899",
    "text": "رازی که نباید دیده شود",
}


@pytest.fixture
def screen(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("board", trip_id=trip.id)


def board(browser: Browser, trip: SmallTrip, site: str = "one") -> dict[str, Any]:
    answer = browser.get(f"/api/v1/trips/{trip.id}/boards/{trip.sites[site]}")
    assert answer.status_code == 200
    return dict(answer.json)


def numbers(browser: Browser, trip: SmallTrip) -> list[int]:
    return [call["number"] for call in board(browser, trip)["calls"]]


def call(integration: Browser, trip: SmallTrip, place: int) -> int:
    """Call the next to a counter; gives the ticket's id."""
    ticket = act(integration, trip, f"/places/{place}/next")["ticket"]
    return int(ticket["id"])


@pytest.fixture
def places(trip: SmallTrip, integration: Browser) -> list[int]:
    """The open counters of desk A and of the hall; nobody waits yet."""
    opened = trip.places["a"] + trip.places["hall"]
    for place in opened:
        act(integration, trip, f"/places/{place}/open")
    return opened


def test_the_newest_call_stands_on_top_with_desk_and_counter(
    trip: SmallTrip, screen: Browser, integration: Browser, places: list[int]
) -> None:
    for _ in range(3):
        register(integration, trip)
    call(integration, trip, places[0])
    call(integration, trip, places[1])
    shown = board(screen, trip)
    assert [(each["number"], each["desk"], each["place"]) for each in shown["calls"]] == [
        (2, 1, 2),
        (1, 1, 1),
    ]
    assert shown["waiting"] == 1


def test_the_board_tells_what_who_comes_now_waits_as_a_range(
    trip: SmallTrip, screen: Browser, integration: Browser
) -> None:
    assert board(screen, trip)["wait"] is None  # nobody serves yet
    act(integration, trip, f"/places/{trip.places['a'][0]}/open")
    assert board(screen, trip)["wait"] == [0, 0]
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    for _ in range(3):
        register(integration, trip)
    clock.advance(seconds=3)
    low, high = board(screen, trip)["wait"]
    assert 0 < low <= high


def test_the_board_has_six_rows_at_most(
    trip: SmallTrip, screen: Browser, integration: Browser, places: list[int]
) -> None:
    for _ in range(8):
        register(integration, trip)
        ticket = call(integration, trip, places[0])
        act(integration, trip, f"/tickets/{ticket}/serve")
        act(integration, trip, f"/tickets/{ticket}/finish", outcome="guidance_given")
    assert numbers(screen, trip) == [8, 7, 6, 5, 4, 3]


def test_who_did_not_come_is_taken_off_and_comes_back_on_top(
    trip: SmallTrip, screen: Browser, integration: Browser, places: list[int]
) -> None:
    for _ in range(2):
        register(integration, trip)
    first = call(integration, trip, places[0])
    call(integration, trip, places[1])
    act(integration, trip, f"/tickets/{first}/no-show")
    assert numbers(screen, trip) == [2]
    act(integration, trip, f"/tickets/{first}/recall", place_id=places[0])
    assert numbers(screen, trip) == [1, 2]


def test_a_call_that_is_taken_back_leaves_the_board(
    trip: SmallTrip, screen: Browser, integration: Browser, places: list[int]
) -> None:
    register(integration, trip)
    ticket = call(integration, trip, places[0])
    act(integration, trip, f"/tickets/{ticket}/undo")
    assert numbers(screen, trip) == []


def test_calls_on_the_phone_are_no_matter_of_the_hall(
    trip: SmallTrip, screen: Browser, integration: Browser, places: list[int]
) -> None:
    act(integration, trip, f"/places/{trip.places['hq'][0]}/open")
    register(integration, trip, channel="call", site_id=None)
    call(integration, trip, trip.places["hq"][0])
    assert numbers(screen, trip) == []


def test_each_place_has_its_own_board(
    trip: SmallTrip, screen: Browser, integration: Browser, places: list[int]
) -> None:
    register(integration, trip)
    call(integration, trip, places[0])
    assert board(screen, trip, "two")["calls"] == []


def test_the_board_names_the_point_from_which_pushes_go_on(
    trip: SmallTrip, screen: Browser, integration: Browser, places: list[int]
) -> None:
    before = board(screen, trip)["sequence"]
    register(integration, trip)
    call(integration, trip, places[0])
    audience = {"audience": f"site:{trip.sites['one']}:board", "after": before}
    told = screen.get(f"/api/v1/trips/{trip.id}/journal", query_string=audience).json
    assert [each["status"] for each in told["events"]] == ["called"]
    assert told["to"] == board(screen, trip)["sequence"]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_nothing_of_a_person_or_a_matter_reaches_a_board(
    trip: SmallTrip, screen: Browser, integration: Browser, places: list[int], language: str
) -> None:
    screen.client.set_cookie("lang", language)
    made = register(integration, trip, **PERSON)
    call(integration, trip, places[0])
    audience = {"audience": f"site:{trip.sites['one']}:board", "after": 0}
    seen = [
        screen.get(f"/trips/{trip.id}/boards/{trip.sites['one']}").text,
        json.dumps(board(screen, trip), ensure_ascii=False),
        screen.get(f"/api/v1/trips/{trip.id}/journal", query_string=audience).text,
    ]
    secrets = (*PERSON.values(), made["demand"]["code"], made["demand"]["receipt_token"], "موضوع 0", "loan")
    for text in seen:
        assert not [secret for secret in secrets if secret in text]
        assert "topic" not in text and "demand" not in text


def test_the_page_carries_what_its_script_needs(
    trip: SmallTrip, screen: Browser, integration: Browser, places: list[int]
) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    register(integration, trip)
    call(integration, trip, places[0])
    page = screen.get(f"/trips/{trip.id}/boards/{trip.sites['one']}").text
    found = re.search(r'id="board-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert data["board"] == board(screen, trip)
    assert data["audience"] == f"site:{trip.sites['one']}:board"


def test_the_list_of_boards_leads_to_each(trip: SmallTrip, screen: Browser) -> None:
    page = screen.get(f"/trips/{trip.id}/boards").text
    for site in trip.sites.values():
        assert f'href="/trips/{trip.id}/boards/{site}"' in page


def test_a_board_sees_no_more_than_boards(trip: SmallTrip, screen: Browser) -> None:
    for path in ("/wall", "/demands"):
        assert screen.get(f"/trips/{trip.id}{path}").status_code == 403


@pytest.mark.parametrize("role", ["staff", "inspector", "integration"])
def test_others_do_not_show_boards(trip: SmallTrip, sign_in: Join, role: str) -> None:
    looker = sign_in(role, trip_id=trip.id)
    assert looker.get(f"/trips/{trip.id}/boards/{trip.sites['one']}").status_code == 403


def test_a_site_of_another_trip_has_no_board_here(trip: SmallTrip, screen: Browser) -> None:
    other = make_small_trip("other")
    for path in ("/trips/{}/boards/{}", "/api/v1/trips/{}/boards/{}"):
        assert screen.get(path.format(trip.id, other.sites["one"])).status_code == 404
        assert screen.get(path.format(other.id, other.sites["one"])).status_code == 404


def test_a_screen_that_is_signed_out_hears_so(trip: SmallTrip, anonymous: Browser) -> None:
    answer = anonymous.get(f"/api/v1/trips/{trip.id}/boards/{trip.sites['one']}")
    assert answer.status_code == 401
