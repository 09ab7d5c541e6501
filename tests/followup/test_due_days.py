"""Until when an agency has to answer: working days, counted from the day after it was handed over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.desks.rules import Calendar, works_on
from deskops.followup.rules import due_day

SUNDAY = date(2026, 11, 22)
FRIDAYS_OFF = [Calendar(frozenset({"fri"}))]


def due(days: int, *, chain: list[Calendar] = FRIDAYS_OFF, received: date = SUNDAY) -> date:
    return due_day(received, days, lambda day: works_on(chain, day))


def test_the_day_of_receipt_doesnt_count() -> None:
    assert due(1) == date(2026, 11, 23)


def test_a_day_off_is_passed_over() -> None:
    # Monday to Thursday, and Saturday.
    assert due(5) == date(2026, 11, 28)


def test_a_holiday_is_passed_over_like_any_day_off() -> None:
    assert due(1, chain=[Calendar(frozenset({"fri"}), {date(2026, 11, 23): False})]) == date(2026, 11, 24)


def test_a_friday_on_which_they_work_counts() -> None:
    assert due(5, chain=[Calendar(frozenset({"fri"}), {date(2026, 11, 27): True})]) == date(2026, 11, 27)


def test_what_comes_on_a_day_off_counts_from_the_next_working_day() -> None:
    assert due(1, received=date(2026, 11, 27)) == date(2026, 11, 28)


def test_an_agency_that_never_works_is_told_so() -> None:
    with pytest.raises(ValueError, match="never"):
        due_day(SUNDAY, 1, lambda _day: False)


@given(
    received=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    days=st.integers(1, 60),
    week=st.sets(st.sampled_from(["sat", "sun", "mon", "tue", "wed", "thu", "fri"]), max_size=6),
    holidays=st.sets(st.integers(1, 90), max_size=20),
)
def test_between_receipt_and_the_last_day_lie_exactly_so_many_working_days(
    received: date, days: int, week: set[str], holidays: set[int]
) -> None:
    off = {received + timedelta(days=number): False for number in holidays}
    chain = [Calendar(frozenset(week), off)]
    last = due(days, chain=chain, received=received)
    counted = [received + timedelta(days=number + 1) for number in range((last - received).days)]
    assert sum(works_on(chain, day) for day in counted) == days
    assert works_on(chain, last)
