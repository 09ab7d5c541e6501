"""Advice as it is made, renewed and expired, and what coordinators make of it."""

from datetime import UTC, datetime

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.control.models import Advice
from deskops.control.queries.advice import advice_of
from deskops.control.rules.advice import Mover, missed_least
from deskops.control.services import advice_runs, advising
from deskops.core import clock, runtime
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import unit_of_work
from tests.control.advised import Hall, advise, all_advice, all_moves, go_there, people_wait, pressed_hall
from tests.demands.counter import kinds_of, sit_down
from tests.fixtures import Join
from tests.small_trip import SmallTrip


@pytest.fixture
def hall(sign_in: Join, trip: SmallTrip) -> Hall:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    return pressed_hall(sign_in, trip)


@pytest.fixture
def advised(hall: Hall) -> Advice:
    [row] = advise()
    return row


def post(hall: Hall, rest: str, **body: object) -> tuple[int, dict]:
    answer = hall.coordinator.post(f"/api/v1/trips/{hall.trip.id}/balance{rest}", json=body)
    return answer.status_code, answer.json


def accept(hall: Hall, advice_id: int = 1, **body: object) -> tuple[int, dict]:
    return post(hall, f"/advice/{advice_id}/accept", **body)


def code_of(answer: tuple[int, dict]) -> str:
    return str(answer[1]["error"]["code"])


def test_an_idle_counter_is_advised_to_where_people_wait(hall: Hall, advised: Advice) -> None:
    assert (advised.source_desk_id, advised.target_desk_id) == (hall.trip.desks["b"], hall.trip.desks["hall"])
    assert (advised.counters, advised.state, advised.for_day) == (1, "proposed", None)
    figures = advised.figures
    assert (figures["target_waiting"], figures["source_free"], figures["source_open"]) == (16, 2, 2)
    assert figures["target_oldest"] == pytest.approx(32.0)
    assert advised.gain_minutes == pytest.approx(
        figures["person_minutes_without"] - figures["person_minutes"]
    )
    assert figures["oldest"] < figures["oldest_without"]
    assert "balance.advice_made" in kinds_of(hall.trip)


def test_where_all_counters_are_taken_nobody_is_advised_to(hall: Hall, sign_in: Join) -> None:
    for number in (1, 2):
        sit_down(sign_in, hall.trip, "hall", number, name=f"پای باجه {number}").act("pause", reason="break")
    assert advise() == []


def test_where_nobody_waits_long_nothing_is_advised(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "hall")
    assert advise() == []


def test_the_next_run_repeats_it_without_saying_it_again(hall: Hall, advised: Advice) -> None:
    clock.advance(minutes=1)
    [again] = advise()
    assert (again.id, again.seen_at) == (advised.id, clock.now())
    assert kinds_of(hall.trip).count("balance.advice_made") == 1


def test_what_no_run_repeats_expires(hall: Hall, advised: Advice) -> None:
    for seat in hall.idle:
        seat.act("close")
    [gone] = advise()
    assert gone.state == "expired"
    assert code_of(accept(hall)) == "advice_decided"


def test_accepted_as_it_is_the_idle_are_asked(hall: Hall, advised: Advice) -> None:
    status, told = accept(hall)
    assert (status, told["state"]) == (200, "accepted")
    [move] = all_moves()
    assert (move.user_id, move.state) == (hall.idle[0].browser.user_id, "asked")
    assert (move.from_desk_id, move.to_desk_id) == (hall.trip.desks["b"], hall.trip.desks["hall"])
    assert kinds_of(hall.trip)[-2:] == ["balance.advice_accepted", "staff_move.asked"]


def test_the_coordinator_chooses_who_and_where_to(hall: Hall, advised: Advice) -> None:
    people = [seat.browser.user_id for seat in hall.idle]
    accept(hall, people=people, target_desk_id=hall.trip.desks["a"])
    [row] = all_advice()
    assert (row.counters, row.target_desk_id) == (2, hall.trip.desks["a"])
    assert {move.user_id for move in all_moves()} == set(people)
    assert {move.to_desk_id for move in all_moves()} == {hall.trip.desks["a"]}


def test_nobody_else_can_be_chosen(hall: Hall, advised: Advice) -> None:
    status, told = accept(hall, people=[hall.busy.browser.user_id])
    assert (status, list(told["error"]["errors"])) == (422, ["people"])
    assert all_moves() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"people": [], "chosen": True}, "people"),
        ({"target_desk_id": 4711}, "target_desk_id"),
        ({"counters": 0}, "counters"),
        ({"counters": "many"}, "counters"),
        ({"who": [1]}, "who"),
    ],
)
def test_what_can_not_be_accepted_is_named(
    hall: Hall, advised: Advice, body: dict[str, object], field: str
) -> None:
    status, told = accept(hall, **body)
    assert status == 422
    assert field in told["error"]["errors"]
    assert [row.state for row in all_advice()] == ["proposed"]


def test_the_source_is_no_target(hall: Hall, advised: Advice) -> None:
    status, told = accept(hall, target_desk_id=hall.trip.desks["b"])
    assert (status, list(told["error"]["errors"])) == (422, ["target_desk_id"])


def test_advice_that_changed_meanwhile_is_not_accepted_unseen(hall: Hall, advised: Advice) -> None:
    assert code_of(accept(hall, version=7)) == "stale_version"


def test_whose_counter_closed_meanwhile_is_asked_no_more(hall: Hall, advised: Advice) -> None:
    for seat in hall.idle:
        seat.act("close")
    assert code_of(accept(hall)) == "nobody_to_move"


def test_whoever_is_asked_is_not_advised_away_a_second_time(hall: Hall, advised: Advice) -> None:
    accept(hall)
    clock.advance(minutes=1)
    assert [row.state for row in advise()] == ["accepted"]


def test_whoever_came_to_a_desk_stays_for_an_hour(hall: Hall, advised: Advice) -> None:
    accept(hall)
    go_there(hall)
    with runtime.current().database.reading() as session:
        assert advice_runs.held_at(session, hall.trip.id) == {hall.trip.desks["hall"]: 1}
        clock.advance(minutes=61)
        assert advice_runs.held_at(session, hall.trip.id) == {}


def test_refused_with_a_reason_it_rests_for_an_hour(hall: Hall, advised: Advice) -> None:
    assert post(hall, "/advice/1/refuse", reason="")[0] == 422
    assert post(hall, "/advice/1/refuse", reason="دو نفر تازه آمده‌اند")[0] == 200
    clock.advance(minutes=30)
    assert [row.state for row in advise()] == ["refused"]
    clock.advance(minutes=31)
    assert [row.state for row in advise()] == ["refused", "proposed"]


def test_taken_back_while_nobody_has_gone(hall: Hall, advised: Advice) -> None:
    accept(hall)
    assert post(hall, "/advice/1/take-back")[0] == 200
    assert [row.state for row in all_advice()] == ["taken_back"]
    assert [move.state for move in all_moves()] == ["taken_back"]
    assert code_of(post(hall, "/advice/1/take-back")) == "advice_not_accepted"


def test_what_went_by_itself_and_was_taken_back_rests_for_an_hour(hall: Hall, advised: Advice) -> None:
    with unit_of_work(SYSTEM) as uow:
        advising.accept(uow, SYSTEM, hall.trip.id, advised.id, automatic=True)
    assert post(hall, "/advice/1/take-back")[0] == 200
    clock.advance(minutes=30)
    assert [row.state for row in advise()] == ["taken_back"]
    clock.advance(minutes=31)
    assert [row.state for row in advise()] == ["taken_back", "proposed"]


def test_what_was_accepted_while_a_run_looked_is_not_advised_once_more(hall: Hall, advised: Advice) -> None:
    began = clock.now()
    with runtime.current().database.reading() as session:
        found = advice_runs.advised(session, hall.trip.id)
    assert found
    clock.advance(seconds=1)
    accept(hall)
    with unit_of_work(SYSTEM) as uow:
        advice_runs.renew(uow, hall.trip.id, found, None, began)
    assert [row.state for row in all_advice()] == ["accepted"]


def test_not_taken_back_once_somebody_went(hall: Hall, advised: Advice) -> None:
    accept(hall)
    hall.idle[0].browser.post(hall.path("/moves/1/go"))
    assert code_of(post(hall, "/advice/1/take-back")) == "somebody_went"


def test_the_rule_accepts_and_chooses_by_itself(hall: Hall, advised: Advice) -> None:
    with unit_of_work(SYSTEM) as uow:
        advising.accept(uow, SYSTEM, hall.trip.id, advised.id, automatic=True)
    [row] = all_advice()
    assert (row.automatic, row.decided_by, row.state) == (True, None, "accepted")
    assert len(all_moves()) == 1


def test_whoever_serves_somebody_is_asked_after_the_idle_and_heads_last() -> None:
    idle, busy, head = Mover(3, 3, True, False), Mover(2, 2, False, False), Mover(1, 1, True, True)
    assert missed_least([head, busy, idle]) == [idle, head, busy]


def test_whose_desk_head_sits_there_is_known(trip: SmallTrip, sign_in: Join) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    sit_down(sign_in, trip, "b", 0, role="desk_head", name="سرپرست")
    sit_down(sign_in, trip, "hall", name="پرکار")
    sit_down(sign_in, trip, "b", 1, name="دوم")
    people_wait(trip)
    [row] = advise()
    with runtime.current().database.reading() as session:
        names = [name for _, name in advice_of(session, trip.id, row.id).movers]
    assert names == ["دوم", "سرپرست"]


def test_another_trips_advice_is_not_found(hall: Hall, advised: Advice, sign_in: Join) -> None:
    stranger = sign_in("coordinator", trip_id=4711)
    assert stranger.post(f"/api/v1/trips/{hall.trip.id}/balance/advice/1/accept", json={}).status_code == 404
    assert accept(hall, 4711)[0] == 404
    with unit_of_work(SYSTEM) as uow, pytest.raises(NotFound):
        advising.accept(uow, SYSTEM, 4711, advised.id)


def test_a_trip_that_is_not_live_is_left_alone(hall: Hall) -> None:
    hall.coordinator.post(f"/trips/{hall.trip.id}/phase", data={"phase": "follow_up", "version": 1})
    assert advise() == []
