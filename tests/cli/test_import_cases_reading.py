"""What is odd in a row of cases, and what of it is kept."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from deskops.cli.importing.cases import Cleaner, Remark, survey
from deskops.cli.importing.files import Row
from deskops.demands.services.importing import Case
from tests.cli.case_files import case

TEHRAN = ZoneInfo("Asia/Tehran")
TODAY = date(2026, 11, 1)


def clean(*rows: dict[str, str]) -> list[tuple[Case | None, list[Remark]]]:
    read = [Row(line, cells) for line, cells in enumerate(rows, 2)]
    _, spellings = survey(read)
    cleaner = Cleaner(spellings, TEHRAN, TODAY)
    return [cleaner.clean(row) for row in read]


def cleaned(**cells: str) -> tuple[Case | None, list[tuple[str, str]]]:
    [(found, remarks)] = clean(case(**cells))
    return found, [(remark.column, remark.reason) for remark in remarks]


def kept(**cells: str) -> Case:
    found, _ = cleaned(**cells)
    assert found is not None
    return found


def test_a_row_in_order_is_kept_without_a_remark() -> None:
    [(found, remarks)] = clean(case())
    assert remarks == []
    assert found is not None
    assert (found.external_number, found.office, found.topics) == ("K1", "OFFICE1", ("Housing", "Eviction"))
    assert (found.county, found.address) == ("Northside", "Rivertown 11101")
    assert found.text == "Housing: Eviction. 02 Northside. D7"


def test_dates_are_days_of_the_trips_own_clock() -> None:
    found = kept(opendate="2019-03-01", closedate="2019-03-05")
    assert found.registered_at.astimezone(TEHRAN).isoformat() == "2019-03-01T00:00:00+03:30"
    assert found.closed_at is not None
    assert found.closed_at.astimezone(TEHRAN).date() == date(2019, 3, 5)


@pytest.mark.parametrize(
    "typed", ["2019-03-01", "1397/12/10", "۱۳۹۷/۱۲/۱۰", "٢٠١٩-٠٣-٠١", "۲۰۱۹/۳/۱", "20190301"]
)
def test_dates_come_in_either_calendar_and_any_digits(typed: str) -> None:
    assert kept(opendate=typed).registered_at.astimezone(TEHRAN).date() == date(2019, 3, 1)


def test_a_case_without_a_closing_date_is_still_open() -> None:
    assert kept(closedate="").closed_at is None


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"closedate": "2019-02-01"}, "closedate", "closed_before_opened"),
        ({"closedate": "soon"}, "closedate", "unreadable_date"),
        ({"closedate": "1900-01-01"}, "closedate", "placeholder_date"),
        ({"closedate": "2027-01-01"}, "closedate", "date_to_come"),
        ({"opendate": ""}, "opendate", "missing_opening_date"),
        ({"complaint_type": ""}, "complaint_type", "missing_topic"),
        ({"complaint_type": "@getxlate.Udf_Code"}, "complaint_type", "placeholder"),
        ({"complaint_type": "Please choose an issue..."}, "complaint_type", "placeholder"),
        ({"descriptor": "N/A"}, "descriptor", "placeholder"),
        ({"zip": "-9999"}, "zip", "spurious_zip"),
        ({"zip": "00000"}, "zip", "spurious_zip"),
        ({"zip": "1110"}, "zip", "spurious_zip"),
        ({"city": "104"}, "city", "placeholder"),
        ({"city": "n/a"}, "city", "placeholder"),
    ],
)
def test_an_odd_row_is_kept_with_a_remark(cells: dict[str, str], column: str, reason: str) -> None:
    found, remarks = cleaned(**cells)
    assert found is not None
    assert remarks == [(column, reason)]


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"key": ""}, "unique_key", "missing_key"),
        ({"account": " "}, "account", "missing_office"),
        ({"opendate": "", "closedate": ""}, "opendate", "no_date"),
        ({"opendate": "2019-02-30", "closedate": ""}, "opendate", "no_date"),
        ({"descriptor": "x" * 201}, "descriptor", "too_long"),
    ],
)
def test_a_row_that_can_not_be_kept_is_refused_with_its_reason(
    cells: dict[str, str], column: str, reason: str
) -> None:
    found, remarks = cleaned(**cells)
    assert found is None
    assert remarks[-1] == (column, reason)


def test_a_broken_row_is_refused() -> None:
    cleaner = Cleaner(survey([])[1], TEHRAN, TODAY)
    assert cleaner.clean(Row(9, {}, "3 cells, not 11")) == (
        None,
        [Remark(9, "", "broken_row", "3 cells, not 11")],
    )


def test_closed_before_it_was_opened_it_closes_on_the_day_it_opened() -> None:
    found = kept(closedate="2019-02-01")
    assert found.closed_at == found.registered_at


def test_without_an_opening_date_the_closing_date_stands_for_it() -> None:
    found = kept(opendate="", closedate="2019-03-05")
    assert found.registered_at == found.closed_at


def test_a_key_that_comes_again_is_refused_with_the_line_of_the_first() -> None:
    first, second = clean(case("K1"), case("K1", city="Elsewhere"))
    assert first[0] is not None
    assert second == (None, [Remark(3, "unique_key", "repeated_key", "K1, first in line 2")])


def test_spellings_of_a_topic_become_the_commonest_of_them() -> None:
    rows = [case("1"), case("2"), case("3", descriptor="EVICTION"), case("4", complaint_type="HOUSING ")]
    found = clean(*rows)
    assert {one.topics for one, _ in found if one is not None} == {("Housing", "Eviction")}
    assert [[(remark.reason, remark.value) for remark in remarks] for _, remarks in found] == [
        [], [], [("spelling_merged", "EVICTION -> Eviction")], [("spelling_merged", "HOUSING -> Housing")],
    ]  # fmt: skip


def test_without_a_descriptor_the_parent_is_the_topic() -> None:
    assert kept(descriptor="").topics == ("Housing",)


def test_what_is_spurious_is_left_out_of_the_address() -> None:
    assert kept(zip="`9999", city="Rivertown").address == "Rivertown"
    assert kept(zip="۱۱۱۰۱", city="???").address == "11101"
