"""When a card isn't to be relied on, and what may be kept of a search."""

from datetime import date

import pytest

from deskops.desks.rules import gap_words, months_after, out_of_date

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("good_until", "reviewed_on", "months", "why"),
    [
        (None, date(2026, 11, 22), 6, None),
        (date(2026, 11, 22), date(2026, 11, 22), 6, None),
        (date(2026, 11, 21), date(2026, 11, 22), 6, "expired"),
        (None, date(2026, 5, 22), 6, None),
        (None, date(2026, 5, 21), 6, "unreviewed"),
        (date(2026, 11, 21), date(2020, 1, 1), 6, "expired"),
        (date(2027, 1, 1), date(2020, 1, 1), 6, "unreviewed"),
    ],
)
def test_a_card_is_out_of_date_after_its_last_day_or_too_long_without_a_look(
    good_until: date | None, reviewed_on: date, months: int, why: str | None
) -> None:
    assert out_of_date(good_until, reviewed_on, months, TODAY) == why


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 30), 60, date(2031, 11, 30)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_end_where_the_month_does(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("وام اشتغال", "وام اشتغال"),
        ("وام ۱۵ میلیونی", "وام 15 میلیونی"),
        ("وام ۰۹۱۲۳۴۵۶۷۸۹", "وام"),
        ("کد ملی 001 234 5679", "کد ملی"),
        ("پرونده ب۱۲۳۴۵", "پرونده"),
        ("۰۹۱۲۳۴۵۶۷۸۹", None),
        ("و", None),
        ("؟!", None),
        ("", None),
        ("یک دو سه چهار پنج شش هفت", "یک دو سه چهار پنج شش"),
        ("ا" * 400, "ا" * 18),
    ],
)
def test_what_is_kept_of_a_search_holds_nobodys_number(typed: str, kept: str | None) -> None:
    assert gap_words(typed) == kept
