"""How many come, lately: the same for a process that was there and for one that starts anew."""

from datetime import UTC, date, datetime

import pytest

from deskops.accounts.actor import PUBLIC
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.arriving import arrivals
from deskops.demands.load import CACHE
from deskops.demands.services import offers
from tests.demands.counter import somebody
from tests.demands.offering import PHONE, full_hall, offered
from tests.fixtures import Join
from tests.small_trip import SmallTrip

Rates = dict[tuple[int, int], float]


@pytest.fixture(autouse=True)
def _morning() -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))


def rates_of(trip: SmallTrip) -> Rates:
    with runtime.current().database.reading() as session, CACHE.held(session, trip.id) as known:
        return known.rates.rates(clock.now().timestamp())


def anew(trip: SmallTrip) -> Rates:
    CACHE.clear()
    return rates_of(trip)


def come(trip: SmallTrip, people: int, every: float) -> None:
    for _ in range(people):
        clock.advance(minutes=every)
        somebody(trip)


def test_a_process_that_starts_anew_knows_the_same(trip: SmallTrip) -> None:
    assert rates_of(trip) == {}
    come(trip, 30, 2.0)
    folded = rates_of(trip)
    kind = (trip.sites["one"], trip.topics["loan"])
    assert folded[kind] == pytest.approx(0.5, rel=0.1)
    assert anew(trip)[kind] == pytest.approx(folded[kind], rel=0.01)


def test_a_change_of_the_set_up_takes_nothing_away(trip: SmallTrip) -> None:
    come(trip, 10, 2.0)
    before = rates_of(trip)
    with runtime.current().database.reading() as session, CACHE.held(session, trip.id) as known:
        known.outdated = True
    assert rates_of(trip) == before


def test_a_night_is_forgotten_in_both(trip: SmallTrip) -> None:
    come(trip, 5, 2.0)
    clock.advance(hours=14)
    assert rates_of(trip) == anew(trip) == {}


def test_the_first_of_a_morning_are_not_taken_for_sixty_an_hour(trip: SmallTrip) -> None:
    come(trip, 1, 1.0)
    [rate] = rates_of(trip).values()
    assert rate * 60 < 6


def test_whoever_is_served_by_phone_instead_counts_once_where_they_came(
    trip: SmallTrip, sign_in: Join
) -> None:
    full_hall(sign_in, trip)
    ticket = int(offered(trip, phone=PHONE).ticket.id)
    before = rates_of(trip)
    with unit_of_work(PUBLIC) as uow:
        offers.accept(uow, PUBLIC, trip.id, ticket)
    assert rates_of(trip) == before
    assert anew(trip) == pytest.approx(before)


def test_days_that_were_not_asked_for_are_left_out(trip: SmallTrip) -> None:
    come(trip, 2, 1.0)
    with runtime.current().database.reading() as session:
        assert len(arrivals(session, trip.id, [date(2026, 11, 22)])) == 2
        assert arrivals(session, trip.id, [date(2026, 11, 21)]) == []
