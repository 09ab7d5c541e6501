"""What a list file would do: read, compared, and everything that is wrong with it, cell by cell."""

from typing import Any

import pytest

from deskops.core.i18n import using_language
from deskops.core.tables import Sheet, TableRefused
from deskops.desks.document.columns import AGENCIES, COLUMNS, DESKS, KINDS, SITES, TOPICS
from deskops.desks.document.list_checks import Known
from deskops.desks.document.listing import ListPlan, plan_of

NAMES = {"name_en": "", "short_fa": "", "short_en": ""}
SITE = NAMES | {
    "code": "hall",
    "name_fa": "سالن",
    "name_en": "Hall",
    "kind": "hall",
    "address": "",
    "map_text": "",
}
DESK = NAMES | {
    "code": "one",
    "name_fa": "میز",
    "number": 1,
    "site": "hall",
    "agency": None,
    "speeds": {"loan": 1.0},
    "counters": 2,
    "phones": 0,
    "walk_ins": True,
    "calls": True,
    "is_headquarters": False,
    "line": "",
    "opens": 480,
    "closes": 1080,
    "used_counters": 1,
    "used_phones": 0,
}
DESKS_KNOWN = Known(
    {"one": DESK},
    {SITES: frozenset({"hall"}), AGENCIES: frozenset({"office"}), TOPICS: frozenset({"loan", "work"})},
)
DESK_HEADER = ("code", "name_fa", "number", "site", "speeds")


def planned(
    kind: str, header: tuple[str, ...], *rows: tuple[str, ...], known: Known | None = None
) -> ListPlan:
    """The plan of a file with these rows; they are counted from 2, as in a spreadsheet."""
    return plan_of(kind, Sheet(header, dict(enumerate(rows, start=2))), known or Known({}))


def faults(plan: ListPlan) -> list[tuple[int, int | None, str]]:
    with using_language("en"):
        return [(fault.row, fault.column, str(fault.words)) for fault in plan.faults]


def acts(plan: ListPlan) -> list[str]:
    return [row.act for row in plan.rows]


# Headings


def test_headings_are_known_in_either_language_with_or_without_a_star() -> None:
    for language in ("fa", "en"):
        with using_language(language):
            header = tuple(f"{column.heading} *" for column in COLUMNS[SITES])
        assert acts(planned(SITES, header, ("a", "الف", "A", "", "", "hall"))) == ["add"]


def test_every_heading_of_a_list_is_different_in_both_languages() -> None:
    for kind in KINDS:
        names = [name for column in COLUMNS[kind] for name in column.names()]
        assert len(names) == len(set(names)), kind


def test_a_heading_typed_with_other_letters_is_known() -> None:
    assert acts(planned(SITES, ("كد", "نام فارسي"), ("a", "الف"))) == ["add"]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (("code", "name_fa", "colour"), "not known: colour"),
        (("code",), "missing: Name in Persian"),
        (("code", "name_fa", "Code"), "same heading"),
    ],
)
def test_headings_that_do_not_fit_are_named(header: tuple[str, ...], words: str) -> None:
    with using_language("en"), pytest.raises(TableRefused) as refused:
        planned(SITES, header, ("a", "b", "c"))
    with using_language("en"):
        assert words in refused.value.text()


def test_columns_without_a_heading_are_passed_over() -> None:
    assert acts(planned(SITES, ("code", "", "name_fa"), ("a", "note", "الف"))) == ["add"]


# Rows


def test_known_codes_change_unknown_ones_are_added_and_equal_ones_left() -> None:
    known = Known({"hall": SITE, "same": SITE | {"code": "same"}})
    plan = planned(
        SITES, ("code", "name_fa"), ("hall", "سالن بزرگ"), ("same", "سالن"), ("new", "تازه"), known=known
    )
    assert acts(plan) == ["change", "same", "add"]
    with using_language("en"):
        [(heading, before, after)] = plan.rows[0].differs
        assert (str(heading), before, after) == ("Name in Persian", "سالن", "سالن بزرگ")


def test_an_empty_cell_empties_a_text_and_leaves_a_choice() -> None:
    known = Known({"hall": SITE | {"address": "خیابان"}})
    plan = planned(SITES, ("code", "name_fa", "kind", "address"), ("hall", "سالن", "", ""), known=known)
    with using_language("en"):
        assert [str(heading) for heading, _, _ in plan.rows[0].differs] == ["Address"]
    assert planned(SITES, ("code", "name_fa", "kind"), ("a", "الف", "")).rows[0].values["kind"] == "building"


def test_choices_are_taken_in_either_language() -> None:
    rows = (("a", "الف", "سالن"), ("b", "ب", "Hall"), ("c", "پ", "hall"))
    plan = planned(SITES, ("code", "name_fa", "kind"), *rows)
    assert {row.values["kind"] for row in plan.rows} == {"hall"}


@pytest.mark.parametrize(
    ("typed", "value"),
    [("بله", True), ("YES", True), ("۱", True), ("خیر", False), ("no", False), ("0", False)],
)
def test_yes_and_no_are_taken_as_people_write_them(typed: str, value: bool) -> None:
    plan = planned(
        TOPICS,
        ("code", "name_fa", "assignable"),
        ("a", "الف", typed),
        known=Known({}, {AGENCIES: frozenset()}),
    )
    assert plan.rows[0].values["assignable"] is value


@pytest.mark.parametrize(("typed", "value"), [("۷٫۵", 7.5), ("7,5", 7.5), ("٨", 8.0), ("6/5", 6.5)])
def test_numbers_are_taken_in_any_digits(typed: str, value: float) -> None:
    plan = planned(
        TOPICS,
        ("code", "name_fa", "mean_minutes"),
        ("a", "الف", typed),
        known=Known({}, {AGENCIES: frozenset()}),
    )
    assert plan.rows[0].values["mean_minutes"] == value


def test_days_off_and_synonyms_are_taken_as_people_list_them() -> None:
    known = Known({}, {AGENCIES: frozenset()})
    plan = planned(
        AGENCIES,
        ("code", "name_fa", "days_off"),
        ("a", "الف", "پنج‌شنبه، جمعه"),
        ("b", "ب", "Friday"),
        known=known,
    )
    assert [row.values["days_off"] for row in plan.rows] == ["thu,fri", "fri"]
    plan = planned(
        TOPICS, ("code", "name_fa", "synonyms"), ("a", "الف", "وام | کمک\nمعیشت؛ یارانه"), known=known
    )
    assert plan.rows[0].values["synonyms"] == ("وام", "کمک", "معیشت", "یارانه")


@pytest.mark.parametrize("typed", ["1405/09/01", "۱۴۰۵/۰۹/۰۱", "2026-11-22", "٢٢/١١/٢٠٢٦"])
def test_days_are_taken_of_either_calendar(typed: str) -> None:
    header = ("title_fa", "body_fa", "good_until")
    plan = planned("cards", header, ("عنوان", "متن", typed), known=Known({}, {TOPICS: frozenset()}))
    assert plan.rows[0].values["good_until"].isoformat() == "2026-11-22"


# Faults


@pytest.mark.parametrize(
    ("column", "typed", "words"),
    [
        ("code", "میز", "Latin letters"),
        ("code", "", "needed"),
        ("name_fa", "", "needed"),
        ("name_fa", "ن" * 201, "too long"),
        ("number", "یک", "whole number"),
        ("number", "-1", "whole number"),
        ("site", "barn", "no “barn”"),
        ("speeds", "", "needed"),
        ("speeds", "tax", "no “tax”"),
        ("speeds", "loan: 9", "from 1 to 3"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(column: str, typed: str, words: str) -> None:
    row = {
        "code": "two",
        "name_fa": "میز دوم",
        "number": "2",
        "site": "hall",
        "speeds": "loan: 1.2 | work",
    } | {column: typed}
    plan = planned(DESKS, DESK_HEADER, tuple(row.values()), known=DESKS_KNOWN)
    [(at, place, said)] = faults(plan)
    assert (at, place) == (2, DESK_HEADER.index(column))
    assert words in said
    assert acts(plan) == ["fault"]


def test_all_faults_of_all_rows_are_told_at_once() -> None:
    plan = planned(
        DESKS, DESK_HEADER, ("", "", "x", "barn", "tax"), ("", "", "y", "barn", ""), known=DESKS_KNOWN
    )
    assert len(plan.faults) == 10


def test_two_desks_with_one_code_or_one_number_are_named_with_each_other() -> None:
    rows = (
        ("two", "دو", "2", "hall", "loan"),
        ("two", "دو", "2", "hall", "loan"),
        ("three", "سه", "1", "hall", "loan"),
    )
    found = faults(planned(DESKS, DESK_HEADER, *rows, known=DESKS_KNOWN))
    assert found == [
        (3, 0, "Row 2 has the code “two” already."),
        (4, 2, "The number 1 is on the sign of “one”."),
    ]


def test_a_number_is_free_where_the_file_gives_its_desk_another() -> None:
    known = Known({"one": DESK, "two": DESK | {"code": "two", "number": 2}}, DESKS_KNOWN.codes)
    first, second = ("one", "میز", "2", "hall", "loan"), ("two", "میز", "1", "hall", "loan")
    assert faults(planned(DESKS, DESK_HEADER, first, second, known=known)) == []
    assert [words for _, _, words in faults(planned(DESKS, DESK_HEADER, first, known=known))] == [
        "The number 2 is on the sign of “two”."
    ]


@pytest.mark.parametrize(
    ("column", "typed", "words"),
    [
        ("closes", "07:00", "close after it opens"),
        ("closes", "9", "08:00"),
        ("counters", "0", "worked at"),
        ("counters", "900", "whole number"),
        ("agency", "nobody", "no “nobody”"),
        ("walk_ins", "maybe", "yes or no"),
    ],
)
def test_what_a_desk_cannot_be_is_named(column: str, typed: str, words: str) -> None:
    plan = planned(
        DESKS, (*DESK_HEADER, column), ("one", "میز", "1", "hall", "loan", typed), known=DESKS_KNOWN
    )
    [(row, place, said)] = faults(plan)
    assert (row, place) == (2, 5)
    assert words in said


def test_a_desk_that_takes_nobody_is_named() -> None:
    header = (*DESK_HEADER, "walk_ins", "calls")
    plan = planned(DESKS, header, ("one", "میز", "1", "hall", "loan", "no", "no"), known=DESKS_KNOWN)
    assert "walk-ins, calls or both" in faults(plan)[0][2]


@pytest.mark.parametrize(
    "rows",
    [
        (("a", "الف", "a"),),
        (("a", "الف", "b"), ("b", "ب", "a")),
        (("top", "بالا", "low"),),
    ],
)
def test_an_agency_under_itself_is_named_however_far_below(rows: tuple[tuple[str, ...], ...]) -> None:
    known = Known({"top": {"parent": None}, "low": {"parent": "top"}})
    found = faults(planned(AGENCIES, ("code", "name_fa", "parent"), *rows, known=known))
    assert len(found) == len(rows)
    assert all("under itself" in words for _, _, words in found)


def test_an_agency_may_stand_under_one_further_down_in_the_file() -> None:
    plan = planned(AGENCIES, ("code", "name_fa", "parent"), ("low", "پایین", "top"), ("top", "بالا", ""))
    assert acts(plan) == ["add", "add"]


def test_a_row_shorter_than_the_headings_is_read_as_empty_cells() -> None:
    assert acts(planned(SITES, ("code", "name_fa", "address"), ("a", "الف"))) == ["add"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_column_writes_it_reads_back(kind: str) -> None:
    samples: dict[str, Any] = {
        "mean_minutes": 7.5, "default_days": 3, "number": 12, "counters": 2, "phones": 0, "opens": 480, "closes": 1440,
        "synonyms": ("وام", "کمک"), "papers": ("شناسنامه",), "speeds": {"loan": 1.0, "work": 1.25}, "days_off": "thu,fri",
    }  # fmt: skip
    for language in ("fa", "en"):
        with using_language(language):
            for column in COLUMNS[kind]:
                if column.key in samples:
                    assert column.read(column.write(samples[column.key])) == samples[column.key], column.key
