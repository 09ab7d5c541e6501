"""Tables out of whatever file they came in: encodings, separators, workbooks; and files that are none."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest

from deskops.core.i18n import using_language
from deskops.core.tables import MAX_ROWS, Sheet, TableRefused, read_table, write_csv, write_workbook

ROWS = (("کد", "نام"), ("one", "میز یکم"), ("two", "میز دوم"))


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """As a spreadsheet program saves it."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def table(separator: str = ",") -> str:
    return "\r\n".join(separator.join(row) for row in ROWS) + "\r\n"


def refused(content: bytes) -> str:
    with pytest.raises(TableRefused) as refusal, using_language("en"):
        read_table(content)
    with using_language("en"):
        return refusal.value.text()


EXPECTED = Sheet(ROWS[0], {2: ROWS[1], 3: ROWS[2]})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_however_it_was_saved(encoding: str, separator: str) -> None:
    text = table(separator).replace("ی", "ي") if encoding == "cp1256" else table(separator)
    sheet = read_table(text.encode(encoding))
    assert sheet.header == ROWS[0]
    assert [cells[0] for cells in sheet.rows.values()] == ["one", "two"]


def test_a_workbook_is_read_with_its_own_row_numbers() -> None:
    assert read_table(workbook(ROWS)) == EXPECTED
    spaced = read_table(workbook([(), ROWS[0], (), ROWS[1]]))
    assert (spaced.first, list(spaced.rows)) == (2, [4])


def test_numbers_days_and_times_come_as_people_would_type_them() -> None:
    sheet = read_table(
        workbook(
            [["a"] * 7, [12, 1.5, 3.0, date(2026, 11, 22), datetime(2026, 11, 22, 8, 30), time(8), True]]
        )
    )
    assert sheet.rows[2] == ("12", "1.5", "3", "2026-11-22", "2026-11-22 08:30", "08:00", "yes")


def test_a_cell_of_several_lines_counts_as_one_row() -> None:
    sheet = read_table(b'code,text\r\none,"first\r\nsecond"\r\ntwo,third\r\n')
    assert sheet.rows[2] == ("one", "first\r\nsecond")
    assert list(sheet.rows) == [2, 3]


def test_what_is_written_is_read_back() -> None:
    assert read_table(write_csv(ROWS[0], ROWS[1:])) == EXPECTED
    assert read_table(write_workbook("فهرست", ROWS[0], ROWS[1:])) == EXPECTED


@pytest.mark.parametrize(
    "cell", ["=1+1", "+98 21", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")']
)
def test_nothing_in_a_cell_is_taken_for_a_formula(cell: str) -> None:
    assert f"'{cell[:2]}" in write_csv(["a"], [[cell]]).decode("utf-8-sig").replace('"', "")
    book = openpyxl.load_workbook(io.BytesIO(write_workbook("a", ["a"], [[cell]])))
    assert (book.active["A2"].value, book.active["A2"].data_type) == (cell, "s")
    for content in (write_csv(["a"], [[cell]]), write_workbook("a", ["a"], [[cell]])):
        assert read_table(content).rows[2] == (cell,)


def test_a_sheet_runs_right_to_left_on_persian_screens_only() -> None:
    for language, rtl in (("fa", True), ("en", False)):
        with using_language(language):
            book = openpyxl.load_workbook(io.BytesIO(write_workbook("a", ["a"], [["b"]])))
        assert bool(book.active.sheet_view.rightToLeft) is rtl


def test_marks_and_choices_stand_in_the_sheet() -> None:
    content = write_workbook("a", ["a", "b"], [["x", "y"]], marks={(1, 1): "wrong"}, choices={0: ["x", "z"]})
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet["B2"].comment.text == "wrong"
    assert sheet.data_validations.dataValidation[0].formula1 == '"x,z"'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"code,name\r\n", "empty"),
        (workbook([]), "empty"),
        (workbook([["code"]]), "empty"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "old or protected"),
        (b"PK\x03\x04 cut off", "damaged"),
        (workbook(ROWS)[:900], "damaged"),
        (b"\xff\xfb\x90\x00" * 50, "UTF-8"),
        (b"a,b\x00c\n1,2\n", "no table"),
        (b"x" * (10 * 1024 * 1024 + 1), "MB"),
        (("a\n" + "b\n" * (MAX_ROWS + 1)).encode(), "rows"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(content: bytes, words: str) -> None:
    assert words in refused(content)


def packed(parts: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return output.getvalue()


def test_a_workbook_with_macros_is_refused_unopened() -> None:
    assert "macros" in refused(packed({"xl/vbaProject.bin": b"x"}))


def test_a_zip_bomb_is_refused_unopened() -> None:
    assert "unpacked" in refused(packed({"xl/worksheets/sheet1.xml": b"0" * (81 * 1024 * 1024)}))


def _with_rows(rows: bytes) -> bytes:
    """A workbook whose sheet goes on with rows written by hand."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as packed, zipfile.ZipFile(output, "w", 8) as made:
        for name in packed.namelist():
            made.writestr(name, packed.read(name).replace(b"</sheetData>", rows + b"</sheetData>"))
    return output.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        _with_rows(b"".join(b'<row r="%d"></row>' % number for number in range(4, 200_000))),
        _with_rows(b'<row r="1000000000"><c><v>1</v></c></row>'),
        b"code\n" + b"\n" * 200_000,
    ],
)
def test_a_sheet_of_nearly_nothing_but_empty_rows_is_refused_before_it_takes_minutes(content: bytes) -> None:
    assert "empty rows" in refused(content)


def test_a_sheet_that_was_formatted_far_below_its_rows_is_read() -> None:
    rows = b"".join(b'<row r="%d"></row>' % number for number in range(4, 100_000))
    assert read_table(_with_rows(rows)) == EXPECTED


@pytest.mark.parametrize("rows", [b"<row></row>" * 200_000, b"<row>" + b"<c/>" * 400_000 + b"</row>"])
def test_a_sheet_that_packs_to_nearly_nothing_is_refused_unread(rows: bytes) -> None:
    assert "far too large" in refused(_with_rows(rows))


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    assert "damaged" in refused(packed({"readme.txt": b"x"}))


def test_an_unclosed_quotation_mark_is_named_with_its_line() -> None:
    assert refused(b'a,b\n1,"' + b"x" * 200_000)
