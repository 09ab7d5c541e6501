"""Tehran's clock, Jalali dates and their words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.core import clock, dates
from deskops.core.dates import DateError, DateFault, parse_date
from deskops.core.i18n import using_language
from deskops.core.text import persian_digits

NOON = datetime(2024, 8, 4, 8, 30, tzinfo=UTC)  # 12:00 in Tehran, Sunday 14 Mordad 1403
LEAP_YEARS = {
    1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408, 1412,
    1416, 1420, 1424, 1428, 1432, 1436, 1441, 1445, 1449,
}  # fmt: skip

instants = st.datetimes(datetime(1997, 1, 1), datetime(2070, 1, 1), timezones=st.just(UTC))
days = st.dates(date(1997, 1, 1), date(2070, 12, 31))


@pytest.fixture
def english() -> Iterator[None]:
    with using_language("en"):
        yield


def fault_of(text: str) -> DateFault:
    with pytest.raises(DateError) as refused:
        parse_date(text)
    return refused.value.fault


def first_of(year: int) -> date:
    return parse_date(f"{year}/1/1")


@pytest.mark.parametrize("year", range(1375, 1450))
def test_leap_years_have_366_days_and_the_others_365(year: int) -> None:
    length = (first_of(year + 1) - first_of(year)).days
    assert length == (366 if year in LEAP_YEARS else 365)


@given(days)
def test_a_day_goes_to_jalali_and_back(day: date) -> None:
    for style in ("short", "long"):
        shown = dates.jalali_date(day, style)
        assert parse_date(shown if style == "short" else shown.split(" ", 1)[1]) == day


@given(days)
def test_the_next_day_is_later_in_jalali_too(day: date) -> None:
    assert dates.jalali_parts(day) < dates.jalali_parts(day + timedelta(days=1))


@given(days)
def test_an_english_date_is_read_back(day: date) -> None:
    with using_language("en"):
        assert parse_date(dates.date_text(day)) == day


def test_the_last_day_of_1403_is_the_30th_of_esfand() -> None:
    assert dates.jalali_date(date(2025, 3, 20)) == "۱۴۰۳/۱۲/۳۰"
    assert dates.jalali_date(date(2025, 3, 21)) == "۱۴۰۴/۰۱/۰۱"


def test_the_jalali_year_changes_at_tehrans_midnight() -> None:
    midnight = datetime(2025, 3, 20, 20, 30, tzinfo=UTC)
    assert dates.jalali_datetime(midnight - timedelta(minutes=1)) == "۱۴۰۳/۱۲/۳۰ ۲۳:۵۹"
    assert dates.jalali_datetime(midnight) == "۱۴۰۴/۰۱/۰۱ ۰۰:۰۰"


def test_tehran_has_no_daylight_saving_since_2022() -> None:
    for month in range(1, 13):
        assert dates.to_local(datetime(2023, month, 15, tzinfo=UTC)).utcoffset() == timedelta(hours=3.5)


def test_tehrans_old_daylight_saving_is_known() -> None:
    assert dates.clock_time(datetime(2021, 7, 1, 8, 30, tzinfo=UTC)) == "۱۳:۰۰"
    assert dates.clock_time(datetime(2021, 12, 1, 8, 30, tzinfo=UTC)) == "۱۲:۰۰"


@given(instants)
def test_an_instant_goes_to_the_wall_clock_and_back(instant: datetime) -> None:
    local = dates.to_local(instant)
    # Of the hour that came twice when summer time ended, the wall clock alone can't tell the second.
    repeated = local.fold == 1
    back = dates.to_utc(local.replace(tzinfo=None))
    assert back == (instant - timedelta(hours=1) if repeated else instant)


@given(instants)
def test_an_instant_lies_within_its_local_day(instant: datetime) -> None:
    first, after = dates.day_bounds(dates.local_day(instant))
    assert first <= instant < after


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2021, 3, 22), 23), (date(2021, 9, 21), 25), (date(2021, 6, 1), 24), (date(2023, 3, 22), 24)],
)
def test_days_on_which_clocks_were_changed_have_23_or_25_hours(day: date, hours: int) -> None:
    first, after = dates.day_bounds(day)
    assert after - first == timedelta(hours=hours)
    assert dates.local_day(first) == day
    assert dates.local_day(after - timedelta(microseconds=1)) == day


def test_a_naive_instant_is_refused() -> None:
    naive = datetime(2024, 8, 4)
    for read in (dates.to_local, dates.local_day, dates.clock_time, dates.date_text, dates.ago):
        with pytest.raises(ValueError, match="time zone"):
            read(naive)


def test_an_aware_wall_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        dates.to_utc(NOON)


def test_persian_screens_show_jalali_in_persian_digits() -> None:
    assert dates.date_text(NOON) == "۱۴۰۳/۰۵/۱۴"
    assert dates.date_text(NOON, "long") == "یکشنبه ۱۴ مرداد ۱۴۰۳"
    assert dates.datetime_text(NOON) == "۱۴۰۳/۰۵/۱۴ ۱۲:۰۰"


def test_english_screens_show_gregorian_in_latin_digits(english: None) -> None:
    assert dates.date_text(NOON) == "4 Aug 2024"
    assert dates.date_text(NOON, "long") == "Sunday 4 August 2024"
    assert dates.datetime_text(NOON) == "4 Aug 2024 12:00"
    assert dates.jalali_date(NOON, "long") == "Sunday 14 Mordad 1403"


def test_a_time_of_day_without_a_date_is_shown_as_it_is() -> None:
    assert dates.clock_time(time(7, 5)) == "۰۷:۰۵"


@pytest.mark.parametrize(
    ("past", "persian", "english_words"),
    [
        ({"seconds": 0}, "همین حالا", "just now"),
        ({"seconds": 59}, "همین حالا", "just now"),
        ({"seconds": -59}, "همین حالا", "just now"),
        ({"minutes": 1}, "۱ دقیقه پیش", "1 minute ago"),
        ({"minutes": 59}, "۵۹ دقیقه پیش", "59 minutes ago"),
        ({"hours": 1}, "۱ ساعت پیش", "1 hour ago"),
        ({"hours": 23}, "۲۳ ساعت پیش", "23 hours ago"),
        ({"days": 1}, "۱ روز پیش", "1 day ago"),
        ({"days": 30}, "۳۰ روز پیش", "30 days ago"),
        ({"days": 31}, "۱۴۰۳/۰۴/۱۴", "4 Jul 2024"),
        ({"hours": -2}, "تا ۲ ساعت دیگر", "in 2 hours"),
        ({"minutes": -1}, "تا ۱ دقیقه دیگر", "in 1 minute"),
        ({"days": -3}, "تا ۳ روز دیگر", "in 3 days"),
    ],
)
def test_how_long_ago_is_said_in_both_languages(
    past: dict[str, int], persian: str, english_words: str
) -> None:
    instant = NOON - timedelta(**past)
    with using_language("fa"):
        assert dates.ago(instant, NOON) == persian
    with using_language("en"):
        assert dates.ago(instant, NOON) == english_words


def test_ago_counts_from_the_clock() -> None:
    with clock.frozen(NOON):
        assert dates.ago(NOON - timedelta(minutes=12)) == "۱۲ دقیقه پیش"


@pytest.mark.parametrize(
    ("seconds", "persian", "english_words"),
    [
        (-7200, "کمتر از یک دقیقه", "less than a minute"),
        (59.9, "کمتر از یک دقیقه", "less than a minute"),
        (60, "۱ دقیقه", "1 minute"),
        (3599, "۵۹ دقیقه", "59 minutes"),
        (3900, "۱ ساعت و ۵ دقیقه", "1 h 5 min"),
        (86_400, "۱ روز", "1 day"),
        (864_000, "۱۰ روز", "10 days"),
    ],
)
def test_a_length_of_time_is_said_in_both_languages(seconds: float, persian: str, english_words: str) -> None:
    assert dates.elapsed(seconds) == persian
    with using_language("en"):
        assert dates.elapsed(timedelta(seconds=seconds)) == english_words


def test_an_estimate_is_a_range_or_one_figure() -> None:
    assert dates.minutes_range(5, 10) == "۵ تا ۱۰ دقیقه"
    assert dates.minutes_range(5, 5) == "حدود ۵ دقیقه"
    assert dates.minutes_range(0, 0) == "بی‌درنگ"
    with using_language("en"):
        assert dates.minutes_range(5, 10) == "5 to 10 minutes"
        assert dates.minutes_range(1, 1) == "about 1 minute"


def test_numbers_part_their_thousands() -> None:
    assert dates.number(1_234_567) == "۱٬۲۳۴٬۵۶۷"
    assert dates.number(-1234.5, 1) == "-۱٬۲۳۴٫۵"
    with using_language("en"):
        assert dates.number(1_234_567.25, 2) == "1,234,567.25"


def test_a_number_in_a_field_has_the_decimals_that_it_has() -> None:
    assert [dates.decimal(value) for value in (10.0, 3.25, 4)] == ["۱۰", "۳٫۲۵", "۴"]
    with using_language("en"):
        assert dates.decimal(3.5) == "3.5"


def test_digits_follow_the_language_both_ways() -> None:
    assert dates.digits("A-12") == "A-۱۲"
    assert dates.digits(7) == "۷"
    with using_language("en"):
        assert dates.digits("نوبت ۱۲") == "نوبت 12"


@pytest.mark.parametrize(
    "typed",
    [
        "1403/05/14",
        "1403-5-14",
        "1403.05.14",
        "1403 5 14",
        "14030514",
        "14/05/1403",
        "۱۴۰۳/۰۵/۱۴",
        "١٤٠٣/٠٥/١٤",
        " ۱۴  مرداد ۱۴۰۳ ",
        "14 Mordad 1403",
        "2024-08-04",
        "04/08/2024",
        "20240804",
        "4 Aug 2024",
        "4 august 2024",
        "\u200f1403/05/14",
    ],
)
def test_one_day_is_understood_however_typed(typed: str) -> None:
    assert parse_date(typed) == date(2024, 8, 4)


def test_a_months_name_is_understood_in_arabic_letters() -> None:
    assert parse_date("۱ ابان ۱۴۰۳") == parse_date("1 آبان 1403")
    assert parse_date("۱ دي ۱۴۰۳") == parse_date("1403/10/1")


@pytest.mark.parametrize("typed", ["", "فردا", "03/05/14", "1403", "1403/05", "1403/05/14/1", "14 فلان 1403"])
def test_a_text_that_has_no_form_of_a_date_is_refused(typed: str) -> None:
    assert fault_of(typed) is DateFault.FORM


@pytest.mark.parametrize("typed", ["1699/01/01", "0000/01/01", "9999-01-01"])
def test_a_year_of_neither_calendar_is_refused(typed: str) -> None:
    assert fault_of(typed) is DateFault.YEAR


@pytest.mark.parametrize(
    "typed",
    ["1404/12/30", "1403/13/01", "1403/07/31", "1403/01/00", "2023-02-29", "2024-13-01", "31/04/2024"],
)
def test_a_day_that_does_not_exist_is_refused(typed: str) -> None:
    assert fault_of(typed) is DateFault.NO_SUCH_DAY


def test_the_30th_of_esfand_exists_in_a_leap_year() -> None:
    assert parse_date("1403/12/30") == date(2025, 3, 20)


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        assert parse_date(text).year > 1800
    except DateError as refused:
        assert refused.fault in DateFault


@given(st.integers(0, 99_999_999))
def test_eight_digits_in_a_row_are_a_day_or_refused(value: int) -> None:
    typed = persian_digits(f"{value:08d}")
    try:
        assert parse_date(typed) == parse_date(f"{typed[:4]}/{typed[4:6]}/{typed[6:]}")
    except DateError as refused:
        assert refused.fault in {DateFault.YEAR, DateFault.NO_SUCH_DAY}
