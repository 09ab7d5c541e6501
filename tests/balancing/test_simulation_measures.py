"""What a play is judged by, on waits that are worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.balancing.simulation.engine import Passed
from deskops.balancing.simulation.measures import (
    mean_and_interval,
    overtaken_share,
    percentile,
    waits_of,
    within_share,
)
from deskops.balancing.simulation.scenario import Person
from tests.balancing.scenes import HOUSING, caller, walk_in


def passed(*starts: float | None) -> dict[int, Passed]:
    return {person: Passed(start, 1, 5.0) for person, start in enumerate(starts) if start is not None}


def test_a_percentile_lies_between_its_neighbours_in_proportion() -> None:
    values = [0.0, 10.0, 20.0, 30.0]
    assert [percentile(values, share) for share in (0.0, 0.5, 0.95, 1.0)] == pytest.approx([0, 15, 28.5, 30])
    assert percentile([7.0], 0.99) == 7.0


def test_waits_run_from_registration_to_the_start_of_service() -> None:
    waits = waits_of([caller(10), caller(20), caller(30)], passed(15, 40, None))
    assert (waits.mean, waits.p50, waits.unserved) == (12.5, 12.5, 1)


def test_where_nobody_was_served_all_are_unserved() -> None:
    assert waits_of([caller(10)], {}) == (0.0, 0.0, 0.0, 0.0, 1)


def test_who_comes_later_and_is_started_earlier_overtakes() -> None:
    people = [caller(0), caller(5), caller(10)]
    assert overtaken_share(people, passed(30, 20, 40)) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("second", "start"),
    [
        (caller(1.0), 20),
        (caller(5), 29),
        (caller(5, urgent=True), 20),
        (caller(5, topic=HOUSING), 20),
        (walk_in(5), 20),
    ],
    ids=[
        "registered a minute later",
        "started a minute earlier",
        "urgent",
        "another topic",
        "another channel",
    ],
)
def test_it_is_no_overtaking(second: Person, start: float) -> None:
    assert overtaken_share([caller(0), second], passed(30, start)) == 0.0


def test_an_urgent_person_is_not_counted_as_overtaken() -> None:
    assert overtaken_share([caller(0, urgent=True), caller(5)], passed(30, 20)) == 0.0


people_and_starts = st.lists(
    st.tuples(st.floats(0, 100), st.floats(0, 100), st.booleans()), min_size=1, max_size=30
).map(sorted)


@given(people_and_starts)
def test_counting_overtaken_agrees_with_looking_at_every_pair(drawn: list[tuple[float, float, bool]]) -> None:
    people = [caller(minute, urgent=urgent) for minute, _, urgent in drawn]
    starts = passed(*(minute + wait for minute, wait, _ in drawn))
    plain = [n for n, person in enumerate(people) if not person.urgent]
    overtaken = [
        any(people[j].minute > people[i].minute + 1 and starts[j].start < starts[i].start - 1 for j in plain)
        for i in plain
    ]
    assert overtaken_share(people, starts) == (sum(overtaken) / len(plain) if plain else 0.0)


def test_estimates_count_for_those_who_queued() -> None:
    people = [caller(0) for _ in range(4)]
    # Taken at once; told 5 too few; told 6 too few; told nothing.
    assert within_share(people, passed(0, 15, 16, 10), {1: 10.0, 2: 10.0}) == pytest.approx(1 / 3)


def test_there_is_no_share_of_estimates_where_nobody_queued() -> None:
    assert within_share([caller(0)], passed(0), {}) is None


def test_the_interval_is_students() -> None:
    mean, (low, high) = mean_and_interval([10.0, 12.0, 14.0])
    # Standard deviation 2, t of two degrees of freedom 4.303.
    assert (mean, low, high) == pytest.approx((12.0, 12 - 4.303 * 2 / 3**0.5, 12 + 4.303 * 2 / 3**0.5))


def test_of_one_trace_the_interval_is_its_value() -> None:
    assert mean_and_interval([5.0]) == (5.0, (5.0, 5.0))


def test_the_interval_of_many_traces_is_narrower() -> None:
    few, many = mean_and_interval([1.0, 2.0] * 2)[1], mean_and_interval([1.0, 2.0] * 20)[1]
    assert many[1] - many[0] < few[1] - few[0]
