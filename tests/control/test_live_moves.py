"""Live moves: somebody is sent to another desk at once, or after the person they serve; their counter, their presence and
what balancing counts on change in the same transaction.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import GrantRow
from deskops.core import clock, runtime
from deskops.core.messages import Message
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.load import CACHE
from deskops.desks.services import set_desk_state
from tests.control.advised import all_moves
from tests.demands.counter import Counter, kinds_of, place_row, sit_down, somebody, ticket_row
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip
from tests.staff.presence import a_person, a_scan, a_shift, presences, scanned, scans_of, shift_of

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture
def seat(sign_in: Join, trip: SmallTrip) -> Counter:
    """Somebody at desk A of site one, who may work nowhere else."""
    clock.freeze(NOW)
    return sit_down(sign_in, trip, "a", name="سینا نمونه")


@pytest.fixture
def coordinator(sign_in: Join, trip: SmallTrip) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def api(trip: SmallTrip, rest: str = "") -> str:
    return f"/api/v1/trips/{trip.id}/balance/moves{rest}"


def move_now(coordinator: Browser, seat: Counter, desk: str = "hall") -> tuple[int, dict[str, Any]]:
    body = {"user_id": seat.browser.user_id, "desk_id": seat.trip.desks[desk], "now": True}
    answer = coordinator.post(api(seat.trip), json=body)
    return answer.status_code, answer.json


def served(seat: Counter) -> int:
    """Somebody is served at the counter; their ticket."""
    ticket_id = somebody(seat.trip, "loan").ticket.id
    seat.act("next")
    seat.act("serve", ticket_id)
    return ticket_id


def finish(seat: Counter, ticket_id: int, **more: str) -> Any:
    return seat.act("finish", ticket_id, outcome="guidance_given", **more)


def open_counters(trip: SmallTrip) -> dict[str, int]:
    """As balancing counts them now, by desk."""
    with runtime.current().database.reading() as session, CACHE.held(session, trip.id) as held:
        return {name: held.load.desk(desk_id).open_counters for name, desk_id in trip.desks.items()}


def states() -> list[str]:
    return [move.state for move in all_moves()]


def enrol(seat: Counter, mobile: str = "09120000001") -> int:
    """Put them on the list of staff; their id."""
    facts = {"user_id": seat.browser.user_id, "mobile": mobile, "languages": "fa,ar"}
    return a_person(seat.trip, "سینا نمونه", **facts)


def check_in(trip: SmallTrip, staff_id: int, desk: str = "a") -> None:
    scanned(trip, a_scan(trip, staff_id, desk))


def stays(staff_id: int) -> list[tuple[int | None, str]]:
    """Where they were, and what ended it."""
    return [(row.desk_id, row.ended_by if row.ended_at else "here") for row in presences(staff_id)]


def texts() -> list[str]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(Message.text).order_by(Message.id)))


def test_a_move_now_opens_a_counter_at_the_other_desk_and_counts_at_once(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    assert open_counters(trip) == {"a": 1, "b": 0, "hall": 0, "hq": 0}
    status, told = move_now(coordinator, seat)
    assert (status, told["state"]) == (201, "arrived")
    assert open_counters(trip) == {"a": 0, "b": 0, "hall": 1, "hq": 0}
    there = place_row(trip.places["hall"][0])
    assert (there.state, there.user_id, there.ready) == ("open", seat.browser.user_id, False)
    assert (place_row(seat.place_id).state, place_row(seat.place_id).user_id) == ("closed", None)


def test_who_waits_follows_the_counter(seat: Counter, coordinator: Browser, trip: SmallTrip) -> None:
    ticket_id = somebody(trip, "loan").ticket.id
    assert ticket_row(ticket_id).desk_id == trip.desks["a"]
    move_now(coordinator, seat)
    assert ticket_row(ticket_id).desk_id == trip.desks["hall"]


def test_whoever_was_moved_may_call_people_at_the_new_counter(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    move_now(coordinator, seat)
    ticket_id = somebody(trip, "housing").ticket.id
    there = Counter(seat.browser, trip, trip.places["hall"][0])
    assert there.act("next").status_code == 200
    assert ticket_row(ticket_id).place_id == there.place_id


def test_the_counter_that_they_left_leads_to_the_new_one(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    move_now(coordinator, seat)
    shown = seat.page().text
    assert "اکنون در میز ۳ کار می‌کنید" in shown
    assert f"/trips/{trip.id}/places/{trip.places['hall'][0]}/console" in shown
    other = Counter(coordinator, trip, seat.place_id)
    assert "کار می‌کنید" not in other.page().text


def test_presence_moves_along_and_the_shift_goes_on(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    staff_id = enrol(seat)
    shift_id = a_shift(trip, staff_id, starts=NOW - timedelta(hours=1))
    check_in(trip, staff_id)
    clock.advance(minutes=90)
    move_now(coordinator, seat)
    assert stays(staff_id) == [(trip.desks["a"], "move"), (trip.desks["hall"], "here")]
    assert shift_of(shift_id).state == "arrived"
    last = scans_of(staff_id)[-1]
    assert (last.kind, last.source, last.user_id) == ("in", "move", coordinator.user_id)
    assert place_row(trip.places["hall"][0]).languages == "fa,ar"


def test_they_are_written_to_where_to_go(seat: Counter, coordinator: Browser) -> None:
    enrol(seat)
    move_now(coordinator, seat)
    [text] = texts()
    assert "میز ۳" in text
    assert "باجه ۱" in text


def test_nobody_is_written_to_without_a_mobile_or_who_pressed_themselves(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    enrol(seat, mobile="")
    move_now(coordinator, seat)
    assert texts() == []
    seat.place_id = trip.places["hall"][0]
    body = {"user_id": seat.browser.user_id, "desk_id": trip.desks["a"]}
    move_id = coordinator.post(api(trip), json=body).json["id"]
    answer = seat.browser.post(api(trip, f"/{move_id}/go"), json={})
    assert (answer.json["state"], texts()) == ("arrived", [])


def test_whoever_says_that_they_go_is_there_at_once_at_the_same_site(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    body = {"user_id": seat.browser.user_id, "desk_id": trip.desks["hall"]}
    coordinator.post(api(trip), json=body)
    answer = seat.browser.post(f"/trips/{trip.id}/balance/moves/1/go")
    assert answer.status_code == 303
    assert (states(), open_counters(trip)["hall"]) == (["arrived"], 1)
    assert "به نام شما" in seat.browser.get(answer.headers["Location"]).text


def test_where_no_counter_is_free_they_are_present_without_one(
    sign_in: Join, seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    for number in range(3):
        sit_down(sign_in, trip, "hall", number)
    staff_id = enrol(seat)
    check_in(trip, staff_id)
    clock.advance(minutes=1)
    assert move_now(coordinator, seat)[1]["state"] == "under_way"
    assert stays(staff_id)[-1] == (trip.desks["hall"], "here")
    assert open_counters(trip)["hall"] == 3
    assert "باجه" not in texts()[0]


def test_from_another_site_they_count_as_soon_as_they_check_in(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    staff_id = enrol(seat)
    check_in(trip, staff_id)
    clock.advance(minutes=5)
    assert move_now(coordinator, seat, "b")[1]["state"] == "under_way"
    assert stays(staff_id) == [(trip.desks["a"], "move")]
    assert open_counters(trip) == {"a": 0, "b": 0, "hall": 0, "hq": 0}
    clock.advance(minutes=20)
    check_in(trip, staff_id, "b")
    assert (states(), open_counters(trip)["b"]) == (["arrived"], 1)
    assert place_row(trip.places["b"][0]).user_id == seat.browser.user_id


def test_checking_in_elsewhere_opens_nothing(seat: Counter, coordinator: Browser, trip: SmallTrip) -> None:
    staff_id = enrol(seat)
    check_in(trip, staff_id)
    clock.advance(minutes=5)
    move_now(coordinator, seat, "b")
    clock.advance(minutes=5)
    check_in(trip, staff_id, "hall")
    assert (states(), sum(open_counters(trip).values())) == (["under_way"], 0)


def test_a_desk_full_of_others_lets_them_arrive_without_a_counter(
    sign_in: Join, seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    staff_id = enrol(seat)
    check_in(trip, staff_id)
    clock.advance(minutes=5)
    move_now(coordinator, seat, "b")
    for number in range(2):
        sit_down(sign_in, trip, "b", number)
    clock.advance(minutes=20)
    check_in(trip, staff_id, "b")
    assert (states(), open_counters(trip)["b"]) == (["arrived"], 2)


def test_nobody_is_torn_away_from_the_person_they_serve(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    ticket_id = served(seat)
    waits = somebody(trip, "loan").ticket.id
    assert move_now(coordinator, seat)[1]["state"] == "ordered"
    assert (place_row(seat.place_id).state, open_counters(trip)["a"]) == ("open", 1)
    assert "پس از این مراجعه‌کننده" in seat.browser.get(f"/trips/{trip.id}/places").text
    done = finish(seat, ticket_id, call_next="yes")
    assert done.status_code == 200
    assert ticket_row(ticket_id).status == "done"
    assert (states(), open_counters(trip)) == (["arrived"], {"a": 0, "b": 0, "hall": 1, "hq": 0})
    assert (ticket_row(waits).status, ticket_row(waits).desk_id) == ("waiting", trip.desks["hall"])
    assert "اکنون در میز ۳ کار می‌کنید" in done.text


def test_the_end_that_let_them_go_stands(seat: Counter, coordinator: Browser, trip: SmallTrip) -> None:
    """Their counter is another one's now, or nobody's: there is nowhere to have the person back."""
    ticket_id = served(seat)
    move_now(coordinator, seat)
    done = finish(seat, ticket_id)
    assert "undo" not in done.headers["HX-Trigger"].replace('"undo": ""', "")
    assert seat.act("undo", ticket_id).status_code in (403, 409)
    assert (ticket_row(ticket_id).status, states()) == ("done", ["arrived"])


@pytest.mark.parametrize("act", ["no-show", "undo"])
def test_a_call_that_comes_to_nothing_lets_them_go_too(
    seat: Counter, coordinator: Browser, trip: SmallTrip, act: str
) -> None:
    ticket_id = somebody(trip, "loan").ticket.id
    seat.act("next")
    assert move_now(coordinator, seat)[1]["state"] == "ordered"
    assert seat.act(act, ticket_id).status_code == 200
    assert (states(), open_counters(trip)["hall"]) == (["arrived"], 1)


def test_who_is_on_hold_is_finished_with_first(seat: Counter, coordinator: Browser, trip: SmallTrip) -> None:
    ticket_id = served(seat)
    move_now(coordinator, seat)
    seat.act("hold", ticket_id)
    assert (states(), place_row(seat.place_id).state) == (["ordered"], "open")
    seat.act("return", ticket_id)
    assert (states(), open_counters(trip)["hall"]) == (["arrived"], 1)
    assert ticket_row(ticket_id).status == "waiting"


def test_handing_the_person_on_lets_them_go(seat: Counter, coordinator: Browser, trip: SmallTrip) -> None:
    ticket_id = served(seat)
    move_now(coordinator, seat)
    assert seat.act("transfer", ticket_id, desk_id=trip.desks["hall"]).status_code == 200
    assert (states(), ticket_row(ticket_id).status) == (["arrived"], "waiting")


def test_a_failed_desk_lets_its_people_go(seat: Counter, coordinator: Browser, trip: SmallTrip) -> None:
    served(seat)
    move_now(coordinator, seat)
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["a"], state="failed", reason="برق رفت")
    assert states() == ["arrived"]


def test_a_paused_counter_is_left_at_once(seat: Counter, coordinator: Browser) -> None:
    seat.act("pause", reason="break")
    assert move_now(coordinator, seat)[1]["state"] == "arrived"


def test_others_at_the_desk_go_on_as_before(
    sign_in: Join, seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    mine = served(seat)
    other = sit_down(sign_in, trip, "a", 1)
    theirs = served(other)
    move_now(coordinator, seat)
    finish(other, theirs)
    assert (states(), place_row(other.place_id).state) == (["ordered"], "open")
    finish(seat, mine)
    assert states() == ["arrived"]


@pytest.mark.parametrize("state", ["closed", "failed"])
def test_nobody_is_sent_to_a_desk_that_is_shut(
    seat: Counter, coordinator: Browser, trip: SmallTrip, state: str
) -> None:
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["hall"], state=state, reason="تعطیل")
    status, told = move_now(coordinator, seat)
    assert (status, told["error"]["code"]) == (409, "desk_takes_no_staff")
    assert states() == []


def test_a_desk_that_fails_before_they_can_go_keeps_them_where_they_are(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    ticket_id = served(seat)
    move_now(coordinator, seat)
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["hall"], state="failed", reason="برق رفت")
    finish(seat, ticket_id)
    assert (states(), place_row(seat.place_id).state) == (["taken_back"], "open")


def test_it_is_taken_back_while_they_still_serve(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    ticket_id = served(seat)
    move_now(coordinator, seat)
    assert coordinator.post(api(trip, "/1/take-back")).status_code == 200
    finish(seat, ticket_id)
    assert (states(), place_row(seat.place_id).state) == (["taken_back"], "open")


def test_after_it_the_way_back_is_a_move_the_other_way(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    move_now(coordinator, seat)
    assert coordinator.post(api(trip, "/1/take-back")).json["error"]["code"] == "move_decided"
    shown = coordinator.get(f"/trips/{trip.id}/balance").text
    assert f"user_id={seat.browser.user_id}" in shown
    assert move_now(coordinator, seat, "a")[1]["state"] == "arrived"
    assert open_counters(trip) == {"a": 1, "b": 0, "hall": 0, "hq": 0}


def test_whoever_closes_their_counter_themselves_is_on_the_way(
    sign_in: Join, seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    ticket_id = served(seat)
    move_now(coordinator, seat)
    seat.act("hold", ticket_id)
    other = sit_down(sign_in, trip, "a", 1)
    other.act("resume", ticket_id)
    assert seat.act("close").status_code == 200
    assert (states(), place_row(seat.place_id).state) == (["under_way"], "closed")


def test_a_second_move_waits_for_the_first(seat: Counter, coordinator: Browser, trip: SmallTrip) -> None:
    served(seat)
    move_now(coordinator, seat)
    assert move_now(coordinator, seat, "b")[1]["error"]["code"] == "not_a_mover"
    assert coordinator.post(api(trip, "/1/now")).json["error"]["code"] == "move_decided"
    assert states() == ["ordered"]


def test_who_was_asked_can_be_sent(seat: Counter, coordinator: Browser, trip: SmallTrip) -> None:
    body = {"user_id": seat.browser.user_id, "desk_id": trip.desks["hall"]}
    coordinator.post(api(trip), json=body)
    page = f"/trips/{trip.id}/balance"
    assert f"{page}/moves/1/now" in coordinator.get(page).text
    assert coordinator.post(f"{page}/moves/1/now").status_code == 303
    assert states() == ["arrived"]
    told = [kind for kind in kinds_of(trip) if kind.startswith("staff_move.")]
    assert told == ["staff_move.asked", "staff_move.begun", "staff_move.arrived"]
    again = coordinator.post(f"{page}/moves/1/now")
    assert "پاسخ داده" in coordinator.get(again.headers["Location"]).text


def test_the_page_moves_somebody_now_or_says_why_not(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    path = f"/trips/{trip.id}/balance/moves"
    data = {"user_id": seat.browser.user_id, "desk_id": trip.desks["hall"], "now": "yes"}
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["hall"], state="closed")
    refused = coordinator.post(path, data=data)
    assert refused.status_code == 409
    assert "این میز بسته" in refused.text
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["hall"], state="open")
    assert coordinator.post(path, data=data).status_code == 303
    assert states() == ["arrived"]


def test_desk_heads_and_staff_move_nobody(sign_in: Join, seat: Counter, trip: SmallTrip) -> None:
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    for browser in (head, seat.browser):
        assert move_now(browser, seat)[0] == 403
    assert states() == []


def test_a_stranger_of_another_trip_is_not_moved(seat: Counter, sign_in: Join, app: Flask) -> None:
    assert move_now(sign_in("coordinator", trip_id=seat.trip.id + 1), seat)[0] == 404
    assert states() == []


def test_the_same_press_twice_moves_once(seat: Counter, coordinator: Browser, trip: SmallTrip) -> None:
    body = {"user_id": seat.browser.user_id, "desk_id": trip.desks["hall"], "now": True}
    headers = {"Idempotency-Key": "once"}
    first, second = (coordinator.post(api(trip), json=body, headers=headers) for _ in range(2))
    assert first.json == second.json == {"id": 1, "state": "arrived", "desk_id": trip.desks["hall"]}
    assert open_counters(trip)["hall"] == 1


def test_an_account_that_was_closed_meanwhile_goes_nowhere(
    seat: Counter, coordinator: Browser, sign_in: Join, trip: SmallTrip
) -> None:
    ticket_id = served(seat)
    move_now(coordinator, seat)
    from deskops.accounts.models import User

    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(User, seat.browser.user_id).active = False
    head = Counter(sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"]), trip, seat.place_id)
    finish(head, ticket_id)
    assert states() == ["taken_back"]


def test_who_left_the_trip_meanwhile_is_not_sent_and_gets_no_role_back(
    seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    user_id = seat.browser.user_id
    body = {"user_id": user_id, "desk_id": trip.desks["hall"]}
    move_id = coordinator.post(api(trip), json=body).json["id"]
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(delete(GrantRow).where(GrantRow.user_id == user_id))
    assert coordinator.post(api(trip, f"/{move_id}/now"), json={}).json["error"]["code"] == "not_a_mover"
    assert coordinator.post(f"/trips/{trip.id}/balance/moves/{move_id}/now").status_code == 303
    with runtime.current().database.reading() as session:
        assert session.scalars(select(GrantRow).where(GrantRow.user_id == user_id)).all() == []
    assert states() == ["asked"]


def at_one_instant(*acts: Callable[[], Any]) -> None:
    ready = Barrier(len(acts))

    def start(act: Callable[[], Any]) -> None:
        ready.wait(10)
        act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(start, acts))


def test_two_who_are_sent_at_one_instant_get_a_counter_each(
    sign_in: Join, seat: Counter, coordinator: Browser, trip: SmallTrip
) -> None:
    other, second = sit_down(sign_in, trip, "a", 1), sign_in("coordinator", trip_id=trip.id)
    at_one_instant(lambda: move_now(coordinator, seat), lambda: move_now(second, other))
    assert (states(), open_counters(trip)) == (["arrived", "arrived"], {"a": 0, "b": 0, "hall": 2, "hq": 0})


@pytest.mark.parametrize("again", range(3))
def test_a_move_at_the_instant_in_which_the_service_ends_happens_once(
    seat: Counter, coordinator: Browser, trip: SmallTrip, again: int
) -> None:
    ticket_id = served(seat)
    at_one_instant(lambda: move_now(coordinator, seat), lambda: finish(seat, ticket_id))
    assert ticket_row(ticket_id).status == "done"
    assert (states(), open_counters(trip)["hall"]) == (["arrived"], 1)
