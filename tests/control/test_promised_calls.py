"""An emergency stop that sends people home with a promise: they are called back, and keep all that they had."""

from typing import Any

import pytest

from deskops.core import runtime
from deskops.demands.models import Demand, Ticket
from deskops.demands.services.sharing import stop_outlook
from tests.control.history import rows
from tests.control.stopping import go_on, states, stop
from tests.demands.counter import kinds_of, ticket_row
from tests.fixtures import Browser, Join
from tests.live.screens import act, register
from tests.small_trip import SmallTrip

KEPT = ("id", "demand_id", "number", "registered_at", "bonus_minutes", "channel", "day")


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


@pytest.fixture
def waiting(trip: SmallTrip, integration: Browser) -> dict[str, int]:
    """At desk A somebody is served, one waits with a phone number and one without; the headquarters can call."""
    act(integration, trip, f"/places/{trip.places['a'][0]}/open")
    phones = {"served": "09120000001", "known": "09120000002", "unknown": ""}
    tickets = {name: register(integration, trip, phone=phone)["id"] for name, phone in phones.items()}
    called = act(integration, trip, f"/places/{trip.places['a'][0]}/next")["ticket"]["id"]
    assert called == tickets["served"]
    act(integration, trip, f"/places/{trip.places['hq'][0]}/open")
    return tickets


def facts(ticket_id: int, *names: str) -> tuple[Any, ...]:
    row = ticket_row(ticket_id)
    return tuple(getattr(row, name) for name in names)


def receipt(anonymous: Browser, ticket_id: int, language: str = "en") -> str:
    demand_id = ticket_row(ticket_id).demand_id
    [token] = [row.receipt_token for row in rows(Demand) if row.id == demand_id]
    return str(anonymous.get(f"/r/{token}?lang={language}").text)


def promise(coordinator: Browser, trip: SmallTrip, desk: str | None = "a") -> None:
    assert stop(coordinator, trip, desk, choice="call_back").status_code == 303


def test_who_waits_is_called_back_by_a_desk_that_takes_calls(
    trip: SmallTrip, coordinator: Browser, waiting: dict[str, int]
) -> None:
    before = facts(waiting["known"], *KEPT)
    promise(coordinator, trip)
    assert states(trip)["a"] == "failed"
    assert facts(waiting["known"], "status", "location", "desk_id") == ("waiting", 0, trip.desks["hq"])
    assert facts(waiting["known"], *KEPT) == before


def test_who_sat_at_a_counter_is_called_back_too(
    trip: SmallTrip, coordinator: Browser, waiting: dict[str, int]
) -> None:
    promise(coordinator, trip)
    at = facts(waiting["served"], "status", "location", "desk_id", "place_id", "user_id")
    assert at == ("waiting", 0, trip.desks["hq"], None, None)


def test_who_gave_no_phone_number_gets_another_desk_or_comes_to_the_coordinators(
    trip: SmallTrip, coordinator: Browser, integration: Browser, waiting: dict[str, int]
) -> None:
    promise(coordinator, trip)
    site = trip.sites["one"]
    assert facts(waiting["unknown"], "status", "location", "desk_id") == ("waiting", site, None)
    act(integration, trip, f"/places/{trip.places['hall'][0]}/open")
    assert facts(waiting["unknown"], "location", "desk_id") == (site, trip.desks["hall"])


def test_the_callers_counter_takes_them_in_order_of_their_age(
    trip: SmallTrip, coordinator: Browser, integration: Browser, waiting: dict[str, int]
) -> None:
    promise(coordinator, trip)
    place = trip.places["hq"][0]
    assert act(integration, trip, f"/places/{place}/next")["ticket"]["id"] == waiting["served"]


def test_where_nobody_takes_calls_the_coordinators_list_has_them_until_somebody_does(
    trip: SmallTrip, coordinator: Browser, integration: Browser, waiting: dict[str, int]
) -> None:
    promise(coordinator, trip, desk=None)
    assert states(trip)["hq"] == "failed"
    assert facts(waiting["known"], "location", "desk_id") == (0, None)
    act(integration, trip, f"/places/{trip.places['b'][0]}/open")
    assert facts(waiting["known"], "location", "desk_id") == (0, trip.desks["b"])


def test_nobody_is_promised_a_call_by_a_desk_that_stops_as_well(
    trip: SmallTrip, coordinator: Browser, integration: Browser, waiting: dict[str, int]
) -> None:
    act(integration, trip, f"/places/{trip.places['b'][0]}/open")
    promise(coordinator, trip, desk=None)
    assert {facts(waiting[name], "desk_id") for name in ("served", "known")} == {(trip.desks["b"],)}


def test_several_are_shared_out_over_the_desks_that_can_call(
    trip: SmallTrip, coordinator: Browser, integration: Browser, waiting: dict[str, int]
) -> None:
    act(integration, trip, f"/places/{trip.places['b'][0]}/open")
    for number in range(6):
        register(integration, trip, phone=f"0912000001{number}")
    promise(coordinator, trip)
    called = [row.desk_id for row in rows(Ticket) if row.location == 0]
    assert set(called) == {trip.desks["hq"], trip.desks["b"]}


@pytest.mark.parametrize(
    ("language", "promised", "called", "missed"),
    [
        ("fa", "با شما تماس می‌گیریم", "با تلفن شما تماس می‌گیریم", "پاسخی نشنیدیم"),
        ("en", "we call you on your phone", "We are calling you on your phone now", "did not reach you"),
    ],
)
def test_their_own_page_tells_them_to_go_and_nothing_of_a_counter(
    trip: SmallTrip, coordinator: Browser, integration: Browser, anonymous: Browser, waiting: dict[str, int], language: str,
    promised: str, called: str, missed: str,
) -> None:  # fmt: skip
    ticket = waiting["served"]
    promise(coordinator, trip)
    assert promised in receipt(anonymous, ticket, language)
    act(integration, trip, f"/places/{trip.places['hq'][0]}/next")
    page = receipt(anonymous, ticket, language)
    assert called in page
    assert "Go to the counter" not in page
    assert "محل یکم" not in page.split('id="turn"')[1]
    act(integration, trip, f"/tickets/{ticket}/no-show")
    assert missed in receipt(anonymous, ticket, language)


def test_the_board_takes_their_numbers_off_and_says_that_the_desk_stopped(
    trip: SmallTrip, coordinator: Browser, waiting: dict[str, int]
) -> None:
    address = f"/api/v1/trips/{trip.id}/boards/{trip.sites['one']}"
    [number] = facts(waiting["served"], "number")
    assert number in [call["number"] for call in coordinator.get(address).json["calls"]]
    promise(coordinator, trip)
    board = coordinator.get(address).json
    assert (board["calls"], board["stopped"]) == ([], [1])


def test_all_of_it_stands_in_the_journal_with_the_people_before_the_desk(
    trip: SmallTrip, coordinator: Browser, waiting: dict[str, int]
) -> None:
    promise(coordinator, trip)
    told = [kind for kind in kinds_of(trip) if kind.startswith(("ticket.to", "ticket.re", "desk"))]
    assert told[-5:] == ["ticket.to_call_back"] * 2 + [
        "desk.state_changed",
        "ticket.rerouted",
        "desks.stopped",
    ]


def test_once_it_goes_on_the_promise_holds(
    trip: SmallTrip, coordinator: Browser, waiting: dict[str, int]
) -> None:
    promise(coordinator, trip)
    go_on(coordinator, trip)
    assert states(trip)["a"] == "open"
    assert facts(waiting["known"], "location", "desk_id") == (0, trip.desks["hq"])


@pytest.mark.parametrize(
    ("language", "words"),
    [("fa", "۱ نفر شمارهٔ تلفن نداده"), ("en", "1 person gave no phone number")],
)
def test_before_the_press_the_page_says_whom_nobody_can_call(
    trip: SmallTrip, coordinator: Browser, waiting: dict[str, int], language: str, words: str
) -> None:
    with runtime.current().database.reading() as session:
        assert stop_outlook(session, trip.id, [trip.desks["a"]]).without_phone == 1
    coordinator.client.set_cookie("lang", language)
    page = coordinator.get(f"/trips/{trip.id}/stops?desk={trip.desks['a']}").text
    assert words in page
    assert 'value="call_back"' in page


def test_the_same_over_the_api(trip: SmallTrip, coordinator: Browser, waiting: dict[str, int]) -> None:
    body = {
        "site_id": trip.sites["one"],
        "desk_id": trip.desks["a"],
        "choice": "call_back",
        "reason": "برق رفت",
    }
    made = coordinator.post(f"/api/v1/trips/{trip.id}/stops", json=body)
    assert made.status_code == 201
    assert facts(waiting["known"], "location") == (0,)
