"""Every wait that people are told comes from one outlook of the trip, made anew every half minute and after a change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.balancing import projection
from deskops.balancing.projection import Outlook, WaitRange
from deskops.core import clock, runtime
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.demands import outlook as outlooks
from deskops.demands import queries
from deskops.demands.load import CACHE
from deskops.demands.outlook import foretold
from deskops.demands.services import intake
from deskops.desks.models import DeskHours
from deskops.desks.services.states import set_desk_state
from tests.demands.counter import Counter, sit_down, somebody, ticket_row
from tests.fixtures import Join
from tests.small_trip import SmallTrip

MORNING = datetime(2026, 11, 22, 6, tzinfo=UTC)  # 9:30 in Tehran


@pytest.fixture(autouse=True)
def morning() -> None:
    clock.freeze(MORNING)


@pytest.fixture
def counter(sign_in: Join, trip: SmallTrip) -> Counter:
    """The only counter that is open, of desk A."""
    return sit_down(sign_in, trip, "a")


def outlook_of(trip: SmallTrip) -> Outlook:
    with runtime.current().database.reading() as session, foretold(session, trip.id) as (_, seen):
        return seen


def wait_of(trip: SmallTrip, ticket_id: int) -> WaitRange | None:
    with runtime.current().database.reading() as session:
        return queries.wait_of(session, trip.id, queries.ticket(session, trip.id, ticket_id))


def test_it_is_made_once_in_half_a_minute(trip: SmallTrip, counter: Counter) -> None:
    first = outlook_of(trip)
    clock.advance(seconds=29)
    assert outlook_of(trip) is first
    clock.advance(seconds=1)
    assert outlook_of(trip) is not first


def test_while_people_come_it_is_made_every_other_second(trip: SmallTrip, counter: Counter) -> None:
    first = outlook_of(trip)
    for _ in range(3):
        somebody(trip)
    clock.advance(seconds=1)
    assert outlook_of(trip) is first
    clock.advance(seconds=1)
    assert len(outlook_of(trip).waits) == 3


def test_who_comes_in_the_same_instant_waits_for_those_before(trip: SmallTrip, counter: Counter) -> None:
    people = [somebody(trip) for _ in range(3)]
    assert [ticket_row(one.ticket.id).told_minutes for one in people] == [0.0, 8.0, 16.0]
    assert [wait_of(trip, one.ticket.id) for one in people] == [one.estimate for one in people]


def test_a_clock_that_is_put_back_makes_it_anew(trip: SmallTrip, counter: Counter) -> None:
    first = outlook_of(trip)
    clock.freeze(MORNING - timedelta(hours=1))
    assert outlook_of(trip) is not first


def test_a_desk_that_fails_makes_it_anew_at_once(trip: SmallTrip, counter: Counter) -> None:
    first = outlook_of(trip)
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["a"], state="failed", reason="برق رفت")
    second = outlook_of(trip)
    assert second is not first
    place = (trip.sites["one"], trip.topics["loan"])
    assert place in first.newcomers
    assert place not in second.newcomers


def test_a_counter_that_pauses_makes_it_anew_and_one_that_stands_ready_does_not(
    trip: SmallTrip, counter: Counter
) -> None:
    first = outlook_of(trip)
    counter.act("next")
    assert outlook_of(trip) is first
    counter.act("pause", reason="break")
    assert outlook_of(trip) is not first


def test_of_an_unknown_trip_there_is_none(trip: SmallTrip) -> None:
    with pytest.raises(NotFound):
        outlook_of(SmallTrip(4711))


def test_what_is_told_at_registration_is_kept_on_the_ticket(trip: SmallTrip, counter: Counter) -> None:
    """One counter, eight minutes a loan: the third waits for two before them."""
    told = []
    for _ in range(3):
        clock.advance(seconds=31)
        told.append(ticket_row(somebody(trip).ticket.id))
    assert [row.told_minutes for row in told] == [0.0, 8.0, 16.0]
    assert [row.projected_minutes for row in told] == [0.0, 8.0, 16.0]


def test_who_is_taken_at_once_is_told_so_and_has_no_estimate_to_be_judged_by(
    trip: SmallTrip, counter: Counter
) -> None:
    counter.act("next")
    made = somebody(trip)
    assert made.ticket.status == "called"
    assert made.estimate == WaitRange(0, 0)
    assert ticket_row(made.ticket.id).told_minutes is None


def test_who_was_registered_while_the_network_was_down_was_told_nothing(
    trip: SmallTrip, counter: Counter
) -> None:
    wanted = intake.Registration(trip.topics["loan"], "walk_in", trip.sites["one"])
    with unit_of_work(SYSTEM) as uow:
        made = intake.register(uow, SYSTEM, trip.id, wanted, kept=MORNING - timedelta(minutes=20))
    assert ticket_row(made.ticket.id).told_minutes is None


def test_where_nobody_serves_nothing_is_told(trip: SmallTrip) -> None:
    made = somebody(trip, "nobody")
    assert made.estimate is None
    assert ticket_row(made.ticket.id).told_minutes is None


def test_a_wait_shrinks_as_time_passes(trip: SmallTrip, counter: Counter) -> None:
    people = [somebody(trip) for _ in range(4)]
    last = people[-1].ticket.id
    before = wait_of(trip, last)
    clock.advance(seconds=20)
    after = wait_of(trip, last)
    assert before is not None
    assert after is not None
    assert after.high <= before.high


def test_who_came_since_it_was_made_waits_as_a_newcomer(trip: SmallTrip, counter: Counter) -> None:
    somebody(trip)
    clock.advance(seconds=31)
    seen = outlook_of(trip)
    clock.advance(seconds=1)
    late = somebody(trip).ticket.id
    assert late not in seen.waits
    assert wait_of(trip, late) == range_of_desk(
        trip, seen.newcomers[(trip.sites["one"], trip.topics["loan"])]
    )


def range_of_desk(trip: SmallTrip, minutes: float) -> WaitRange:
    with runtime.current().database.reading() as session, CACHE.held(session, trip.id) as known:
        return projection.range_of(known.load, trip.desks["a"], minutes)


def test_where_it_says_nothing_the_closed_form_does(trip: SmallTrip, counter: Counter) -> None:
    """Somebody who walks stands in no projection."""
    made = somebody(trip)
    with runtime.current().database.reading() as session, foretold(session, trip.id) as (known, _):
        empty = Outlook(clock.now().timestamp() + 1, {}, {})
        waiting = known.load.waiting(made.ticket.id)
        assert outlooks.remaining(known, empty, waiting, clock.now()) is None
        assert outlooks.wait_range(known, empty, waiting, clock.now()) == projection.estimate_wait(
            known.load, waiting
        )


def test_who_waits_no_more_has_no_wait(trip: SmallTrip, counter: Counter) -> None:
    made = somebody(trip)
    counter.act("next")
    assert wait_of(trip, made.ticket.id) is None


def test_a_desk_that_closes_soon_serves_nobody_after_that(trip: SmallTrip, counter: Counter) -> None:
    """It closes at 9:40, and a loan takes eight minutes: who comes third is served there no more."""
    with unit_of_work(SYSTEM) as uow:
        hours = DeskHours(desk_id=trip.desks["a"], day=date(2026, 11, 22), opens=8 * 60, closes=9 * 60 + 40)
        uow.session.add(hours)
    people = [somebody(trip).ticket.id for _ in range(3)]
    clock.advance(seconds=31)
    assert sorted(outlook_of(trip).waits) == people[:2]
    assert wait_of(trip, people[2]) is not None


def test_the_console_tells_what_a_newcomer_waits(trip: SmallTrip, counter: Counter) -> None:
    for _ in range(3):
        somebody(trip)
    clock.advance(seconds=31)
    with runtime.current().database.reading() as session:
        estimate = queries.desk_waiting(session, trip.id, trip.desks["a"]).estimate
    newcomer = outlook_of(trip).newcomers[(trip.sites["one"], trip.topics["loan"])]
    assert newcomer == 24.0
    assert estimate == range_of_desk(trip, newcomer)
