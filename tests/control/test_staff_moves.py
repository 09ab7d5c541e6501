"""People who are asked to work at another desk: on their way, there, or not."""

from datetime import UTC, date, datetime

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.control.services import moving
from deskops.core import clock
from deskops.core.unit_of_work import unit_of_work
from tests.control.advised import all_moves
from tests.demands.counter import Counter, kinds_of, place_row, sit_down, somebody
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def seat(sign_in: Join, trip: SmallTrip) -> Counter:
    """Somebody at desk B, who may work nowhere else."""
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    return sit_down(sign_in, trip, "b", name="سینا نمونه")


@pytest.fixture
def coordinator(sign_in: Join, trip: SmallTrip) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def api(trip: SmallTrip, rest: str = "") -> str:
    return f"/api/v1/trips/{trip.id}/balance/moves{rest}"


def ask(coordinator: Browser, seat: Counter, desk: str = "a") -> tuple[int, dict]:
    body = {"user_id": seat.browser.user_id, "desk_id": seat.trip.desks[desk]}
    answer = coordinator.post(api(seat.trip), json=body)
    return answer.status_code, answer.json


def answer_of(seat: Counter, rest: str, move_id: int = 1, **body: str) -> tuple[int, dict]:
    answer = seat.browser.post(api(seat.trip, f"/{move_id}/{rest}"), json=body)
    return answer.status_code, answer.json


def open_at(seat: Counter, desk: str, number: int = 0) -> int:
    place_id = seat.trip.places[desk][number]
    answer = seat.browser.post(f"/trips/{seat.trip.id}/places/open", data={"place_id": place_id})
    return int(answer.status_code)


def states() -> list[str]:
    return [move.state for move in all_moves()]


def test_going_closes_the_counter_and_opening_one_there_is_arriving(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    assert open_at(seat, "a") == 403
    assert ask(coordinator, seat)[0] == 201
    assert answer_of(seat, "go") == (
        200,
        {"id": 1, "state": "under_way", "desk_id": trip.desks["a"]},
    )
    assert (states(), place_row(seat.place_id).state) == (["under_way"], "closed")
    assert open_at(seat, "a") == 303
    [move] = all_moves()
    assert (move.state, move.arrived_at) == ("arrived", clock.now())
    told = [kind for kind in kinds_of(trip) if kind.startswith("staff_move.")]
    assert told == ["staff_move.asked", "staff_move.begun", "staff_move.arrived"]


def test_another_desk_is_not_there(
    seat: Counter, coordinator: Browser, sign_in: Join, trip: SmallTrip
) -> None:
    anywhere = Counter(sign_in("staff", trip_id=trip.id), trip, trip.places["b"][1])
    open_at(anywhere, "b", 1)
    ask(coordinator, anywhere)
    answer_of(anywhere, "go")
    assert open_at(anywhere, "hall") == 303
    assert states() == ["under_way"]


def test_whoever_is_back_at_their_desk_can_be_asked_anew(seat: Counter, coordinator: Browser) -> None:
    ask(coordinator, seat)
    answer_of(seat, "go")
    assert open_at(seat, "b") == 303
    assert (states(), all_moves()[0].ended_at) == (["taken_back"], clock.now())
    assert ask(coordinator, seat, "hall")[0] == 201


def test_whoever_may_work_there_anyhow_arrives_without_a_word(
    sign_in: Join, trip: SmallTrip, coordinator: Browser
) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    anywhere = Counter(browser, trip, trip.places["b"][0])
    assert open_at(anywhere, "b") == 303
    ask(coordinator, anywhere)
    assert open_at(anywhere, "a") == 303
    assert states() == ["arrived"]


def test_nobody_goes_while_somebody_sits_at_their_counter(seat: Counter, coordinator: Browser) -> None:
    somebody(seat.trip, "work", site_id=seat.trip.sites["two"])
    seat.act("next")
    ask(coordinator, seat)
    status, told = answer_of(seat, "go")
    assert (status, told["error"]["code"]) == (409, "place_busy")
    assert states() == ["asked"]


def test_who_cannot_says_why(seat: Counter, coordinator: Browser) -> None:
    ask(coordinator, seat)
    status, told = answer_of(seat, "decline")
    assert (status, list(told["error"]["errors"])) == (422, ["reason"])
    assert answer_of(seat, "decline", reason="پرونده‌ای نیمه‌کاره دارم")[0] == 200
    assert [(move.state, move.reason) for move in all_moves()] == [("declined", "پرونده‌ای نیمه‌کاره دارم")]
    assert answer_of(seat, "go")[1]["error"]["code"] == "move_decided"


def test_it_is_taken_back_while_they_have_not_gone(seat: Counter, coordinator: Browser) -> None:
    ask(coordinator, seat)
    assert coordinator.post(api(seat.trip, "/1/take-back")).status_code == 200
    assert states() == ["taken_back"]
    assert answer_of(seat, "go")[1]["error"]["code"] == "move_decided"
    assert ask(coordinator, seat)[0] == 201
    answer_of(seat, "go", 2)
    again = coordinator.post(api(seat.trip, "/2/take-back"))
    assert (again.status_code, again.json["error"]["code"]) == (409, "move_decided")


def test_nobody_is_asked_twice_at_once(seat: Counter, coordinator: Browser) -> None:
    ask(coordinator, seat)
    status, told = ask(coordinator, seat, "hall")
    assert (status, told["error"]["code"]) == (422, "not_a_mover")
    assert "سینا نمونه" in told["error"]["message"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"user_id": 4711, "desk_id": 1}, 404),
        ({"user_id": "somebody", "desk_id": 1}, 422),
        ({"user_id": 1, "desk_id": 4711}, 422),
        ({"desk_id": 1}, 422),
        ({}, 422),
    ],
)
def test_a_person_and_a_desk_are_needed(
    seat: Counter, coordinator: Browser, body: dict[str, object], status: int
) -> None:
    assert coordinator.post(api(seat.trip), json=body).status_code == status
    assert states() == []


def test_their_own_desk_is_no_other_desk(seat: Counter, coordinator: Browser) -> None:
    status, told = ask(coordinator, seat, "b")
    assert (status, list(told["error"]["errors"])) == (422, ["desk_id"])


def test_who_works_at_no_counter_can_not_be_asked(coordinator: Browser, trip: SmallTrip) -> None:
    body = {"user_id": coordinator.user_id, "desk_id": trip.desks["a"]}
    answer = coordinator.post(api(trip), json=body)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "not_a_mover")


def test_another_trips_people_are_not_named(seat: Counter, sign_in: Join, trip: SmallTrip) -> None:
    other = make_small_trip("other")
    theirs = sign_in("coordinator", trip_id=other.id)
    body = {"user_id": seat.browser.user_id, "desk_id": other.desks["a"]}
    answer = theirs.post(api(other), json=body)
    assert answer.status_code == 404
    assert "سینا" not in answer.text
    assert "سینا" not in theirs.get(f"/trips/{other.id}/balance/moves/new").text


def test_who_is_to_be_asked_stands_with_the_desk_at_which_they_sit(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    shown = coordinator.get(f"/trips/{trip.id}/balance/moves/new").text
    assert "سینا نمونه (۲ – میز 2)" in shown
    seat.browser.post(f"/trips/{trip.id}/places/{seat.place_id}/close")
    assert "سینا نمونه (" not in coordinator.get(f"/trips/{trip.id}/balance/moves/new").text


def test_who_is_asked_reads_that_their_counter_would_close(seat: Counter, coordinator: Browser) -> None:
    ask(coordinator, seat)
    words = "باجه شما در اینجا بسته می‌شود"
    assert words in seat.browser.get(f"/trips/{seat.trip.id}/places").text
    answer_of(seat, "go")
    assert words not in seat.browser.get(f"/trips/{seat.trip.id}/places").text


def test_a_pbx_is_nobody_who_could_walk(integration: Browser, coordinator: Browser, trip: SmallTrip) -> None:
    body = {"user_id": integration.user_id, "desk_id": trip.desks["a"]}
    assert coordinator.post(api(trip), json=body).status_code == 422


def test_nobody_answers_for_somebody_else(seat: Counter, coordinator: Browser, sign_in: Join) -> None:
    ask(coordinator, seat)
    other = sign_in("staff", trip_id=seat.trip.id, desk_id=seat.trip.desks["a"])
    for rest in ("go", "decline"):
        assert other.post(api(seat.trip, f"/1/{rest}"), json={}).status_code == 404
    assert coordinator.post(api(seat.trip, "/1/go"), json={}).status_code == 403
    assert other.get(f"/trips/{seat.trip.id}/balance/moves/1").status_code == 404


def test_staff_ask_nobody(seat: Counter) -> None:
    body = {"user_id": seat.browser.user_id, "desk_id": seat.trip.desks["a"]}
    assert seat.browser.post(api(seat.trip), json=body).status_code == 403
    assert seat.browser.get(api(seat.trip)).status_code == 403


def test_everybody_sees_their_own(seat: Counter, coordinator: Browser) -> None:
    ask(coordinator, seat)
    [mine] = seat.browser.get(api(seat.trip, "/mine")).json["moves"]
    assert (mine["state"], mine["to_desk_id"]) == ("asked", seat.trip.desks["a"])
    [line] = coordinator.get(api(seat.trip)).json["moves"]
    assert (line["name"], line["from_desk_id"]) == ("سینا نمونه", seat.trip.desks["b"])


def for_day(seat: Counter, day: date) -> None:
    with unit_of_work(SYSTEM) as uow:
        moving.ask_to_move(
            uow,
            SYSTEM,
            seat.trip.id,
            user_id=seat.browser.user_id or 0,
            desk_id=seat.trip.desks["a"],
            for_day=day,
        )


def test_what_is_meant_for_tomorrow_waits_for_tomorrow(seat: Counter) -> None:
    for_day(seat, date(2026, 11, 23))
    assert answer_of(seat, "go")[1]["error"]["code"] == "move_not_today"
    clock.advance(days=1)
    assert answer_of(seat, "go")[0] == 200


def test_what_was_asked_yesterday_is_over(seat: Counter, coordinator: Browser) -> None:
    ask(coordinator, seat)
    with unit_of_work(SYSTEM) as uow:
        moving.end_moves(uow, seat.trip.id, date(2026, 11, 22))
    assert states() == ["asked"]
    with unit_of_work(SYSTEM) as uow:
        moving.end_moves(uow, seat.trip.id, date(2026, 11, 23))
    assert states() == ["taken_back"]


def test_the_same_press_twice_asks_once(seat: Counter, coordinator: Browser) -> None:
    body = {"user_id": seat.browser.user_id, "desk_id": seat.trip.desks["a"]}
    headers = {"Idempotency-Key": "once"}
    first, second = (coordinator.post(api(seat.trip), json=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert (first.status_code, first.json["state"]) == (201, "asked")
    assert states() == ["asked"]
