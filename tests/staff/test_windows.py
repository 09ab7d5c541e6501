"""When somebody can work, as people write it; what can't be is told with what to write."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.core.i18n import using_language
from deskops.desks.document.cells import CellError
from deskops.staff.document.windows import Window, read_windows, show_windows, together


def local(text: str) -> list[str]:
    """The times read, on Tehran's clock."""
    shift = timedelta(hours=3, minutes=30)
    return [f"{begin + shift:%d %H:%M} - {end + shift:%d %H:%M}" for begin, end in read_windows(text)]


def fault(text: str) -> str:
    with using_language("en"), pytest.raises(CellError) as refused:
        read_windows(text)
    with using_language("en"):
        return str(refused.value.args[0])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1405/09/03 07:00-15:00", ["24 07:00 - 24 15:00"]),
        ("2026-11-24 07:00-15:00", ["24 07:00 - 24 15:00"]),
        ("۱۴۰۵/۰۹/۰۳ ۰۷:۰۰ تا ۱۵:۰۰", ["24 07:00 - 24 15:00"]),
        ("1405/09/03 7-15", ["24 07:00 - 24 15:00"]),
        ("3 آذر 1405 7:30 – 15:00", ["24 07:30 - 24 15:00"]),
        ("24 November 2026 07:00 to 15:00", ["24 07:00 - 24 15:00"]),
        ("1405/09/03", ["24 00:00 - 25 00:00"]),
        ("1405/09/03 16:00-24:00", ["24 16:00 - 25 00:00"]),
        ("1405/09/03 22:00-06:00", ["24 22:00 - 25 06:00"]),
        ("1405/09/03 تا 1405/09/05", ["24 00:00 - 27 00:00"]),
        ("1405/09/03 تا 1405/09/04 07:00-15:00", ["24 07:00 - 24 15:00", "25 07:00 - 25 15:00"]),
        ("2026-11-24 - 2026-11-25 07:00-15:00", ["24 07:00 - 24 15:00", "25 07:00 - 25 15:00"]),
        ("1405/09/04; 1405/09/03 07:00-15:00", ["24 07:00 - 24 15:00", "25 00:00 - 26 00:00"]),
        ("1405/09/03 07:00-15:00\n1405/09/03 14:00-18:00", ["24 07:00 - 24 18:00"]),
        ("  ;  ", []),
    ],
)
def test_times_are_read_as_people_write_them(text: str, read: list[str]) -> None:
    assert local(text) == read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("soon", "“soon” is no date"),
        ("07:00-15:00", "is no time"),
        ("1405/09/31", "There is no day “1405/09/31”"),
        ("2026-02-30", "There is no day “2026-02-30”"),
        ("3405/01/01", "The year of “3405/01/01” can't be"),
        ("1405/09/03 25:00-26:00", "a time that no clock shows"),
        ("1405/09/03 07:60-09:00", "a time that no clock shows"),
        ("1405/09/03 08:00-08:00", "ends when it begins"),
        ("1405/09/03 15:00-07:00", "ends before it begins. A night lasts 12 hours"),
        ("1405/09/06 تا 1405/09/03", "Write the earlier day first"),
        ("1405/09/03 تا 1406/09/03", "longer than 100 days"),
        ("2026-11-24 08:00", "has no end"),
        ("1405/09/03 تا 1405/09/04 تا 1405/09/05", "is no time"),
    ],
)
def test_what_cannot_be_is_told(text: str, words: str) -> None:
    assert words in fault(text)


def test_the_fault_names_the_part_that_is_wrong() -> None:
    assert fault("1405/09/03 07:00-15:00; never").startswith("“never”")


def test_more_times_than_anybody_means_are_refused() -> None:
    hours = "; ".join(
        f"1405/09/{day:02} {hour:02}:00-{hour:02}:30" for day in range(1, 29) for hour in range(8)
    )
    assert "more than 200 times" in fault(hours)


MINUTES = st.integers(0, 60 * 24 * 60)
LENGTHS = st.integers(1, 60 * 24 * 5)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    first = datetime(2026, 11, 20, tzinfo=UTC)
    pairs = draw(st.lists(st.tuples(MINUTES, LENGTHS), max_size=6))
    return together(
        (first + timedelta(minutes=begin), first + timedelta(minutes=begin + length))
        for begin, length in pairs
    )


@given(windows(), st.sampled_from(["fa", "en"]))
def test_what_is_written_is_read_as_it_was(times: tuple[Window, ...], language: str) -> None:
    with using_language(language):
        assert read_windows(show_windows(times)) == times


@given(windows())
def test_times_put_together_neither_touch_nor_overlap(times: tuple[Window, ...]) -> None:
    assert all(before[1] < after[0] for before, after in pairwise(times))
    assert together(times) == times


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_words(text: str) -> None:
    try:
        assert all(begin < end for begin, end in read_windows(text))
    except CellError as refused:
        assert str(refused.args[0])


def test_days_are_written_in_the_calendar_of_the_language() -> None:
    times = read_windows("1405/09/03 تا 1405/09/05; 1405/09/09 22:00-06:00")
    with using_language("fa"):
        assert show_windows(times) == "1405/09/03 تا 1405/09/05; 1405/09/09 22:00-06:00"
    with using_language("en"):
        assert show_windows(times) == "2026-11-24 until 2026-11-26; 2026-11-30 22:00-06:00"
