"""Service times and the error of the projections, learned from the journal by the worker, and folded alike everywhere."""

from datetime import UTC, datetime

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.load import CACHE
from deskops.demands.models import LearnedTime, Learning
from deskops.demands.services import learning, places
from deskops.demands.trip_load import TripLoad
from deskops.desks.models import Topic
from tests.demands.counter import Counter, kinds_of, sit_down, somebody
from tests.fixtures import Join
from tests.small_trip import SmallTrip


@pytest.fixture
def counter(sign_in: Join, trip: SmallTrip) -> Counter:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    return sit_down(sign_in, trip, "a")


def serve(counter: Counter, minutes: float, topic: str = "loan", waits: float = 0.0) -> int:
    """Somebody comes, waits and is served for so long; returns the ticket."""
    ticket = int(somebody(counter.trip, topic).ticket.id)
    clock.advance(minutes=waits)
    counter.act("next")
    counter.act("serve", ticket)
    clock.advance(minutes=minutes)
    ended = counter.act("finish", ticket, outcome="granted")
    assert ended.status_code == 200
    return ticket


def learned(trip: SmallTrip, topic: str = "loan") -> LearnedTime | None:
    with runtime.current().database.reading() as session:
        return session.get(LearnedTime, trip.topics[topic])


def mean_in_memory(trip: SmallTrip, topic: str = "loan") -> float:
    with runtime.current().database.reading() as session, CACHE.held(session, trip.id) as known:
        return known.load.mean_minutes(trip.topics[topic])


def test_the_set_ups_mean_holds_until_somebody_is_served(trip: SmallTrip, counter: Counter) -> None:
    learning.learn_all({})
    assert mean_in_memory(trip) == 8.0
    assert learned(trip) is None


def test_a_service_moves_the_mean_of_its_topic_and_of_no_other(trip: SmallTrip, counter: Counter) -> None:
    serve(counter, 20.0)
    learning.learn_all({})
    row = learned(trip)
    assert row is not None
    assert row.mean_minutes == pytest.approx(8.0 + (20.0 - 8.0) / 31)
    assert (row.served, row.weight, row.believed) == (1, 31.0, 8.0)
    assert mean_in_memory(trip) == row.mean_minutes
    assert mean_in_memory(trip, "work") == 6.0


def test_a_service_at_a_slower_desk_counts_by_its_speed(trip: SmallTrip, counter: Counter) -> None:
    serve(counter, 7.2, "work")  # desk A does it 1.2 times slower
    learning.learn_all({})
    assert mean_in_memory(trip, "work") == pytest.approx(6.0)


def test_time_on_hold_is_no_service(trip: SmallTrip, counter: Counter) -> None:
    ticket = int(somebody(trip).ticket.id)
    counter.act("next")
    counter.act("serve", ticket)
    clock.advance(minutes=3)
    counter.act("hold", ticket)
    clock.advance(minutes=30)
    counter.act("resume", ticket)
    clock.advance(minutes=5)
    counter.act("finish", ticket, outcome="granted")
    learning.learn_all({})
    assert mean_in_memory(trip) == pytest.approx(8.0)


def test_an_end_that_was_forgotten_over_lunch_counts_for_four_means_at_most(
    trip: SmallTrip, counter: Counter
) -> None:
    serve(counter, 180.0)
    learning.learn_all({})
    assert mean_in_memory(trip) == pytest.approx(8.0 + (32.0 - 8.0) / 31)


def test_an_end_that_was_taken_back_teaches_nothing(trip: SmallTrip, counter: Counter) -> None:
    ticket = serve(counter, 20.0)
    counter.act("undo", ticket)
    learning.learn_all({})
    assert mean_in_memory(trip) == 8.0


def test_nothing_is_learned_twice(trip: SmallTrip, counter: Counter) -> None:
    serve(counter, 20.0)
    for _ in range(3):
        learning.learn_all({})
    row = learned(trip)
    assert row is not None
    assert row.served == 1
    assert kinds_of(trip).count("waits.learned") == 1


def test_where_nothing_happened_nothing_is_written(trip: SmallTrip, counter: Counter) -> None:
    learning.learn_all({})
    before = len(kinds_of(trip))
    learning.learn_all({})
    assert len(kinds_of(trip)) == before


def test_two_processes_and_one_that_starts_anew_know_the_same(trip: SmallTrip, counter: Counter) -> None:
    with runtime.current().database.reading() as session:
        folding = TripLoad(session, trip.id)
    for minutes in (20.0, 4.0, 11.0):
        serve(counter, minutes, waits=5.0)
        serve(counter, minutes, "work")
        learning.learn_all({})
    with runtime.current().database.reading() as session:
        folding.catch_up(session)
        fresh = TripLoad(session, trip.id)
    assert not folding.outdated
    assert folding.load.means == fresh.load.means
    assert folding.load.overall_mean == fresh.load.overall_mean
    assert folding.correction == fresh.correction
    assert folding.load.means[trip.topics["loan"]] != 8.0


def test_who_corrects_a_topics_minutes_in_the_set_up_begins_anew(trip: SmallTrip, counter: Counter) -> None:
    serve(counter, 20.0)
    learning.learn_all({})
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Topic, trip.topics["loan"]).mean_minutes = 15.0
    CACHE.clear()
    assert mean_in_memory(trip) == 15.0
    serve(counter, 15.0)
    learning.learn_all({})
    row = learned(trip)
    assert row is not None
    assert (row.served, row.believed, row.mean_minutes) == (1, 15.0, pytest.approx(15.0))


def test_waits_that_come_out_longer_than_projected_make_the_next_ones_longer(
    trip: SmallTrip, counter: Counter
) -> None:
    people = [int(somebody(trip).ticket.id) for _ in range(2)]
    clock.advance(seconds=31)
    people.append(int(somebody(trip).ticket.id))
    for ticket in people:
        clock.advance(minutes=15)
        counter.act("next")
        counter.act("serve", ticket)
        clock.advance(minutes=8)
        counter.act("finish", ticket, outcome="granted")
    learning.learn_all({})
    with runtime.current().database.reading() as session:
        assert session.get_one(Learning, trip.id).correction > 0
        with CACHE.held(session, trip.id) as known:
            assert known.correction > 1.0


def test_a_whole_history_is_read_in_portions(
    trip: SmallTrip, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        serve(counter, 20.0)
    whole = len(kinds_of(trip))
    monkeypatch.setattr(learning.journal, "PAGE", 5)
    read = learning.journal.trip_entries
    monkeypatch.setattr(learning.journal, "trip_entries", lambda s, t, after: read(s, t, after, 5))
    learning.learn_all({})
    row = learned(trip)
    assert row is not None
    assert row.served == 4
    with runtime.current().database.reading() as session:
        assert session.get_one(Learning, trip.id).sequence >= whole


def test_a_trip_that_is_not_live_is_left_alone(trip: SmallTrip, counter: Counter) -> None:
    serve(counter, 20.0)
    with unit_of_work(SYSTEM) as uow:
        places.close_place(uow, SYSTEM, trip.id, counter.place_id)
        uow.session.get_one(learning.Trip, trip.id).phase = "ended"
    learning.learn_all({})
    assert learned(trip) is None
