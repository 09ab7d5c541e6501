"""A day as it was, read back for another rule: a drawn history is played through the live system, and read the next day."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from deskops.balancing.simulation.engine import Floor
from deskops.balancing.simulation.policies import POLICIES
from deskops.balancing.simulation.reading import read_scenario
from deskops.balancing.simulation.rule import Options
from deskops.balancing.simulation.staffing import Failure
from deskops.balancing.simulation.traces import read_trace
from deskops.balancing.simulation.writing import document_of, trace_of
from deskops.core import clock, runtime
from deskops.core.errors import NotFound
from deskops.demands.errors import DayAhead, NothingRecorded, NothingToSimulate
from deskops.demands.queries.recorded import Recorded, days_recorded, recorded_day
from deskops.demands.queries.scenario import setup_of
from tests.demands.counter import somebody
from tests.demands.drawn_histories import History, draw_history
from tests.demands.live_side import LiveSide
from tests.demands.side_by_side import BEGINS, SideBySide, counters_of
from tests.small_trip import SmallTrip

DAY = date(2026, 11, 22)
HALF_PAST_SEVEN = 450.0


@pytest.fixture(scope="module")
def history() -> History:
    return draw_history(3, people=40)


@pytest.fixture
def played(app: Flask, history: History) -> SideBySide:
    """The history, played; it is the day after."""
    clock.freeze(BEGINS)
    options = Options(learns=False)
    both = SideBySide(history, 3, LiveSide(app, history.scenario, counters_of(history, 3, options)), options)
    Floor(history.scenario.desks, history.people, both).play(history.changes)
    clock.freeze(BEGINS + timedelta(days=1))
    return both


def read(trip_id: int, day: date = DAY) -> Recorded:
    with runtime.current().database.reading() as session:
        return recorded_day(session, trip_id, day, clock.now())


def test_everybody_is_there_as_they_came(played: SideBySide, history: History) -> None:
    people = read(played.live.trip_id).people
    topics = {topic_id: topic for topic, topic_id in played.live.topics.items()}
    seen = [
        (w.minute - HALF_PAST_SEVEN, topics[w.topic], w.is_call, w.site, w.urgent, w.language) for w in people
    ]
    came = [(w.minute, w.topic, w.is_call, w.site, w.urgent, w.language) for w in history.people]
    assert seen == came


def test_services_last_as_long_as_they_did_at_own_topic_speed(played: SideBySide, history: History) -> None:
    people = read(played.live.trip_id).people
    for person in played.floor.passed:
        if not history.people[person].no_show:
            assert people[person].service_minutes == pytest.approx(history.people[person].service_minutes)


def test_the_waits_are_those_that_there_were(played: SideBySide) -> None:
    really = read(played.live.trip_id).really.passed
    simulated = played.floor.passed
    assert really.keys() == simulated.keys()
    assert {person: passed.start for person, passed in really.items()} == pytest.approx(
        {person: passed.start + HALF_PAST_SEVEN for person, passed in simulated.items()}
    )


def test_desks_that_stopped_stop_in_the_scenario(played: SideBySide, history: History) -> None:
    stops = {(event.desk, event.minute) for event in read(played.live.trip_id).scenario.events}
    failed = [change for change in history.changes if isinstance(change, Failure) and change.down]
    told = {(played.live.desks[c.desk], int(c.minute + HALF_PAST_SEVEN)) for c in failed}
    assert stops
    assert stops <= told


def test_what_is_written_of_it_can_be_played(played: SideBySide) -> None:
    day = read(played.live.trip_id)
    scenario = read_scenario(json.dumps(document_of(day.scenario)))
    people = read_trace(trace_of(day.people).splitlines(keepends=True), scenario)
    for policy in ("rule-offer", "late-binding", "fixed-map"):
        assert POLICIES[policy](scenario, people, 1).passed


def test_no_name_and_no_phone_is_in_the_files(played: SideBySide) -> None:
    day = read(played.live.trip_id)
    written = json.dumps(document_of(day.scenario), ensure_ascii=False) + trace_of(day.people)
    assert "نمونه" not in written
    assert "0912" not in written


def test_the_days_that_can_be_played_are_listed(played: SideBySide, history: History) -> None:
    with runtime.current().database.reading() as session:
        assert days_recorded(session, played.live.trip_id, date(2026, 11, 23)) == [(DAY, len(history.people))]
        assert days_recorded(session, played.live.trip_id, DAY) == []


def test_today_and_tomorrow_are_refused(played: SideBySide) -> None:
    for day in (DAY + timedelta(days=1), DAY + timedelta(days=2)):
        with pytest.raises(DayAhead):
            read(played.live.trip_id, day)


def test_a_day_on_which_nobody_came_is_refused(trip: SmallTrip) -> None:
    clock.freeze(BEGINS)
    with pytest.raises(NothingRecorded):
        read(trip.id, DAY - timedelta(days=3))


def test_a_trip_that_does_not_exist_is_refused(trip: SmallTrip) -> None:
    with pytest.raises(NotFound):
        read(trip.id + 1)


def test_a_day_without_a_counter_cannot_be_played(trip: SmallTrip) -> None:
    clock.freeze(BEGINS)
    somebody(trip)
    clock.advance(days=1)
    with pytest.raises(NothingToSimulate):
        read(trip.id)


def test_the_set_up_alone_makes_a_scenario(trip: SmallTrip) -> None:
    with runtime.current().database.reading() as session:
        setup = setup_of(session, trip.id)
    scenario = read_scenario(json.dumps(document_of(setup.scenario)))
    assert [desk.id for desk in scenario.desks] == list(trip.desks.values())
    assert [max(plan.counters for plan in desk.counters) for desk in scenario.desks] == [2, 2, 3, 3]
    assert {topic.id for topic in scenario.topics} == set(trip.topics.values())
    assert scenario.walk_minutes is None
    assert replace(scenario, topics=setup.scenario.topics) == setup.scenario
