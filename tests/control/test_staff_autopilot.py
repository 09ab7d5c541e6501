"""Staff are asked to move without a coordinator only where the autopilot is let to, and within its limits."""

from datetime import UTC, datetime

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.control.services import autopilot
from deskops.control.services.advising import refuse
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.autopilot import Autopilot
from tests.control.advised import Hall, advise, all_advice, all_moves, pressed_hall
from tests.demands.moving import set_modes
from tests.fixtures import Join
from tests.small_trip import SmallTrip


@pytest.fixture(autouse=True)
def morning(trip: SmallTrip) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))


@pytest.fixture
def hall(trip: SmallTrip, sign_in: Join) -> Hall:
    return pressed_hall(sign_in, trip)


def states() -> list[str]:
    return [row.state for row in all_advice()]


def test_usually_advice_waits_for_a_coordinator(hall: Hall) -> None:
    assert advise()
    autopilot.follow_advice({})
    assert set(states()) == {"proposed"}


def test_where_staff_are_moved_by_itself_advice_is_followed_and_says_so(trip: SmallTrip, hall: Hall) -> None:
    set_modes(trip, staff="do")
    [advice] = advise()
    autopilot.follow_advice({})
    [done] = all_advice()
    assert (done.state, done.automatic, done.decided_by) == ("accepted", True, None)
    assert [move.advice_id for move in all_moves()] == [advice.id] * done.counters
    acts = hall.coordinator.get(f"/api/v1{hall.path('/acts?kind=staff')}").get_json()["acts"]
    assert [(act["kind"], act["automatic"]) for act in acts] == [("balance.advice_accepted", True)]
    assert acts[0]["facts"]["gain"] > 0


def test_where_it_is_off_nothing_is_advised(trip: SmallTrip, hall: Hall) -> None:
    set_modes(trip, staff="off")
    assert advise() == []


def test_advice_that_stood_goes_when_it_is_switched_off(trip: SmallTrip, hall: Hall) -> None:
    advise()
    set_modes(trip, staff="off")
    advise()
    assert set(states()) == {"expired"}


def test_no_more_counters_move_in_an_hour_than_the_limit(trip: SmallTrip, hall: Hall) -> None:
    set_modes(trip, staff="do", counters_an_hour=0)
    advise()
    autopilot.follow_advice({})
    assert all_moves() == []
    set_modes(trip, staff="do", counters_an_hour=1)
    autopilot.follow_advice({})
    assert len(all_moves()) == 1


def test_what_the_autopilot_moved_within_the_hour_counts(trip: SmallTrip, hall: Hall) -> None:
    set_modes(trip, staff="do", counters_an_hour=1)
    advise()
    autopilot.follow_advice({})
    with runtime.current().database.reading() as session:
        limits = Autopilot(staff="do", counters_an_hour=1)
        assert autopilot._moved_lately(session, trip.id, clock.now() - autopilot.HOUR) == 1
        assert autopilot.due(session, trip.id, limits, clock.now()) == []


def test_a_move_must_gain_as_much_as_is_set(trip: SmallTrip, hall: Hall) -> None:
    advise()
    set_modes(trip, staff="do", staff_gain_minutes=10_000.0)
    autopilot.follow_advice({})
    assert set(states()) == {"proposed"}
    assert [row.state for row in advise()] == ["expired"]


def test_so_many_counters_stay_as_are_set(trip: SmallTrip, hall: Hall) -> None:
    set_modes(trip, stay=2)
    assert advise() == []


def test_what_a_coordinator_refused_is_not_done(trip: SmallTrip, hall: Hall) -> None:
    [advice] = advise()
    with unit_of_work(SYSTEM) as uow:
        refuse(uow, SYSTEM, trip.id, advice.id, reason="نماز")
    set_modes(trip, staff="do")
    autopilot.follow_advice({})
    assert states() == ["refused"]
    assert all_moves() == []


def test_who_was_quicker_wins(trip: SmallTrip, hall: Hall) -> None:
    """A coordinator accepts between the look and the act."""
    set_modes(trip, staff="do")
    [advice] = advise()
    stale = autopilot.Due(advice.id, advice.counters, advice.version + 1)
    autopilot._accept(trip.id, stale)
    assert states() == ["proposed"]
