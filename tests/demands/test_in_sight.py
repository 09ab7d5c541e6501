"""Several people who are placed at once are placed in sight of those before: not all of them at one desk."""

from collections import Counter as Tally
from datetime import timedelta
from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.dates import local_day
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.load import CACHE
from deskops.demands.models import Ticket
from deskops.demands.services.claim import call_next
from deskops.demands.services.closing import Closing, close_desks, turn_of_day
from deskops.demands.services.foresight import foreseen
from deskops.demands.services.places import open_place, pause_place
from deskops.desks.models import Desk, Place
from deskops.desks.services import set_desk_state
from deskops.desks.services.states import become
from tests.control.history import rows
from tests.demands.counter import somebody, ticket_row
from tests.faults.processes.common import differences
from tests.small_trip import SmallTrip


def open_desks(trip: SmallTrip, *names: str, seat: int = 0) -> None:
    for name in names:
        with unit_of_work(SYSTEM) as uow:
            open_place(uow, SYSTEM, trip.id, trip.places[name][seat])


def close(trip: SmallTrip, fates: dict[int, str | int], *names: str) -> None:
    day = local_day(clock.now()) + timedelta(days=1)
    with unit_of_work(SYSTEM) as uow:
        close_desks(uow, SYSTEM, trip.id, Closing([trip.desks[name] for name in names], fates, day))


def fail(trip: SmallTrip, *names: str) -> None:
    """All of them at one instant, as an emergency stop of a site does."""
    with unit_of_work(SYSTEM) as uow:
        become(uow, [uow.session.get_one(Desk, trip.desks[name]) for name in names], "failed", "آزمون")


def state(trip: SmallTrip, name: str, wanted: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks[name], state=wanted, reason="آزمون")


def spread(trip: SmallTrip, tickets: list[Any]) -> dict[str | None, int]:
    """How many wait for each desk."""
    names: dict[int | None, str] = {desk_id: name for name, desk_id in trip.desks.items()}
    return dict(Tally(names.get(ticket_row(ticket.id).desk_id) for ticket in tickets))


@pytest.fixture
def callers(trip: SmallTrip) -> list[Any]:
    """Eight on the phone, all of them for desk A: no other was open when they rang up."""
    open_desks(trip, "a")
    tickets = [somebody(trip, channel="call", site_id=None).ticket for _ in range(8)]
    assert spread(trip, tickets) == {"a": 8}
    return tickets


def test_who_is_handed_over_at_the_days_end_is_shared_out(trip: SmallTrip, callers: list[Any]) -> None:
    open_desks(trip, "b", "hall")
    close(trip, {ticket.id: "hand_over" for ticket in callers}, "a")
    found = spread(trip, callers)
    assert set(found) == {"b", "hall"}
    assert max(found.values()) <= 5
    assert differences(trip.id) == []


def test_whoever_was_sent_to_a_desk_by_hand_is_seen_by_those_placed_after(
    trip: SmallTrip, callers: list[Any]
) -> None:
    open_desks(trip, "b", "hall")
    by_hand: dict[int, str | int] = {ticket.id: trip.desks["b"] for ticket in callers[4:]}
    close(trip, by_hand | {ticket.id: "hand_over" for ticket in callers[:4]}, "a")
    assert spread(trip, callers[:4]).get("hall", 0) >= 3


def test_any_desk_may_take_whom_the_rule_placed_and_only_one_whom_somebody_sent(
    trip: SmallTrip, callers: list[Any]
) -> None:
    open_desks(trip, "b", "hall")
    by_rule, by_hand = callers[0], callers[1]
    close(trip, {by_rule.id: "hand_over", by_hand.id: trip.desks["b"]}, "a")
    assert ticket_row(by_rule.id).only_desk_id is None
    assert ticket_row(by_hand.id).only_desk_id == trip.desks["b"]


def test_walk_ins_who_are_called_back_are_shared_out_over_those_who_call(trip: SmallTrip) -> None:
    open_desks(trip, "a")
    tickets = [somebody(trip, phone=f"0912000000{number}").ticket for number in range(8)]
    open_desks(trip, "b", "hq")
    close(trip, {ticket.id: "call_back" for ticket in tickets}, "a")
    assert set(spread(trip, tickets)) == {"b", "hq"}
    assert {ticket_row(ticket.id).location for ticket in tickets} == {0}


def test_two_who_are_handed_over_are_called_to_the_two_counters_that_stand_ready(
    trip: SmallTrip, callers: list[Any]
) -> None:
    open_desks(trip, "b")
    open_desks(trip, "b", seat=1)
    with unit_of_work(SYSTEM) as uow:
        for place_id in trip.places["b"]:
            uow.session.get_one(Place, place_id).ready = True
    CACHE.clear()
    close(trip, {ticket.id: trip.desks["b"] for ticket in callers}, "a")
    served = [row.place_id for row in rows(Ticket) if row.status == "serving"]
    assert sorted(served) == trip.places["b"]
    assert differences(trip.id) == []


def test_desks_that_stop_together_share_their_people_out_as_one_queue(
    trip: SmallTrip, callers: list[Any]
) -> None:
    open_desks(trip, "hall")
    callers += [somebody(trip, "housing", channel="call", site_id=None).ticket for _ in range(2)]
    more = [somebody(trip, channel="call", site_id=None).ticket for _ in range(6)]
    open_desks(trip, "b", "hq")
    fail(trip, "a", "hall")
    found = spread(trip, callers[:8] + more)
    assert set(found) == {"b", "hq"}
    assert abs(found["b"] - found["hq"]) <= 4
    assert differences(trip.id) == []


def test_who_sat_at_the_counters_of_a_failed_desk_is_shared_out_with_the_rest(trip: SmallTrip) -> None:
    open_desks(trip, "hall")
    open_desks(trip, "hall", seat=1)
    tickets = [somebody(trip, channel="call", site_id=None).ticket for _ in range(2)]
    for place_id in trip.places["hall"][:2]:
        with unit_of_work(SYSTEM) as uow:
            call_next(uow, SYSTEM, trip.id, place_id)
    open_desks(trip, "a", "hq")
    fail(trip, "hall")
    assert spread(trip, tickets) == {"a": 1, "hq": 1}


def test_the_invited_of_a_day_are_shared_out_over_the_desks_that_are_open(trip: SmallTrip) -> None:
    clock.freeze(clock.now())
    open_desks(trip, "a")
    tickets = [somebody(trip, channel="call", site_id=None).ticket for _ in range(6)]
    close(trip, {ticket.id: "invite" for ticket in tickets}, "a")
    open_desks(trip, "b", "hall")
    clock.advance(hours=24)
    turn_of_day({})
    assert set(spread(trip, tickets)) == {"b", "hall"}


def test_what_is_foreseen_is_gone_when_the_look_ahead_ends(trip: SmallTrip, callers: list[Any]) -> None:
    with unit_of_work(SYSTEM) as uow:
        pause_place(uow, SYSTEM, trip.id, trip.places["a"][0], reason="break")
        with foreseen(uow, trip.id, {trip.desks["b"]: "failed"}) as load:
            assert not load.desk(trip.desks["b"]).desk.open
            assert load.desk(trip.desks["a"]).open_counters == 0
            assert len(load.provisional(None)) == 8
        with CACHE.held(uow.session, trip.id) as cached:
            assert cached.load.desk(trip.desks["b"]).desk.open
            assert cached.load.desk(trip.desks["a"]).open_counters == 1
            assert len(cached.load.provisional(trip.desks["a"])) == 8
    assert differences(trip.id) == []


def test_a_transaction_that_breaks_down_leaves_nothing_of_what_it_foresaw(
    trip: SmallTrip, callers: list[Any]
) -> None:
    open_desks(trip, "b")
    with pytest.raises(RuntimeError), unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["a"], state="failed", reason="آزمون")
        raise RuntimeError
    assert spread(trip, callers) == {"a": 8}
    assert differences(trip.id) == []
