"""What holds for whatever schedule and whatever wishes there are."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from deskops.desks.rules import WEEK
from deskops.sessions import rules
from deskops.sessions.rules import Span, Wish

START = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MINUTES = st.integers(0, 600)
SPANS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from([None, 1, 2]), MINUTES, st.integers(1, 120)), max_size=12
)
WISHES = st.lists(st.tuples(st.integers(1, 4), MINUTES), max_size=40)
DAYS = st.dates(date(2026, 1, 1), date(2027, 1, 1))


def spans(drawn: list[tuple[int, int | None, int, int]]) -> list[Span]:
    return [
        Span(
            number,
            official,
            desk,
            START + timedelta(minutes=begins),
            START + timedelta(minutes=begins + length),
        )
        for number, (official, desk, begins, length) in enumerate(drawn)
    ]


def wishes(drawn: list[tuple[int, int]]) -> list[Wish]:
    return [
        Wish(number, topic, START + timedelta(minutes=asked)) for number, (topic, asked) in enumerate(drawn)
    ]


@given(SPANS)
def test_conflicts_are_those_that_looking_at_each_pair_finds(
    drawn: list[tuple[int, int | None, int, int]],
) -> None:
    known = spans(drawn)
    found = {
        (session_id, conflict.with_id)
        for session_id, conflicts in rules.collisions(known).items()
        for conflict in conflicts
    }
    expected = {
        (one.id, other.id)
        for one in known
        for other in known
        if one.id != other.id
        and one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
        and (
            one.official_id == other.official_id or (one.desk_id is not None and one.desk_id == other.desk_id)
        )
    }
    assert found == expected


@given(WISHES, st.integers(0, 30))
def test_every_seat_is_filled_while_anybody_waits(drawn: list[tuple[int, int]], seats: int) -> None:
    chosen = rules.draw(wishes(drawn), seats)
    assert len(chosen) == min(seats, len(drawn))
    assert len(set(chosen)) == len(chosen)


@given(WISHES, st.integers(0, 30))
def test_within_a_topic_nobody_is_passed_over(drawn: list[tuple[int, int]], seats: int) -> None:
    every = wishes(drawn)
    chosen = set(rules.draw(every, seats))
    for left in set(every) - chosen:
        later = [one for one in chosen if one.topic_id == left.topic_id and one.asked_at > left.asked_at]
        assert not later


@given(WISHES, st.integers(1, 30))
def test_each_topic_gets_its_share_rounded_down(drawn: list[tuple[int, int]], seats: int) -> None:
    every = wishes(drawn)
    chosen = rules.draw(every, seats)
    for topic in {one.topic_id for one in every}:
        asked = sum(one.topic_id == topic for one in every)
        got = sum(one.topic_id == topic for one in chosen)
        assert got >= min(asked, asked * seats // len(every))


@given(DAYS, st.integers(0, 120), st.sampled_from(rules.PATTERNS), st.sets(st.sampled_from(WEEK)))
def test_days_lie_within_the_schedule_in_order(
    first: date, length: int, pattern: str, weekdays: set[str]
) -> None:
    last = first + timedelta(days=length)
    days = list(rules.days_of(pattern, first, last, weekdays))
    assert days == sorted(set(days))
    assert all(first <= day <= last for day in days)
    if pattern == rules.WEEKLY:
        assert {rules.weekday_name(day) for day in days} <= weekdays


@given(MINUTES, st.integers(1, 60))
def test_slots_never_overlap_and_end_in_time(length: int, minutes: int) -> None:
    found = rules.slots(START, START + timedelta(minutes=length), minutes)
    assert len(found) == length // minutes
    assert all(later - earlier == timedelta(minutes=minutes) for earlier, later in pairwise(found))
