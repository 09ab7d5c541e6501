"""What the wall says of each desk, held against the database itself."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from deskops.control.queries import OUTLOOK_SECONDS, DeskFigures, coordination, desk_figures, wall_snapshot
from deskops.core import clock, journal, runtime
from deskops.core.errors import NotFound
from deskops.demands.load import CACHE
from deskops.demands.outlook import LASTS_SECONDS
from deskops.desks.models import Desk
from tests.control.asked import asked
from tests.control.history import Day, counted, rows
from tests.fixtures import Browser, Join
from tests.live.screens import act, register
from tests.small_trip import SmallTrip, make_small_trip

START = datetime(2026, 11, 22, 6, tzinfo=UTC)


def figures_of(trip: SmallTrip, name: str) -> DeskFigures:
    with runtime.current().database.reading() as session:
        return desk_figures(session, trip.id, [trip.desks[name]])[0]


def without_estimate(figures: DeskFigures) -> dict[str, Any]:
    data = figures.as_json()
    del data["estimate"]
    since = data["oldest_since"]
    return data | {"oldest_since": None if since is None else datetime.fromisoformat(since)}


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


@pytest.mark.parametrize("seed", range(4))
def test_figures_equal_a_count_over_the_database_after_any_day(
    trip: SmallTrip, integration: Browser, coordinator: Browser, seed: int
) -> None:
    clock.freeze(START)
    day = Day(trip, integration, coordinator, random.Random(seed))
    for _ in range(3):
        day.live(60)
        clock.advance(seconds=OUTLOOK_SECONDS)
        with runtime.current().database.reading() as session:
            shown = desk_figures(session, trip.id)
        assert [without_estimate(figures) for figures in shown] == [counted(desk) for desk in rows(Desk)]


@pytest.mark.parametrize("seed", range(2))
def test_a_process_that_starts_later_shows_the_same(
    trip: SmallTrip, integration: Browser, coordinator: Browser, seed: int
) -> None:
    clock.freeze(START)
    Day(trip, integration, coordinator, random.Random(seed)).live(120)
    clock.advance(seconds=OUTLOOK_SECONDS)
    with runtime.current().database.reading() as session:
        folded = desk_figures(session, trip.id)
        CACHE.clear()
        assert desk_figures(session, trip.id) == folded


def test_some_desks_are_shown_as_they_are_among_all(trip: SmallTrip, integration: Browser) -> None:
    act(integration, trip, f"/places/{trip.places['a'][0]}/open")
    register(integration, trip)
    with runtime.current().database.reading() as session:
        everything = {figures.desk_id: figures for figures in desk_figures(session, trip.id)}
        some = desk_figures(session, trip.id, [trip.desks["hall"], trip.desks["a"], trip.desks["a"]])
    assert some == [everything[trip.desks["a"]], everything[trip.desks["hall"]]]


def test_desks_of_another_trip_are_left_out(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with runtime.current().database.reading() as session:
        assert desk_figures(session, trip.id, other.desks.values()) == []
        assert desk_figures(session, trip.id, []) == []


def test_an_unknown_trip_has_no_wall(trip: SmallTrip) -> None:
    with runtime.current().database.reading() as session, pytest.raises(NotFound):
        wall_snapshot(session, trip.id + 99)


def test_a_desk_promises_no_wait_while_nobody_would_call(
    trip: SmallTrip, integration: Browser, coordinator: Browser
) -> None:
    assert figures_of(trip, "a").estimate is None
    act(integration, trip, f"/places/{trip.places['a'][0]}/open")
    assert figures_of(trip, "a").estimate is not None
    coordinator.post(
        f"/trips/{trip.id}/wall/desks/{trip.desks['a']}/state", data={"state": "paused", "reason": "نماز"}
    )
    assert figures_of(trip, "a").estimate is None


def test_the_estimate_is_a_range_that_grows_with_the_queue(trip: SmallTrip, integration: Browser) -> None:
    clock.freeze(START)
    act(integration, trip, f"/places/{trip.places['a'][0]}/open")
    highs = []
    for _ in range(3):
        for _ in range(3):
            register(integration, trip)
        clock.advance(seconds=OUTLOOK_SECONDS)
        estimate = figures_of(trip, "a").estimate
        assert estimate is not None and 0 <= estimate[0] <= estimate[1]
        highs.append(estimate[1])
    assert highs == sorted(set(highs))


def test_who_was_served_an_hour_ago_counts_no_more(trip: SmallTrip, integration: Browser) -> None:
    clock.freeze(START)
    place = trip.places["a"][0]
    act(integration, trip, f"/places/{place}/open")
    ticket = register(integration, trip)["id"]
    act(integration, trip, f"/places/{place}/next")
    act(integration, trip, f"/tickets/{ticket}/serve")
    act(integration, trip, f"/tickets/{ticket}/finish", outcome="guidance_given")
    clock.advance(minutes=59)
    assert figures_of(trip, "a").rate == 1
    clock.advance(minutes=2)
    assert figures_of(trip, "a").rate == 0


def test_a_call_for_help_is_seen_until_it_is_answered(
    trip: SmallTrip, integration: Browser, sign_in: Join
) -> None:
    place = trip.places["a"][0]
    act(integration, trip, f"/places/{place}/open")
    act(integration, trip, f"/places/{place}/help")
    assert figures_of(trip, "a").help == 1
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    act(head, trip, f"/places/{place}/help/answer")
    assert figures_of(trip, "a").help == 0


def test_the_snapshot_names_the_point_from_which_pushes_go_on(trip: SmallTrip, integration: Browser) -> None:
    with runtime.current().database.reading() as session:
        before = wall_snapshot(session, trip.id)
    register(integration, trip, "nobody")
    with runtime.current().database.reading() as session:
        after = wall_snapshot(session, trip.id)
        missed = journal.audience_entries(session, coordination(trip.id), before.sequence)
    assert [entry.sequence for entry in missed] == list(range(before.sequence + 1, after.sequence + 1))
    assert [entry.kind for entry in missed] == ["demand.registered"]
    assert (len(before.unassigned), len(after.unassigned)) == (0, 1)


def test_the_number_of_queries_does_not_grow_with_the_queue(trip: SmallTrip, integration: Browser) -> None:
    clock.freeze(START)
    act(integration, trip, f"/places/{trip.places['a'][0]}/open")
    counts = []
    for people in (1, 20):
        for _ in range(people):
            register(integration, trip)
        clock.advance(seconds=LASTS_SECONDS)
        counts.append(len(statements_of(trip)))
    assert counts[0] == counts[1] <= 8


def test_no_query_of_the_wall_reads_all_tickets(trip: SmallTrip, integration: Browser) -> None:
    register(integration, trip, "nobody")
    CACHE.clear()
    if not runtime.current().database.is_sqlite:
        pytest.skip("the plan of a small table says nothing on PostgreSQL")
    statements = statements_of(trip)
    with runtime.current().database.reading() as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        steps = [
            row[3]
            for statement, values in statements
            for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    assert any("tickets USING" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN tickets")]


def statements_of(trip: SmallTrip) -> list[tuple[str, Any]]:
    """What a wall's snapshot asks the database."""
    with asked() as heard, runtime.current().database.reading() as session:
        wall_snapshot(session, trip.id)
    return heard
