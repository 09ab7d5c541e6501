"""The basis of rule C: where people go whose desk can serve them no more."""

from dataclasses import replace

import pytest
from hypothesis import given

from deskops.balancing.errors import UnknownDeskError
from deskops.balancing.reroute import Relabel, place, relabel, reroute, walks_worth
from deskops.balancing.state import PHONE, Counter, Waiting, Walk
from tests.balancing.trips import AIRPORT, HALL, LOAN, PENSION, add_desk, add_waiting, trip, trips


def close(load, desk_id):
    load.put_desk(replace(load.desk(desk_id).desk, open=False))


def two_desks(**second):
    """Desk 1 in the hall, closed; desk 2 as said."""
    load = trip()
    add_desk(load, 1)
    add_desk(load, 2, **second)
    close(load, 1)
    return load


def test_the_people_of_a_closed_desk_go_to_another_at_the_place():
    load = two_desks()
    add_waiting(load, 7, desk_id=1)
    assert reroute(load, 1) == [Relabel(7, 2)]


def test_nobody_is_asked_to_walk_again():
    load = two_desks(site=AIRPORT)
    load.put_walk(HALL, AIRPORT)
    add_waiting(load, 7, desk_id=1)
    assert reroute(load, 1) == [Relabel(7, None)]


def test_a_call_goes_to_any_desk_anywhere():
    load = two_desks(site=AIRPORT)
    add_waiting(load, 7, desk_id=1, place=PHONE)
    assert reroute(load, 1) == [Relabel(7, 2)]


def test_who_needs_a_topic_nobody_else_knows_goes_to_the_coordinators():
    load = two_desks()
    add_waiting(load, 7, desk_id=1, topic=PENSION)
    assert reroute(load, 1) == [Relabel(7, None)]


def test_people_are_shared_out_oldest_first_and_not_all_to_one_desk():
    load = two_desks(busy=1)
    add_desk(load, 3, busy=1, counters=2)
    for ticket_id in (4, 3, 2, 1):
        add_waiting(load, ticket_id, desk_id=1)
    assert reroute(load, 1) == [Relabel(1, 3), Relabel(2, 2), Relabel(3, 3), Relabel(4, 3)]


def test_a_desk_that_asks_for_somebody_is_not_given_everybody():
    load = two_desks(ready=1)
    add_desk(load, 3, ready=1)
    for ticket_id in (1, 2):
        add_waiting(load, ticket_id, desk_id=1)
    assert reroute(load, 1) == [Relabel(1, 2), Relabel(2, 3)]


def test_the_load_is_as_before_until_the_changes_are_folded_in():
    load = two_desks()
    waiting = add_waiting(load, 7, desk_id=1)
    changes = reroute(load, 1)
    assert load.waiting(7) == waiting
    assert (load.desk(1).taken, load.desk(2).taken) == (1, 0)
    for change in changes:
        load.assign(change.ticket_id, change.desk_id)
    assert (load.desk(1).taken, load.desk(2).taken) == (0, 1)


def test_the_coordinators_list_is_shared_out_when_a_desk_opens():
    load = two_desks()
    add_waiting(load, 7, desk_id=None)
    add_waiting(load, 8, desk_id=None, topic=PENSION)
    assert reroute(load, None) == [Relabel(7, 2)]


def test_who_is_best_off_where_they_are_stays():
    load = two_desks()
    add_waiting(load, 7, desk_id=2)
    assert reroute(load, 2) == []


def test_a_language_is_looked_for_elsewhere():
    load = two_desks()
    add_desk(load, 3, counters=0)
    load.put_counter(Counter(300, 3, open=True, busy=True, languages=frozenset({"az"})))
    add_waiting(load, 7, desk_id=1, language="az")
    assert reroute(load, 1) == [Relabel(7, 3)]


def test_an_unknown_desk_is_refused():
    with pytest.raises(UnknownDeskError):
        reroute(trip(), 9)


@given(trips())
def test_nobody_is_left_at_a_closed_desk_and_all_go_where_they_can_be_served(drawn):
    load = drawn.load()
    close(load, 1)
    expected = {w.ticket_id for w in load.provisional(1)}
    changes = reroute(load, 1)
    assert {change.ticket_id for change in changes} == expected
    for ticket_id, desk_id in changes:
        waiting = load.waiting(ticket_id)
        serving = {d.desk.id for d in load.serving(waiting.place, waiting.topic_id) if d.open_counters}
        assert desk_id in serving or (desk_id is None and not serving)


def test_a_ticket_of_the_closed_desk_keeps_its_place_in_the_queue():
    load = two_desks()
    add_waiting(load, 7, at=0, desk_id=1)
    add_waiting(load, 8, at=5, desk_id=2)
    load.assign(*reroute(load, 1)[0])
    (queue,) = load.queues.at(HALL, LOAN)
    assert [ticket_id for _, ticket_id in queue.entries] == [7, 8]


def test_people_who_do_not_wait_yet_are_placed_in_sight_of_one_another():
    load = trip()
    add_desk(load, 1)
    add_desk(load, 2)
    people = [Waiting(ticket_id, HALL, LOAN, registered_at=0.0) for ticket_id in (7, 8, 9, 10)]
    assert place(load, people) == [Relabel(7, 1), Relabel(8, 2), Relabel(9, 1), Relabel(10, 2)]
    assert load.waiting_count() == 0


def test_who_waits_is_counted_once_while_they_are_placed_elsewhere():
    load = two_desks(site=AIRPORT)
    add_waiting(load, 7, desk_id=1)
    called_back = replace(load.waiting(7), place=PHONE)
    assert place(load, [called_back]) == [Relabel(7, 2)]
    assert load.waiting(7).place == HALL


def test_people_whom_nobody_can_take_are_placed_nowhere():
    load = two_desks()
    assert place(load, [Waiting(7, HALL, PENSION, registered_at=0.0)]) == [Relabel(7, None)]
    assert place(load, []) == []


def test_labels_that_grew_old_are_given_anew_without_touching_the_load():
    load = trip()
    add_desk(load, 1, busy=1)
    add_desk(load, 2, busy=1)
    for ticket_id in (1, 2, 3, 4):
        add_waiting(load, ticket_id, desk_id=1)
    assert relabel(load) == [Relabel(2, 2), Relabel(4, 2)]
    assert load.waiting(2).desk_id == 1


def test_who_walks_or_was_given_a_desk_by_hand_keeps_it():
    load = trip()
    add_desk(load, 1, busy=1)
    add_desk(load, 2)
    add_waiting(load, 1, desk_id=1, walk=Walk.UNDER_WAY)
    add_waiting(load, 2, desk_id=1, only_desk_id=1)
    assert relabel(load) == []


def hall_and_airport(**airport):
    """Desk 1 in the hall; desk 2 at the airport, 10 minutes away."""
    load = trip()
    add_desk(load, 1, busy=1)
    add_desk(load, 2, site=AIRPORT, **airport)
    load.put_walk(HALL, AIRPORT, 10.0)
    return load


@pytest.mark.parametrize(("remaining", "walks"), [(27.0, False), (29.0, True)])
def test_a_walk_must_gain_six_minutes_and_a_quarter_of_the_wait(remaining, walks):
    # Beyond 10 minutes of way and 5 of margin: 27 - 15 < 6 + 6.75, and 29 - 15 > 6 + 7.25.
    load = hall_and_airport()
    add_waiting(load, 1, desk_id=1)
    assert [walk.ticket_id for walk in walks_worth(load, {1: remaining})] == ([1] if walks else [])


def test_whom_nobody_at_the_place_may_take_walks_where_somebody_may():
    load = hall_and_airport()
    load.remove_counter(100)
    add_waiting(load, 1)
    assert [(walk.ticket_id, walk.desk_id) for walk in walks_worth(load, {})] == [(1, 2)]


def test_four_are_asked_to_walk_to_a_desk_at_once_and_the_oldest_first():
    load = hall_and_airport(counters=20)
    for ticket_id in range(1, 8):
        add_waiting(load, ticket_id, desk_id=1)
    found = walks_worth(load, dict.fromkeys(range(1, 8), 90.0))
    assert [walk.ticket_id for walk in found] == [1, 2, 3, 4]


def test_a_caller_or_somebody_on_the_way_is_asked_to_walk_by_nobody():
    load = hall_and_airport()
    add_waiting(load, 1, place=PHONE)
    add_waiting(load, 2, walk=Walk.UNDER_WAY)
    add_waiting(load, 3, walk=Walk.ARRIVED)
    add_waiting(load, 4, only_desk_id=1)
    assert walks_worth(load, dict.fromkeys(range(1, 5), 90.0)) == []


def test_without_a_way_nobody_walks():
    load = hall_and_airport()
    load.remove_walk(HALL, AIRPORT)
    add_waiting(load, 1)
    assert walks_worth(load, {1: 90.0}) == []


def test_who_waits_for_a_paused_desk_that_keeps_its_people_keeps_the_label():
    load = two_desks()
    load.put_desk(replace(load.desk(1).desk, keeps=True))
    add_waiting(load, 7, desk_id=1)
    assert relabel(load) == []
    load.put_desk(replace(load.desk(1).desk, keeps=False))
    assert relabel(load) == [Relabel(7, 2)]


def test_who_cannot_be_asked_to_walk_leaves_the_walk_to_others():
    load = two_desks(site=AIRPORT)
    load.put_walk(HALL, AIRPORT)
    for ticket_id in range(1, 7):
        add_waiting(load, ticket_id, desk_id=None)
    asked = [walk.ticket_id for walk in walks_worth(load, {})]
    assert asked == [1, 2, 3, 4]
    assert [walk.ticket_id for walk in walks_worth(load, {}, {1, 3})] == [2, 4, 5, 6]
