"""The basis of rule C: where people go whose desk can serve them no more."""

from dataclasses import replace

import pytest
from hypothesis import given

from deskops.balancing.errors import UnknownDeskError
from deskops.balancing.reroute import Relabel, place, reroute
from deskops.balancing.state import PHONE, Counter, Waiting
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
