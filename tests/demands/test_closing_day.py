"""The day ends: who still waits is served to the end, handed over, called back or invited, and never wiped."""

from datetime import date, timedelta
from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import Forbidden, InvalidInput, NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.errors import DeskAwaited
from deskops.demands.services.closing import Closing, close_desks, turn_of_day
from deskops.desks.models import Desk
from deskops.desks.services import desks, edit_desk, set_desk_state
from tests.demands.counter import Counter, demand_row, kinds_of, sit_down, somebody, ticket_row
from tests.desks.setups import actor_with, an_edit
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def counter(trip: SmallTrip, sign_in: Join) -> Counter:
    return sit_down(sign_in, trip)


@pytest.fixture
def neighbour(trip: SmallTrip, sign_in: Join) -> Counter:
    return sit_down(sign_in, trip, desk="a")


def tomorrow() -> date:
    return local_day(clock.now()) + timedelta(days=1)


def close(trip: SmallTrip, fates: dict[int, str | int], *names: str, day: date | None = None) -> int:
    desk_ids = [trip.desks[name] for name in names or ("hall",)]
    with unit_of_work(SYSTEM) as uow:
        return close_desks(uow, SYSTEM, trip.id, Closing(desk_ids, fates, day or tomorrow()))


def state(trip: SmallTrip, name: str = "hall") -> str:
    with runtime.current().database.reading() as session:
        return session.get_one(Desk, trip.desks[name]).state


def page_of(anonymous: Browser, ticket: Any, lang: str = "fa") -> str:
    token = demand_row(ticket.demand_id).receipt_token
    return str(anonymous.get(f"/r/{token}?lang={lang}").text)


def test_who_is_kept_is_served_to_the_end_by_that_desk_and_then_it_closes(counter: Counter) -> None:
    ticket = somebody(counter.trip).ticket
    close(counter.trip, {})
    assert state(counter.trip) == "closing"
    assert ticket_row(ticket.id).only_desk_id == counter.trip.desks["hall"]
    assert counter.act("next").status_code == 200
    assert ticket_row(ticket.id).status == "called"
    counter.act("serve", ticket.id)
    counter.act("finish", ticket.id, outcome="granted")
    turn_of_day({})
    assert state(counter.trip) == "closed"


def test_a_desk_that_is_closing_takes_nobody_new(counter: Counter) -> None:
    trip = counter.trip
    somebody(trip)
    close(trip, {})
    late = somebody(trip).ticket
    assert late.desk_id is None
    counter.act("next")
    turn_of_day({})
    assert ticket_row(late.id).status == "waiting"
    assert state(trip) == "closing"


def test_a_desk_where_nobody_waits_closes_at_once(counter: Counter) -> None:
    assert close(counter.trip, {}) == 1
    assert state(counter.trip) == "closed"


def test_who_was_called_and_never_came_has_had_their_turn_when_the_desk_closes(counter: Counter) -> None:
    ticket = somebody(counter.trip).ticket
    counter.act("next")
    counter.act("no-show", ticket.id)
    close(counter.trip, {})
    assert (ticket_row(ticket.id).status, state(counter.trip)) == ("left", "closed")


def test_somebody_is_handed_over_to_another_open_desk_that_can(counter: Counter, neighbour: Counter) -> None:
    tickets = [somebody(counter.trip).ticket for _ in range(4)]
    fates = {ticket.id: "hand_over" for ticket in tickets if ticket.desk_id == counter.trip.desks["hall"]}
    assert fates
    close(counter.trip, fates)
    assert {ticket_row(ticket.id).desk_id for ticket in tickets} == {counter.trip.desks["a"]}
    assert state(counter.trip) == "closed"


def test_a_desk_chosen_by_hand_takes_them(counter: Counter, neighbour: Counter) -> None:
    ticket = somebody(counter.trip, "housing").ticket
    with pytest.raises(InvalidInput) as refused:
        close(counter.trip, {ticket.id: counter.trip.desks["a"]})
    assert list(refused.value.errors) == [f"choice-{ticket.id}"]
    assert state(counter.trip) == "open"


def test_nobody_is_handed_over_to_a_desk_that_closes_as_well(counter: Counter, neighbour: Counter) -> None:
    ticket = somebody(counter.trip).ticket
    with pytest.raises(InvalidInput):
        close(counter.trip, {ticket.id: "hand_over"}, "hall", "a")
    assert ticket_row(ticket.id).status == "waiting"


def test_a_walk_in_is_called_back_with_the_same_number(counter: Counter, anonymous: Browser) -> None:
    ticket = somebody(counter.trip, phone="09120000001").ticket
    close(counter.trip, {ticket.id: "call_back"})
    after = ticket_row(ticket.id)
    assert (after.location, after.status, after.number) == (0, "waiting", ticket.number)
    assert "با شما تماس می‌گیریم" in page_of(anonymous, ticket)
    assert "we call you on your phone" in page_of(anonymous, ticket, "en")


def test_who_gave_no_phone_number_is_not_called_back_and_nothing_else_happens(counter: Counter) -> None:
    known, unknown = somebody(counter.trip, phone="09120000001").ticket, somebody(counter.trip).ticket
    with pytest.raises(InvalidInput) as refused:
        close(counter.trip, {known.id: "call_back", unknown.id: "call_back"})
    assert list(refused.value.errors) == [f"choice-{unknown.id}"]
    assert ticket_row(known.id).location == counter.trip.sites["one"]


def test_who_is_invited_has_a_number_of_tomorrow_and_is_told_so(counter: Counter, anonymous: Browser) -> None:
    ticket = somebody(counter.trip).ticket
    close(counter.trip, {ticket.id: "invite"})
    after = ticket_row(ticket.id)
    assert (after.status, after.day, after.number, after.desk_id) == ("invited", tomorrow(), 1, None)
    assert state(counter.trip) == "closed"
    assert "دعوت شده‌اید" in page_of(anonymous, ticket)
    assert "You are invited for the day above" in page_of(anonymous, ticket, "en")


def test_on_the_next_day_the_invited_wait_before_those_who_come_then(counter: Counter) -> None:
    trip = counter.trip
    clock.freeze(clock.now())
    ticket = somebody(trip).ticket
    clock.advance(minutes=40)
    close(trip, {ticket.id: "invite"})
    turn_of_day({})
    assert ticket_row(ticket.id).status == "invited"
    clock.advance(hours=24)
    turn_of_day({})
    assert ticket_row(ticket.id).status == "invited"
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["hall"], state="open")
    early = somebody(trip).ticket
    clock.advance(minutes=5)
    turn_of_day({})
    back = ticket_row(ticket.id)
    assert (back.status, back.bonus_minutes, back.registered_at) == ("waiting", 40.0, clock.now())
    counter.act("next")
    assert (ticket_row(ticket.id).status, ticket_row(early.id).status) == ("called", "waiting")


@pytest.mark.parametrize("days", [0, -1, 31])
def test_nobody_is_invited_for_a_day_that_is_none(counter: Counter, days: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        close(counter.trip, {}, day=local_day(clock.now()) + timedelta(days=days))
    assert list(refused.value.errors) == ["day"]


def test_everything_stands_in_the_journal(counter: Counter) -> None:
    first, second = somebody(counter.trip, phone="09120000001").ticket, somebody(counter.trip).ticket
    somebody(counter.trip)
    close(counter.trip, {first.id: "call_back", second.id: "invite"})
    told = kinds_of(counter.trip)[-4:]
    assert told == ["ticket.invited", "ticket.to_call_back", "desk.state_changed", "ticket.kept"]


def test_only_those_who_lead_close_the_day(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    head = actor_with("desk_head", trip.id)
    with pytest.raises(Forbidden), unit_of_work(head) as uow:
        close_desks(uow, head, trip.id, Closing([trip.desks["a"]], {}, tomorrow()))
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        close_desks(uow, SYSTEM, trip.id, Closing([other.desks["a"]], {}, tomorrow()))


def test_the_page_shows_who_waits_and_does_what_was_chosen(counter: Counter, sign_in: Join) -> None:
    trip = counter.trip
    ticket = somebody(trip, phone="09120000001").ticket
    other = somebody(trip).ticket
    leader = sign_in("coordinator", trip_id=trip.id)
    path = f"/trips/{trip.id}/closing"
    shown = leader.get(path).text
    assert f'name="choice-{ticket.id}"' in shown
    assert "موضوع 0" in shown
    body = {"desk_ids": [trip.desks["hall"]], "everybody": "invite", "day": tomorrow().isoformat()}
    refused = leader.post(path, data=body | {f"choice-{other.id}": "call_back"})
    assert refused.status_code == 422
    assert f'href="#choice-{other.id}"' in refused.text
    assert leader.post(path, data=body | {f"choice-{ticket.id}": "call_back"}).status_code == 303
    assert (ticket_row(ticket.id).location, ticket_row(other.id).status) == (0, "invited")


def test_who_waits_for_what_their_desk_does_no_longer_is_shared_out_at_once(
    counter: Counter, neighbour: Counter
) -> None:
    trip = counter.trip
    ticket = somebody(trip).ticket
    left = "a" if ticket.desk_id == trip.desks["a"] else "hall"
    takes = "hall" if left == "a" else "a"
    edit = an_edit(speeds={trip.topics["work"]: 1.0})
    with unit_of_work(SYSTEM) as uow:
        edit_desk(uow, SYSTEM, trip.id, trip.desks[left], 1, edit)
    assert ticket_row(ticket.id).desk_id == trip.desks[takes]
    assert kinds_of(trip)[-3:] == ["trip.setup_changed", "ticket.rerouted", "balance.handed_over"]


def test_a_desk_that_people_still_wait_for_is_not_retired(counter: Counter) -> None:
    trip = counter.trip
    ticket = somebody(trip).ticket
    counter.act("next")
    counter.act("serve", ticket.id)
    counter.act("hold", ticket.id)
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["hall"], state="closed")
    with pytest.raises(DeskAwaited), unit_of_work(SYSTEM) as uow:
        desks.retire_desk(uow, SYSTEM, trip.id, trip.desks["hall"])
