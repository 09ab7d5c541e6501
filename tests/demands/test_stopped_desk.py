"""A desk that is paused or closed ends what it began, and calls nobody new."""

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.services.states import set_desk_state
from tests.demands.counter import Counter, demand_row, sit_down, somebody, ticket_row, toast_of
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

pytestmark = pytest.mark.parametrize("state", ["paused", "closed"])
NOT_OPEN = "این میز اکنون باز نیست"


@pytest.fixture
def counter(trip: SmallTrip, sign_in: Join) -> Counter:
    return sit_down(sign_in, trip)


def stop(counter: Counter, state: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, counter.trip.id, counter.trip.desks["hall"], state=state, reason="آزمون")


def called(counter: Counter) -> int:
    ticket_id = int(somebody(counter.trip).ticket.id)
    assert counter.act("next").status_code == 200
    return ticket_id


def served(counter: Counter) -> int:
    ticket_id = called(counter)
    assert counter.act("serve", ticket_id).status_code == 200
    return ticket_id


def test_finish_and_next_ends_the_service_and_says_why_nobody_is_called(counter: Counter, state: str) -> None:
    ticket_id, waiting = served(counter), somebody(counter.trip).ticket.id
    stop(counter, state)
    answer = counter.act("finish", ticket_id, outcome="granted", call_next="yes")
    assert answer.status_code == 200
    assert NOT_OPEN in toast_of(answer)["text"]
    assert (ticket_row(ticket_id).status, ticket_row(waiting).status) == ("done", "waiting")
    assert demand_row(ticket_row(ticket_id).demand_id).outcome == "granted"


def test_finish_and_next_without_script_says_the_same_on_the_console(counter: Counter, state: str) -> None:
    ticket_id = served(counter)
    stop(counter, state)
    path = f"{counter.path}/tickets/{ticket_id}/finish"
    answer = counter.browser.post(path, data={"outcome": "granted", "call_next": "yes"})
    assert answer.status_code == 303
    assert NOT_OPEN in counter.page().text
    assert ticket_row(ticket_id).status == "done"


def test_a_second_press_under_one_key_tells_the_same_reason(counter: Counter, state: str) -> None:
    ticket_id = served(counter)
    stop(counter, state)
    both = [
        counter.act("finish", ticket_id, outcome="granted", call_next="yes", idempotency_key="one-press")
        for _ in range(2)
    ]
    assert [NOT_OPEN in toast_of(answer)["text"] for answer in both] == [True, True]


def test_that_end_can_be_taken_back(counter: Counter, state: str) -> None:
    ticket_id = served(counter)
    stop(counter, state)
    answer = counter.act("finish", ticket_id, outcome="granted", call_next="yes")
    assert toast_of(answer)["undo"].endswith(f"/tickets/{ticket_id}/undo")
    assert counter.act("undo", ticket_id).status_code == 200
    assert ticket_row(ticket_id).status == "serving"


def test_who_is_called_already_may_still_be_served(counter: Counter, state: str) -> None:
    ticket_id = called(counter)
    stop(counter, state)
    assert counter.act("recall", ticket_id).status_code == 200
    assert counter.act("serve", ticket_id).status_code == 200


def test_somebody_on_hold_goes_on(counter: Counter, state: str) -> None:
    ticket_id = served(counter)
    counter.act("hold", ticket_id)
    stop(counter, state)
    assert counter.act("resume", ticket_id).status_code == 200
    assert ticket_row(ticket_id).status == "serving"


def test_who_did_not_come_is_not_called_again(counter: Counter, state: str) -> None:
    ticket_id = called(counter)
    counter.act("no-show", ticket_id)
    stop(counter, state)
    refused = counter.act("recall", ticket_id)
    assert refused.status_code == 409
    assert NOT_OPEN in refused.text
    assert ticket_row(ticket_id).status == "no_show"


def test_who_did_come_after_all_is_still_taken_back(counter: Counter, state: str) -> None:
    ticket_id = called(counter)
    counter.act("no-show", ticket_id)
    stop(counter, state)
    assert counter.act("undo", ticket_id).status_code == 200
    assert ticket_row(ticket_id).status == "called"


def test_an_exchange_gets_the_same_refusal(
    counter: Counter, integration: Browser, trip: SmallTrip, state: str
) -> None:
    ticket_id = called(counter)
    counter.act("no-show", ticket_id)
    stop(counter, state)
    path = f"/api/v1/trips/{trip.id}/tickets/{ticket_id}/recall"
    refused = integration.post(path, json={"place_id": counter.place_id})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "desk_not_open")
