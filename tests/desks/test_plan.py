"""Desks open and close by their hours; what somebody decided by hand holds until the plan's next change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Desk, DeskHours, Trip
from deskops.desks.rules import hours_fit, next_closing, planned_state
from deskops.desks.services import set_desk_state
from deskops.desks.services.plan import follow_plan
from tests.small_trip import SmallTrip

DAY = date(2026, 11, 22)
NEXT = date(2026, 11, 23)


def at(hour: int, minute: int = 0, day: int = 22) -> datetime:
    """Tehran's wall clock, half past three hours ahead of UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=3, minutes=30)


@pytest.fixture
def planned(trip: SmallTrip) -> SmallTrip:
    """Desk a works from 8 to 14, desk b has no hours; both were closed yesterday."""
    with unit_of_work(SYSTEM) as uow:
        uow.session.add(DeskHours(desk_id=trip.desks["a"], day=DAY, opens=480, closes=840))
        for name in "ab":
            desk = uow.session.get_one(Desk, trip.desks[name])
            desk.state, desk.state_at = "closed", at(18, day=21)
    return trip


def state(trip: SmallTrip, when: datetime, name: str = "a") -> str:
    clock.freeze(when)
    follow_plan({})
    with runtime.current().database.reading() as session:
        return session.get_one(Desk, trip.desks[name]).state


def by_hand(trip: SmallTrip, wanted: str, when: datetime) -> None:
    clock.freeze(when)
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["a"], state=wanted, reason="آزمون")


def test_a_desk_opens_at_its_hour_and_begins_to_close_at_the_end(planned: SmallTrip) -> None:
    assert state(planned, at(7, 59)) == "closed"
    assert state(planned, at(8)) == "open"
    assert state(planned, at(13, 59)) == "open"
    assert state(planned, at(14)) == "closing"


def test_a_desk_without_hours_is_left_to_people(planned: SmallTrip) -> None:
    assert state(planned, at(9), "b") == "closed"


def test_what_was_closed_by_hand_stays_closed_until_the_next_planned_change(planned: SmallTrip) -> None:
    state(planned, at(8))
    by_hand(planned, "closed", at(9))
    assert state(planned, at(10)) == "closed"
    with unit_of_work(SYSTEM) as uow:
        uow.session.add(DeskHours(desk_id=planned.desks["a"], day=NEXT, opens=480, closes=840))
    assert state(planned, at(8, day=23)) == "open"


def test_what_was_opened_by_hand_early_or_late_stays_so(planned: SmallTrip) -> None:
    by_hand(planned, "open", at(7))
    assert state(planned, at(8)) == "open"
    state(planned, at(14))
    by_hand(planned, "open", at(14, 30))
    assert state(planned, at(15)) == "open"


def test_a_server_that_was_off_at_the_hour_opens_when_it_is_back(planned: SmallTrip) -> None:
    assert state(planned, at(11, 20)) == "open"


def test_a_paused_desk_is_closed_at_the_end_and_a_failed_one_is_a_persons_matter(planned: SmallTrip) -> None:
    by_hand(planned, "open", at(8))
    by_hand(planned, "paused", at(13))
    assert state(planned, at(14)) == "closed"
    by_hand(planned, "open", at(13))
    by_hand(planned, "failed", at(13, 1))
    assert state(planned, at(14, 1)) == "failed"


@pytest.mark.parametrize("phase", ["preparation", "follow_up", "closed"])
def test_only_a_live_trip_follows_its_plan(planned: SmallTrip, phase: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Trip, planned.id).phase = phase
    assert state(planned, at(9)) == "closed"


def test_hours_up_to_midnight_that_go_on_at_once_are_one_stretch() -> None:
    through = {DAY: (480, 1440), NEXT: (0, 600)}
    assert planned_state(through, NEXT, 30) == ("open", NEXT, 0)
    assert planned_state({DAY: (480, 1440)}, NEXT, 30) == ("closing", DAY, 1440)
    assert planned_state(through, DAY, 479) is None


@pytest.mark.parametrize(("opens", "closes"), [(600, 600), (600, 480), (-1, 60), (600, 1441)])
def test_hours_lie_within_a_day_and_end_after_they_begin(opens: int, closes: int) -> None:
    assert not hours_fit(opens, closes)
    assert hours_fit(0, 1440)


def test_the_next_closing_is_the_first_one_ahead() -> None:
    hours = {DAY: (480, 840), NEXT: (480, 1080)}
    assert next_closing(hours, DAY, 839) == (DAY, 840)
    assert next_closing(hours, DAY, 840) == (NEXT, 1080)
    assert next_closing(hours, NEXT, 1080) is None
    assert next_closing({}, DAY, 0) is None


def test_a_desk_that_is_open_over_midnight_does_not_close_at_it() -> None:
    assert next_closing({DAY: (480, 1440), NEXT: (0, 120)}, DAY, 1000) == (NEXT, 120)
