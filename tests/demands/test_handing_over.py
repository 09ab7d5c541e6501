"""Whose desk stops waits for another at once, is told where, and isn't moved again unless that one stops too; nobody is left
in between.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.core import clock
from deskops.core.errors import Forbidden
from deskops.core.unit_of_work import unit_of_work
from deskops.demands import rules
from deskops.demands.load import CACHE
from deskops.demands.services import mending, places, rebalancing, serving, sharing, telling, walking
from deskops.desks.models import Desk, DeskTopic
from deskops.desks.services import states
from deskops.desks.services.desks import retire_desk
from deskops.desks.services.states import set_desk_states
from tests.demands.counter import kinds_of, sit_down, somebody, ticket_row
from tests.demands.moving import (
    acts_of,
    become,
    loses_topic,
    notices,
    some_walk,
    walkable,
    who_may_walk,
)
from tests.demands.offering import PHONE, texts
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip


@pytest.fixture(autouse=True)
def morning(trip: SmallTrip) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))


def waiting_for(trip: SmallTrip, topic: str = "loan", **more: Any) -> int:
    return int(somebody(trip, topic, phone=PHONE, **more).ticket.id)


def texts_since(count: int) -> list[str]:
    return [text for _, text in texts()[count:]]


def close_counter(trip: SmallTrip, desk: str, seat: int = 0) -> None:
    with unit_of_work(SYSTEM) as uow:
        places.close_place(uow, SYSTEM, trip.id, trip.places[desk][seat])


# people are told


@pytest.mark.parametrize("state", ["failed", "paused", "closed"])
def test_whose_desk_stops_waits_elsewhere_at_once_and_reads_where(
    trip: SmallTrip, sign_in: Join, state: str
) -> None:
    sit_down(sign_in, trip, "a")
    ticket = waiting_for(trip)
    sit_down(sign_in, trip, "hall")
    before = len(texts())
    become(trip, "a", state)
    assert ticket_row(ticket).desk_id == trip.desks["hall"]
    [text] = texts_since(before)
    assert "۳" in text
    assert "محل یکم" in text
    [act] = acts_of(trip, "balance.handed_over")
    assert act.payload["reason"] == f"desk_{state}"


def test_board_and_the_persons_page_say_which_desk_stopped_and_where_they_wait_now(
    trip: SmallTrip, sign_in: Join, anonymous: Browser
) -> None:
    sit_down(sign_in, trip, "a")
    made = somebody(trip)
    sit_down(sign_in, trip, "hall")
    become(trip, "a")
    board = sign_in("board", trip_id=trip.id).get(f"/api/v1/trips/{trip.id}/boards/{trip.sites['one']}")
    assert (board.get_json()["stopped"], board.get_json()["stopped_whole"]) == ([1], False)
    page = anonymous.get(f"/r/{made.receipt_token}").text
    assert "میز <b><bdi>۳</bdi></b>" in page.replace("میز  <b>", "میز <b>")
    assert "ناچار" in page or "متوقف" in page
    become(trip, "a", "open")
    board = sign_in("board", trip_id=trip.id).get(f"/api/v1/trips/{trip.id}/boards/{trip.sites['one']}")
    assert board.get_json()["stopped"] == []


def test_the_staff_of_the_new_desk_have_them_in_their_list(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    somebody(trip)
    hall = sit_down(sign_in, trip, "hall")
    assert 'data-waiting="0"' in hall.page().text
    become(trip, "a")
    assert 'data-waiting="1"' in hall.page().text


def test_whom_no_desk_can_take_is_told_and_again_when_one_can(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    ticket = waiting_for(trip)
    before = len(texts())
    become(trip, "a")
    assert ticket_row(ticket).desk_id is None
    sit_down(sign_in, trip, "hall")
    assert ticket_row(ticket).desk_id == trip.desks["hall"]
    nobody, found = texts_since(before)
    assert "هنوز" in nobody
    assert "محل یکم" in found


def test_who_waits_for_a_call_is_told_nothing_of_it(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "hq")
    ticket = waiting_for(trip, channel="call", site_id=None)
    sit_down(sign_in, trip, "hall")
    before = len(texts())
    become(trip, "hq")
    assert ticket_row(ticket).desk_id == trip.desks["hall"]
    assert texts_since(before) == []


def test_who_gave_no_number_is_handed_over_all_the_same(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    ticket = int(somebody(trip).ticket.id)
    sit_down(sign_in, trip, "hall")
    become(trip, "a")
    assert ticket_row(ticket).desk_id == trip.desks["hall"]
    assert texts() == []


def test_the_tick_writes_to_nobody_of_a_label(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    for _ in range(4):
        waiting_for(trip)
    sit_down(sign_in, trip, "hall")
    before = len(texts())
    rebalancing.rebalance({})
    assert "balance.relabelled" in kinds_of(trip)
    assert not any("میز ۳" in text for text in texts_since(before))


# once, unless the second desk fails too


def test_who_loses_one_desk_is_moved_once_and_nobody_is_told_twice(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    ticket = waiting_for(trip)
    sit_down(sign_in, trip, "hall")
    become(trip, "a")
    assert ticket_row(ticket).moved_times == 1
    assert notices() == []
    become(trip, "a", "open")
    assert ticket_row(ticket).desk_id == trip.desks["hall"]
    assert ticket_row(ticket).moved_times == 1


def test_of_whom_a_second_failure_hits_the_coordinators_know(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    ticket = waiting_for(trip)
    sit_down(sign_in, trip, "hall")
    become(trip, "a")
    newcomer = waiting_for(trip)
    become(trip, "hall")
    [notice] = notices()
    assert (notice.ticket_id, notice.desk_id) == (ticket, trip.desks["hall"])
    [told] = acts_of(trip, "balance.moved_again")
    assert told.payload["numbers"] == [ticket_row(ticket).number]
    assert (ticket_row(ticket).moved_times, ticket_row(newcomer).moved_times) == (2, 1)


def test_who_sat_at_the_second_desk_as_it_failed_counts_as_well(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    ticket = waiting_for(trip)
    hall = sit_down(sign_in, trip, "hall")
    become(trip, "a")
    hall.act("next")
    hall.act("serve", ticket)
    become(trip, "hall")
    assert ticket_row(ticket).status == rules.WAITING
    assert [notice.ticket_id for notice in notices()] == [ticket]


def test_desks_that_stop_together_move_people_once(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    sit_down(sign_in, trip, "hall")
    tickets = [waiting_for(trip) for _ in range(4)]
    with unit_of_work(SYSTEM) as uow:
        set_desk_states(uow, SYSTEM, trip.id, "closed")
    assert [ticket_row(ticket).moved_times for ticket in tickets] == [1, 1, 1, 1]
    assert notices() == []


def test_a_counter_that_comes_and_goes_is_no_failure(trip: SmallTrip, sign_in: Join) -> None:
    counter = sit_down(sign_in, trip, "a")
    ticket = waiting_for(trip)
    for _ in range(2):
        counter.act("pause", reason="prayer")
        assert ticket_row(ticket).desk_id is None
        counter.act("resume")
        assert ticket_row(ticket).desk_id == trip.desks["a"]
    assert notices() == []
    assert len([text for text in texts_since(0) if "میز ۱" in text]) <= 1


def test_a_coordinator_takes_note_once(trip: SmallTrip, sign_in: Join) -> None:
    test_of_whom_a_second_failure_hits_the_coordinators_know(trip, sign_in)
    for seen in (1, 0):
        with unit_of_work(SYSTEM) as uow:
            assert telling.see_moved_again(uow, SYSTEM, trip.id) == seen
    assert notices()[0].seen_at is not None
    assert kinds_of(trip).count("balance.moved_again_seen") == 1


def test_staff_can_not_take_note_for_them(trip: SmallTrip) -> None:
    staff = Actor(7, grants=(Grant("staff"),), via="session")
    with pytest.raises(Forbidden), unit_of_work(SYSTEM) as uow:
        telling.see_moved_again(uow, staff, trip.id)


# while they walk


def test_whose_target_fails_while_they_walk_turns_back_and_reads_so(trip: SmallTrip, sign_in: Join) -> None:
    walkers = some_walk(trip, sign_in)
    assert walkers
    before = len(texts())
    clock.advance(minutes=2)
    become(trip, "b")
    rows = [ticket_row(ticket) for ticket in walkers]
    assert {(row.location, row.desk_id, row.walk) for row in rows} == {
        (trip.sites["one"], trip.desks["a"], "under_way")
    }
    assert all("محل یکم" in text for text in texts_since(before))
    assert {notice.ticket_id for notice in notices()} == set(walkers)
    assert "ticket.turned_back" in kinds_of(trip)


def test_who_turned_back_is_there_after_as_long_as_they_had_walked(trip: SmallTrip, sign_in: Join) -> None:
    [first, *_] = some_walk(trip, sign_in)
    clock.advance(minutes=2)
    become(trip, "b")
    walking.note_arrivals({})
    assert ticket_row(first).walk == "under_way"
    clock.advance(minutes=2)
    walking.note_arrivals({})
    assert (ticket_row(first).walk, ticket_row(first).location) == ("arrived", trip.sites["one"])


def test_whose_target_fails_walks_on_where_another_desk_there_takes_them(
    trip: SmallTrip, sign_in: Join
) -> None:
    walkers = some_walk(trip, sign_in)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["hall"]).site_id = trip.sites["two"]
    CACHE.clear()
    become(trip, "hall", "open")
    set_out = ticket_row(walkers[0]).changed_at
    clock.advance(minutes=2)
    before = len(texts())
    become(trip, "b")
    row = ticket_row(walkers[0])
    assert (row.location, row.desk_id, row.walk) == (trip.sites["two"], trip.desks["hall"], "under_way")
    assert row.changed_at == set_out
    assert any("محل دوم" in text for text in texts_since(before))


def test_who_walked_and_finds_nobody_may_be_asked_a_second_time(trip: SmallTrip, sign_in: Join) -> None:
    """The exception: their second desk failed."""
    walkers = some_walk(trip, sign_in)
    for ticket in walkers:
        with unit_of_work(SYSTEM) as uow:
            serving.arrive(uow, SYSTEM, trip.id, ticket)
    waiting = [ticket for ticket in walkers if ticket_row(ticket).status == rules.WAITING]
    assert waiting
    become(trip, "b")
    assert {ticket_row(ticket).desk_id for ticket in waiting} == {None}
    rebalancing.rebalance({})
    assert {ticket_row(ticket).location for ticket in waiting} == {trip.sites["one"]}
    assert {notice.ticket_id for notice in notices()} == set(waiting)


def test_who_walks_to_where_nobody_is_left_may_be_asked_again_once_they_are_there(
    trip: SmallTrip, sign_in: Join
) -> None:
    walkers = some_walk(trip, sign_in)
    become(trip, "a")
    become(trip, "b")
    assert {ticket_row(ticket).desk_id for ticket in walkers} == {None}
    clock.advance(minutes=11)
    walking.note_arrivals({})
    become(trip, "a", "open")
    rebalancing.rebalance({})
    assert {ticket_row(ticket).location for ticket in walkers} == {trip.sites["one"]}


# closing ahead


def test_who_waits_for_a_desk_that_is_about_to_close_waits_for_another_that_can_take_them(
    trip: SmallTrip, sign_in: Join
) -> None:
    sit_down(sign_in, trip, "hall")
    loan, housing = waiting_for(trip), waiting_for(trip, "housing")
    sit_down(sign_in, trip, "a")
    before = len(texts())
    become(trip, "hall", "closing")
    assert (ticket_row(loan).desk_id, ticket_row(loan).only_desk_id) == (trip.desks["a"], None)
    assert ticket_row(housing).desk_id == ticket_row(housing).only_desk_id == trip.desks["hall"]
    assert len(texts_since(before)) == 1
    assert acts_of(trip, "balance.handed_over")[0].payload["reason"] == "desk_closing"


def test_at_the_end_of_the_day_nobody_is_moved_between_desks_that_all_close(
    trip: SmallTrip, sign_in: Join
) -> None:
    for desk in ("a", "hall"):
        sit_down(sign_in, trip, desk)
    tickets = [waiting_for(trip) for _ in range(4)]
    desks = [ticket_row(ticket).desk_id for ticket in tickets]
    with unit_of_work(SYSTEM) as uow:
        found = [uow.session.get_one(Desk, trip.desks[desk]) for desk in ("a", "hall")]
        states.become(uow, found, "closing")
    assert [ticket_row(ticket).only_desk_id for ticket in tickets] == desks


# the ways out of limbo


def test_the_last_counters_people_go_to_who_is_competent_and_the_rest_to_the_coordinators(
    trip: SmallTrip, sign_in: Join
) -> None:
    sit_down(sign_in, trip, "hall")
    loan, housing = waiting_for(trip), waiting_for(trip, "housing")
    sit_down(sign_in, trip, "a")
    close_counter(trip, "hall")
    assert ticket_row(loan).desk_id == trip.desks["a"]
    assert ticket_row(housing).desk_id is None
    assert acts_of(trip, "balance.handed_over")[0].payload["reason"] == "counter_left"


def test_a_topic_that_nobody_does_waits_on_the_coordinators_list_until_a_desk_does_it(
    trip: SmallTrip, sign_in: Join
) -> None:
    sit_down(sign_in, trip, "hall")
    ticket = waiting_for(trip, "nobody")
    assert ticket_row(ticket).desk_id is None
    with unit_of_work(SYSTEM) as uow:
        skill = DeskTopic(desk_id=trip.desks["hall"], topic_id=trip.topics["nobody"], factor=1.0, own=True)
        uow.session.add(skill)
    CACHE.clear()
    mending.mend({})
    assert ticket_row(ticket).desk_id == trip.desks["hall"]


def test_a_topics_last_desk_can_go_and_its_people_are_found_on_the_coordinators_list(
    trip: SmallTrip, sign_in: Join
) -> None:
    sit_down(sign_in, trip, "hall")
    ticket = waiting_for(trip, "housing")
    loses_topic(trip, "hq", "housing")
    become(trip, "hall", "closed")
    with unit_of_work(SYSTEM) as uow:
        retire_desk(uow, SYSTEM, trip.id, trip.desks["hall"])
    assert ticket_row(ticket).desk_id is None
    sit_down(sign_in, trip, "a")
    with unit_of_work(SYSTEM) as uow:
        sharing.transfer(uow, SYSTEM, trip.id, ticket, topic_id=trip.topics["work"])
    assert ticket_row(ticket).desk_id == trip.desks["a"]


def test_who_speaks_what_nobody_speaks_is_called_by_whoever_is_there(trip: SmallTrip, sign_in: Join) -> None:
    hall = sit_down(sign_in, trip, "hall")
    ticket = waiting_for(trip, language="ku")
    assert ticket_row(ticket).desk_id == trip.desks["hall"]
    hall.act("next")
    assert ticket_row(ticket).status == rules.CALLED


def test_who_waited_for_the_only_one_who_speaks_it_is_called_by_others_when_they_leave(
    trip: SmallTrip, sign_in: Join
) -> None:
    with unit_of_work(SYSTEM) as uow:
        places.open_place(uow, SYSTEM, trip.id, trip.places["hall"][1], languages="fa,ku")
    ticket = waiting_for(trip, language="ku")
    hall = sit_down(sign_in, trip, "hall")
    close_counter(trip, "hall", 1)
    hall.act("next")
    assert ticket_row(ticket).status == rules.CALLED


def test_who_speaks_it_at_another_desk_takes_them(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "hall")
    ticket = waiting_for(trip, language="ku")
    with unit_of_work(SYSTEM) as uow:
        places.open_place(uow, SYSTEM, trip.id, trip.places["a"][0], languages="fa,ku")
    rebalancing.rebalance({})
    assert ticket_row(ticket).desk_id == trip.desks["a"]
    become(trip, "a")
    assert ticket_row(ticket).desk_id == trip.desks["hall"]


def test_a_desk_that_closes_with_nobody_else_leaves_them_to_the_coordinators(
    trip: SmallTrip, sign_in: Join
) -> None:
    sit_down(sign_in, trip, "hall")
    ticket = waiting_for(trip, "housing")
    become(trip, "hall", "closed")
    row = ticket_row(ticket)
    assert (row.status, row.desk_id, row.only_desk_id) == (rules.WAITING, None, None)
    wall = sign_in("coordinator", trip_id=trip.id).get(f"/trips/{trip.id}/wall").text
    assert "۱" in wall


def test_a_failed_desk_that_comes_back_takes_who_waits_for_nobody_and_leaves_the_others(
    trip: SmallTrip, sign_in: Join
) -> None:
    sit_down(sign_in, trip, "hall")
    loan, housing = waiting_for(trip), waiting_for(trip, "housing")
    sit_down(sign_in, trip, "a")
    become(trip, "hall")
    become(trip, "hall", "open")
    assert ticket_row(loan).desk_id == trip.desks["a"]
    assert ticket_row(housing).desk_id == trip.desks["hall"]
    assert acts_of(trip, "balance.handed_over")[0].payload["reason"] == "desk_opened"


def test_who_was_sent_by_hand_to_a_site_whose_desk_fails_comes_back_too(
    trip: SmallTrip, sign_in: Join
) -> None:
    walkable(trip)
    sit_down(sign_in, trip, "a")
    sit_down(sign_in, trip, "b")
    ticket = waiting_for(trip)
    with unit_of_work(SYSTEM) as uow:
        sharing.transfer(uow, SYSTEM, trip.id, ticket, desk_id=trip.desks["b"])
    assert (ticket_row(ticket).walk, ticket_row(ticket).walked_from) == ("under_way", trip.sites["one"])
    become(trip, "b")
    row = ticket_row(ticket)
    assert (row.location, row.desk_id) == (trip.sites["one"], trip.desks["a"])


def test_who_was_asked_to_walk_at_registration_comes_back_too(trip: SmallTrip, sign_in: Join) -> None:
    walkable(trip)
    sit_down(sign_in, trip, "b")
    ticket = waiting_for(trip, may_walk=True)
    assert (ticket_row(ticket).walk, ticket_row(ticket).moved_times) == ("under_way", 1)
    sit_down(sign_in, trip, "a")
    become(trip, "b")
    row = ticket_row(ticket)
    assert (row.location, row.desk_id) == (trip.sites["one"], trip.desks["a"])


def test_a_moment_between_two_processes_is_mended(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    sit_down(sign_in, trip, "hall")
    [ticket] = who_may_walk(trip, 1)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, ticket_row(ticket).desk_id).state = "failed"
    CACHE.clear()
    mending.mend({})
    assert ticket_row(ticket).desk_id is not None
    assert acts_of(trip, "balance.handed_over")[0].payload["reason"] == "astray"


# the rule of the way back


def test_the_way_back_takes_as_long_as_they_had_walked() -> None:
    noon, walk = datetime(2026, 11, 22, 12, tzinfo=UTC), timedelta(minutes=10)
    back = rules.turned_back_at(noon, noon + timedelta(minutes=4), walk)
    assert back + walk == noon + timedelta(minutes=8)
    late = rules.turned_back_at(noon, noon + timedelta(minutes=30), walk)
    assert late + walk == noon + timedelta(minutes=40)
