"""In the evening the next day is prepared by the days so far."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.control.queries.movers import movers_at
from deskops.control.services import advice_runs, tomorrow
from deskops.core import clock, jobs, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import DeskHours, Trip
from tests.control.advised import all_advice, all_moves
from tests.demands.counter import Counter, sit_down, somebody
from tests.fixtures import Join
from tests.small_trip import SmallTrip

TODAY, MORROW = date(2026, 11, 22), date(2026, 11, 23)
EVENING = datetime(2026, 11, 22, 17, tzinfo=UTC)  # half past eight in Tehran


@pytest.fixture
def day(sign_in: Join, trip: SmallTrip) -> SmallTrip:
    """A day of more calls about loans than can be served: slowly by three at the headquarters, quickly by one at desk A."""
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    counters = [sit_down(sign_in, trip, "hq", seat, name=f"تلفنچی {seat}") for seat in range(3)]
    counters.append(sit_down(sign_in, trip, "a", name="وام"))
    calls = [somebody(trip, "loan", channel="call", site_id=None).ticket for _ in range(4)]
    for counter, call in zip(counters, calls, strict=True):
        serve(counter, int(call.id))
    for _ in range(200):
        clock.advance(minutes=1.2)
        somebody(trip, "loan", channel="call", site_id=None)
    for counter in counters:
        counter.act("close")
    return trip


@pytest.fixture(autouse=True)
def _three_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a trip this small the limits leave nobody to move."""
    small = advice_runs.Limits(stay_tomorrow=1, share_for_tomorrow=0.5)
    monkeypatch.setattr(tomorrow, "LIMITS", small)


def serve(counter: Counter, ticket: int) -> None:
    counter.act("next")
    counter.act("serve", ticket)
    counter.act("finish", ticket, outcome="granted")


def evening_jobs() -> list[jobs.Job]:
    tomorrow.look_for_evenings({})
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(jobs.Job).where(jobs.Job.kind == "balance.tomorrow")))


def open_hours(trip: SmallTrip, day: date, opens: int, closes: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.add_all(
            DeskHours(desk_id=desk_id, day=day, opens=opens, closes=closes) for desk_id in trip.desks.values()
        )


def next_day(trip: SmallTrip) -> tomorrow.NextDay | None:
    with runtime.current().database.reading() as session:
        return tomorrow.next_day_of(session, trip.id)


def test_whoever_serves_slowly_by_phone_is_advised_to_the_desk_of_the_topic(day: SmallTrip) -> None:
    clock.freeze(EVENING)
    tomorrow.advise_next_day({"trip_id": day.id})
    [row] = all_advice()
    assert (row.source_desk_id, row.target_desk_id) == (day.desks["hq"], day.desks["a"])
    assert (row.for_day, row.state) == (MORROW, "proposed")
    assert row.gain_minutes > 0


def test_twice_says_it_once_and_the_run_for_now_leaves_it_alone(day: SmallTrip) -> None:
    clock.freeze(EVENING)
    for _ in range(2):
        tomorrow.advise_next_day({"trip_id": day.id})
    advice_runs.advise_all({})
    assert [row.state for row in all_advice() if row.for_day] == ["proposed"]


def test_on_the_day_after_it_is_over(day: SmallTrip) -> None:
    clock.freeze(EVENING)
    tomorrow.advise_next_day({"trip_id": day.id})
    clock.freeze(EVENING + timedelta(hours=12))
    advice_runs.advise_all({})
    assert [row.state for row in all_advice() if row.for_day] == ["proposed"]
    clock.freeze(EVENING + timedelta(days=1, hours=5))
    advice_runs.advise_all({})
    assert [row.state for row in all_advice() if row.for_day] == ["expired"]


def test_those_who_belong_to_the_desk_are_asked_for_that_day(day: SmallTrip, sign_in: Join) -> None:
    clock.freeze(EVENING)
    tomorrow.advise_next_day({"trip_id": day.id})
    with runtime.current().database.reading() as session:
        assert len(movers_at(session, day.id, day.desks["hq"], MORROW)) == 3
    coordinator = sign_in("coordinator", trip_id=day.id)
    assert coordinator.post(f"/trips/{day.id}/balance/advice/1/accept").status_code == 303
    assert {(move.for_day, move.state) for move in all_moves()} == {(MORROW, "asked")}
    page = coordinator.get(f"/trips/{day.id}/balance/advice/1")
    assert page.status_code == 200


def test_without_hours_the_day_is_over_late_in_the_evening(day: SmallTrip) -> None:
    assert evening_jobs() == []
    clock.freeze(EVENING)
    assert len(evening_jobs()) == 1
    assert len(evening_jobs()) == 1  # once a day


def test_with_hours_it_is_over_when_the_last_desk_has_closed(day: SmallTrip) -> None:
    open_hours(day, TODAY, 480, 17 * 60)
    clock.freeze(datetime(2026, 11, 22, 13, 29, tzinfo=UTC))
    assert evening_jobs() == []
    clock.freeze(datetime(2026, 11, 22, 13, 31, tzinfo=UTC))
    assert len(evening_jobs()) == 1


def test_the_next_day_is_the_next_with_hours(trip: SmallTrip) -> None:
    clock.freeze(EVENING)
    assert next_day(trip) == tomorrow.NextDay(MORROW, *tomorrow.USUAL_MINUTES)
    open_hours(trip, TODAY, 480, 840)
    assert next_day(trip) is None
    open_hours(trip, date(2026, 11, 25), 540, 780)
    assert next_day(trip) == tomorrow.NextDay(date(2026, 11, 25), 540, 780)


def test_after_the_last_day_nothing_is_prepared(day: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Trip, day.id).ends_on = TODAY
    clock.freeze(EVENING)
    assert next_day(day) is None
    tomorrow.advise_next_day({"trip_id": day.id})
    assert all_advice() == []


def test_a_trip_where_nobody_came_prepares_nothing(trip: SmallTrip) -> None:
    clock.freeze(EVENING)
    tomorrow.advise_next_day({"trip_id": trip.id})
    assert all_advice() == []
