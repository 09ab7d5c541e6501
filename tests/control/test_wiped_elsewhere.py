"""A rehearsal that one process wiped is forgotten by every other: they answer 404, and keep nothing of it."""

import gc
import weakref
from typing import Any

import pytest
from sqlalchemy.orm import Session

from deskops.accounts.access import forget_recognised
from deskops.core import runtime
from deskops.core.errors import NotFound
from deskops.demands.load import CACHE, LoadCache
from deskops.demands.queries.topics import demand_counts
from deskops.desks.queries import catalogue, find_cards
from tests.control.rehearsals import end, run_for, start
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    """Somebody of this trip alone, and so of its rehearsal."""
    return sign_in("coordinator", trip_id=trip.id)


@pytest.fixture
def copy_id(trip: SmallTrip, coordinator: Browser) -> int:
    """A rehearsal in which something has happened."""
    started = start(trip.id)
    run_for(60)
    forget_recognised()
    # Who they are, and that they may be here, is remembered for a while.
    assert coordinator.get(f"/trips/{started}/").status_code == 200
    return started


@pytest.fixture
def other_process(copy_id: int, trip: SmallTrip, monkeypatch: pytest.MonkeyPatch) -> int:
    """This process looked at the rehearsal, and another one wiped it: nobody here was told."""
    with runtime.current().database.reading() as session:
        for keeps in (CACHE.current, catalogue, demand_counts):
            keeps(session, copy_id)
        find_cards(session, copy_id, "")
    with monkeypatch.context() as patch:
        patch.setattr(CACHE, "forget", lambda _trip_id: None)
        end(trip.id)
    return copy_id


def read(session: Session, cache: LoadCache, trip_id: int) -> "weakref.ref[Any]":
    return weakref.ref(cache.current(session, trip_id))


def test_a_second_cache_finds_out_by_itself_that_the_trip_is_gone(trip: SmallTrip, copy_id: int) -> None:
    second = LoadCache()
    with runtime.current().database.reading() as session:
        load = read(session, second, copy_id)
    end(trip.id)
    for _ in range(2):
        with runtime.current().database.reading() as session, pytest.raises(NotFound):
            second.current(session, copy_id)
    gc.collect()
    assert load() is None


def test_what_nobody_asks_for_any_more_is_dropped_with_the_next_trip_that_is_read(
    trip: SmallTrip, copy_id: int
) -> None:
    second = LoadCache()
    with runtime.current().database.reading() as session:
        gone, stays = read(session, second, copy_id), read(session, second, trip.id)
    end(trip.id)
    other = make_small_trip("other")
    with runtime.current().database.reading() as session:
        second.current(session, other.id)
    gc.collect()
    assert gone() is None
    assert stays() is not None


def test_a_session_that_looks_at_an_older_moment_does_not_make_the_load_anew(trip: SmallTrip) -> None:
    with runtime.current().database.reading() as session:
        known = CACHE.current(session, trip.id)
        known.sequence += 3
        assert CACHE.current(session, trip.id) is known
        known.sequence -= 3


@pytest.mark.parametrize(
    "path",
    ["/trips/{trip}/", "/trips/{trip}/wall", "/trips/{trip}/closing", "/trips/{trip}/stops", "/trips/{trip}/intake",
     "/trips/{trip}/desks", "/api/v1/trips/{trip}/wall", "/api/v1/trips/{trip}/readiness"],
)  # fmt: skip
def test_another_process_says_that_it_is_not_there(
    other_process: int, coordinator: Browser, path: str
) -> None:
    assert coordinator.get(path.format(trip=other_process)).status_code == 404


def test_nobody_is_registered_in_a_rehearsal_that_is_gone(
    trip: SmallTrip, other_process: int, coordinator: Browser
) -> None:
    body = {"topic_id": trip.topics["loan"], "channel": "call"}
    assert coordinator.post(f"/api/v1/trips/{other_process}/demands", json=body).status_code == 404
    assert coordinator.post(f"/api/v1/trips/{trip.id}/demands", json=body).status_code == 201


def test_names_cards_and_counts_of_it_are_forgotten_too(trip: SmallTrip, other_process: int) -> None:
    with runtime.current().database.reading() as session:
        for keeps in (catalogue, lambda session, trip_id: find_cards(session, trip_id, "")):
            with pytest.raises(NotFound):
                keeps(session, other_process)
        assert catalogue(session, trip.id).trip.id == trip.id
