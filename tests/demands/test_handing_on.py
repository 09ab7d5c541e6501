"""Handing people on, and what becomes of them when desks and counters stop."""

from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.queries import unassigned_tickets
from deskops.desks.services.states import set_desk_state
from tests.demands.counter import Counter, demand_row, place_row, sit_down, somebody, ticket_row, toast_of
from tests.fixtures import Join
from tests.small_trip import SmallTrip


@pytest.fixture
def counter(trip: SmallTrip, sign_in: Join) -> Counter:
    return sit_down(sign_in, trip)


def served(counter: Counter, topic: str = "loan", **more: Any) -> int:
    ticket_id = int(somebody(counter.trip, topic, **more).ticket.id)
    counter.act("next")
    counter.act("serve", ticket_id)
    return ticket_id


def stop(trip: SmallTrip, desk: str, state: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks[desk], state=state, reason="آزمون")


def test_the_choices_tell_each_desks_queue_and_who_does_not_do_the_topic(
    counter: Counter, sign_in: Join
) -> None:
    sit_down(sign_in, counter.trip, "a")
    ticket_id = served(counter, "housing")
    path = f"{counter.path}/tickets/{ticket_id}/transfer"
    page = counter.browser.get(path, headers={"HX-Request": "true"}).text
    assert "این موضوع را ندارد" in page
    assert f'value="{counter.trip.desks["hq"]}"' in page
    assert f'value="{counter.trip.desks["hall"]}"' not in page


def test_without_script_the_choices_are_a_page(counter: Counter) -> None:
    page = counter.browser.get(f"{counter.path}/tickets/{served(counter)}/transfer").text
    assert "<!doctype html>" in page


def test_number_and_age_stay_when_handed_on(counter: Counter) -> None:
    ticket_id = served(counter)
    before = ticket_row(ticket_id)
    answer = counter.act("transfer", ticket_id, desk_id=counter.trip.desks["a"])
    after = ticket_row(ticket_id)
    assert answer.status_code == 200
    assert (after.status, after.desk_id, after.place_id) == ("waiting", counter.trip.desks["a"], None)
    assert (after.number, after.registered_at) == (before.number, before.registered_at)
    assert "سپرده شد" in toast_of(answer)["text"]


def test_who_was_handed_on_does_not_come_straight_back(counter: Counter) -> None:
    ticket_id = served(counter)
    counter.act("transfer", ticket_id, desk_id=counter.trip.desks["a"])
    counter.act("next")
    assert ticket_row(ticket_id).status == "waiting"


def test_a_counter_of_the_new_desk_that_stands_ready_takes_them_at_once(
    counter: Counter, sign_in: Join
) -> None:
    ticket_id = served(counter)
    ready = sit_down(sign_in, counter.trip, "a")
    ready.act("next")
    counter.act("transfer", ticket_id, desk_id=counter.trip.desks["a"])
    row = ticket_row(ticket_id)
    assert (row.status, row.place_id) == ("called", ready.place_id)


def test_a_desk_at_another_site_lets_them_walk_and_calls_them_when_they_arrive(
    counter: Counter, sign_in: Join
) -> None:
    ticket_id = served(counter)
    there = sit_down(sign_in, counter.trip, "b")
    counter.act("transfer", ticket_id, desk_id=counter.trip.desks["b"])
    row = ticket_row(ticket_id)
    assert (row.walk, row.location) == ("under_way", counter.trip.sites["two"])
    there.act("next")
    assert ticket_row(ticket_id).status == "waiting"
    assert f"/tickets/{ticket_id}/arrive" in there.page().text
    there.act("arrive", ticket_id)
    assert (ticket_row(ticket_id).status, ticket_row(ticket_id).place_id) == ("called", there.place_id)


def test_another_topic_goes_to_whatever_desk_is_best(counter: Counter, sign_in: Join) -> None:
    ticket_id = served(counter)
    sit_down(sign_in, counter.trip, "hall", seat=1)
    counter.act("transfer", ticket_id, topic_id=counter.trip.topics["housing"])
    row = ticket_row(ticket_id)
    assert (row.topic_id, row.desk_id) == (counter.trip.topics["housing"], counter.trip.desks["hall"])
    assert demand_row(row.demand_id).topic_id == counter.trip.topics["housing"]


def test_a_topic_that_nobody_does_is_refused(counter: Counter) -> None:
    ticket_id = served(counter)
    refused = counter.act("transfer", ticket_id, topic_id=counter.trip.topics["nobody"])
    assert refused.status_code == 422
    assert ticket_row(ticket_id).status == "serving"


@pytest.mark.parametrize("where", ["unknown desk", "closed desk", "incompetent desk", "unknown topic"])
def test_nobody_is_handed_to_where_nobody_can_take_them(counter: Counter, where: str) -> None:
    trip = counter.trip
    ticket_id = served(counter, "housing" if where == "incompetent desk" else "loan")
    stop(trip, "b", "closed")
    to = {
        "unknown desk": {"desk_id": 999_999},
        "closed desk": {"desk_id": trip.desks["b"]},
        "incompetent desk": {"desk_id": trip.desks["a"]},
        "unknown topic": {"topic_id": 999_999},
    }[where]
    assert counter.act("transfer", ticket_id, **to).status_code in {404, 422}
    assert ticket_row(ticket_id).status == "serving"


def test_somebody_elses_person_is_not_mine_to_hand_on(counter: Counter, sign_in: Join) -> None:
    ticket_id = served(counter)
    other = sit_down(sign_in, counter.trip, seat=1)
    assert other.act("transfer", ticket_id, desk_id=counter.trip.desks["a"]).status_code == 403
    assert ticket_row(ticket_id).status == "serving"


# Desks and counters that stop


def test_a_desk_that_fails_sends_those_being_served_to_wait_elsewhere(
    counter: Counter, sign_in: Join
) -> None:
    sit_down(sign_in, counter.trip, "a")
    ticket_id = served(counter)
    before = ticket_row(ticket_id)
    stop(counter.trip, "hall", "failed")
    after = ticket_row(ticket_id)
    assert (after.status, after.desk_id) == ("waiting", counter.trip.desks["a"])
    assert (after.number, after.registered_at) == (before.number, before.registered_at)


def test_a_desk_that_fails_sends_those_on_hold_to_wait_as_well(counter: Counter) -> None:
    ticket_id = served(counter)
    counter.act("hold", ticket_id)
    stop(counter.trip, "hall", "failed")
    assert (ticket_row(ticket_id).status, ticket_row(ticket_id).place_id) == ("waiting", None)


def test_a_desk_that_pauses_lets_who_is_there_finish(counter: Counter) -> None:
    ticket_id = served(counter)
    stop(counter.trip, "hall", "paused")
    assert counter.act("finish", ticket_id, outcome="granted").status_code == 200


def test_the_last_counter_that_leaves_hands_its_people_over(counter: Counter, sign_in: Join) -> None:
    sit_down(sign_in, counter.trip, "a")
    ticket_id = int(somebody(counter.trip).ticket.id)
    stop(counter.trip, "a", "paused")
    assert ticket_row(ticket_id).desk_id == counter.trip.desks["hall"]
    stop(counter.trip, "a", "open")
    counter.act("close")
    assert ticket_row(ticket_id).desk_id == counter.trip.desks["a"]


def test_a_choice_by_hand_ends_with_the_desk_that_was_chosen(counter: Counter) -> None:
    ticket_id = served(counter)
    counter.act("transfer", ticket_id, desk_id=counter.trip.desks["a"])
    stop(counter.trip, "a", "closed")
    assert ticket_row(ticket_id).desk_id == counter.trip.desks["hall"]
    counter.act("next")
    assert ticket_row(ticket_id).status == "called"


def test_whom_nobody_can_take_stands_in_the_coordinators_list(counter: Counter) -> None:
    ticket_id = int(somebody(counter.trip, "nobody").ticket.id)
    assert ticket_row(ticket_id).desk_id is None
    with runtime.current().database.reading() as session:
        assert [line.id for line in unassigned_tickets(session, counter.trip.id)] == [ticket_id]


def test_who_waits_for_nobody_is_taken_as_soon_as_somebody_can(trip: SmallTrip, sign_in: Join) -> None:
    ticket_id = int(somebody(trip).ticket.id)
    assert ticket_row(ticket_id).desk_id is None
    counter = sit_down(sign_in, trip)
    assert ticket_row(ticket_id).desk_id == trip.desks["hall"]
    counter.act("next")
    assert ticket_row(ticket_id).status == "called"


def test_two_counters_never_call_the_same_person(counter: Counter, sign_in: Join) -> None:
    other = sit_down(sign_in, counter.trip, seat=1)
    only = int(somebody(counter.trip).ticket.id)
    counter.act("next")
    other.act("next")
    assert ticket_row(only).place_id == counter.place_id
    assert place_row(other.place_id).ready
