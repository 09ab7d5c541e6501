"""Rule D: who is asked whether they want to be served by phone."""

import pytest

from deskops.balancing import offer
from deskops.balancing.state import PHONE, Policy
from tests.balancing.trips import AIRPORT, HALL, HOUSING, LOAN, add_desk, add_waiting, trip

LIMIT = Policy().offer_limit_minutes


def hall_and_phone_seats():
    load = trip()
    add_desk(load, 1, calls=False)
    add_desk(load, 2, site=AIRPORT, walk_ins=False)
    return load


@pytest.mark.parametrize(
    ("minutes", "asked"), [(0.0, False), (LIMIT, False), (LIMIT + 0.1, True), (None, True)]
)
def test_a_walk_in_is_asked_beyond_the_limit_or_when_nobody_can_serve_them(minutes, asked):
    assert offer.is_worth_offering(hall_and_phone_seats(), HALL, LOAN, minutes) is asked


def test_a_caller_is_on_the_phone_already():
    assert not offer.is_worth_offering(hall_and_phone_seats(), PHONE, LOAN, 60.0)


def test_nothing_is_offered_that_no_open_counter_could_keep():
    load = hall_and_phone_seats()
    assert not offer.is_worth_offering(load, HALL, HOUSING, 60.0)
    load.remove_counter(200)
    assert not offer.is_worth_offering(load, HALL, LOAN, 60.0)


def test_those_whose_wait_has_passed_the_limit_are_asked_oldest_first():
    load = hall_and_phone_seats()
    for number in (3, 1, 2):
        add_waiting(load, number)
    add_waiting(load, 4, place=PHONE)
    waits = {1: 30.0, 2: 2.0, 3: 30.0, 4: 30.0}
    assert [person.ticket_id for person in offer.due(load, waits)] == [1, 3]


def test_whom_no_counter_of_the_place_may_take_is_asked_as_well():
    load = hall_and_phone_seats()
    add_waiting(load, 5)
    assert [person.ticket_id for person in offer.due(load, {})] == [5]
