"""Common words and rare ones, short ones and long ones: each page is the newest that fit, whatever finds them."""

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands import search
from tests.demands.test_importing import case, load
from tests.small_trip import SmallTrip


@pytest.fixture
def ids(trip: SmallTrip, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Thirty demands; where the newest are looked through first, these are ten."""
    monkeypatch.setattr(search, "RECENT", 10)
    load(trip, *(case(f"K{n}", topics=("Parks",) if n % 10 == 0 else ("Housing",)) for n in range(30)))
    with unit_of_work(SYSTEM) as uow:
        return sorted(search.find(uow.session, trip.id, ["northside"], limit=100))


def find(trip: SmallTrip, *words: str, limit: int = 50, before: int = search.LAST) -> list[int]:
    with runtime.current().database.reading() as session:
        return search.find(session, trip.id, words, limit=limit, before=before)


def test_a_page_of_a_common_word_is_the_newest(trip: SmallTrip, ids: list[int]) -> None:
    assert find(trip, "north", limit=5) == ids[:-6:-1]


def test_what_the_newest_do_not_fill_comes_from_all(trip: SmallTrip, ids: list[int]) -> None:
    assert find(trip, "north", limit=20) == ids[:-21:-1]
    assert find(trip, "k0") == [ids[0]]


def test_both_ways_page_on_below_an_id(trip: SmallTrip, ids: list[int]) -> None:
    assert find(trip, "north", limit=5, before=ids[20]) == ids[15:20][::-1]
    assert find(trip, "north", limit=5, before=ids[3]) == ids[:3][::-1]


def test_a_word_inside_another_is_not_found(trip: SmallTrip, ids: list[int]) -> None:
    assert find(trip, "side", limit=5) == []
    assert find(trip, "orth", limit=1) == []


def test_another_trips_demands_are_not_found(trip: SmallTrip, ids: list[int]) -> None:
    with runtime.current().database.reading() as session:
        assert search.find(session, trip.id + 1, ["north"], limit=1) == []


def test_words_longer_than_the_index_keeps_are_found_by_their_beginning(
    trip: SmallTrip, ids: list[int]
) -> None:
    for beginning in ("n", "northsid", "northside", "k29", "k2"):
        assert find(trip, beginning, limit=1) == [ids[-1]], beginning
    assert find(trip, "northsides") == []
