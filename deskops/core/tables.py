"""Tables in files that other programs made or will open: CSV however it was saved, and workbooks; read, and written so
that nothing in a cell is taken for a formula.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
import xlsxwriter
from openpyxl.utils.exceptions import InvalidFileException

from deskops.core.errors import Refusal
from deskops.core.i18n import PERSIAN, lang
from deskops.core.i18n import lazy as _l

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
# Each cell that a program writes has its own place in it, so parts of some size pack to a tenth or so; what packs to less
# than a hundredth was made by hand, and may take minutes to read.
SOME_SIZE, MAX_RATIO = 1024 * 1024, 100
MAX_ROWS = 5_000
# A few bytes can hold millions of empty rows, or name one far below, and reading each takes its time.
MAX_EMPTY_ROWS = 150_000
MAX_COLUMNS = 100
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ARABIC_BLOCK = ("\u0600", "\u06ff")
# How much of what isn't ASCII must be Persian or Arabic letters for a file to pass as Windows-1256.
LIKELY_1256 = 0.8
_DELIMITERS = ",;\t"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MACROS = "xl/vbaProject.bin"
# What a spreadsheet program takes for a formula at the start of a cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TableRefused(Refusal):
    """A file that is no table of ours; `words` say what to do."""

    status = 422
    code = "table_refused"

    def __init__(self, words: Any) -> None:
        super().__init__(field="file")
        self.words = words

    def text(self) -> str:
        """The words, in the current language."""
        return str(self.words)

    def __reduce__(self) -> tuple[type[TableRefused], tuple[str]]:
        """From another process it comes in that one's language."""
        return TableRefused, (self.text(),)


@dataclass(frozen=True)
class Sheet:
    """A table's texts. `rows` maps the rows' numbers as the program that made the file shows them, without empty ones, to
    their cells; the header's number is `first`.
    """

    header: tuple[str, ...]
    rows: Mapping[int, tuple[str, ...]]
    first: int = 1


def read_table(content: bytes) -> Sheet:
    """The first sheet of a workbook, or CSV. Raises TableRefused."""
    if len(content) > MAX_BYTES:
        most = MAX_BYTES // 1024 // 1024
        raise TableRefused(_l("The file is larger than %(most)s MB. Part it into several files.", most=most))
    if content.startswith(_OLE):
        raise TableRefused(
            _l("This is an old or protected workbook. Open it, take the password off, and save it as .xlsx.")
        )
    lines = _workbook_lines(content) if content.startswith(_ZIP) else _csv_lines(content)
    return _sheet(_bounded(lines))


def decoded(content: bytes) -> str:
    """Text in UTF-8, UTF-16 or Windows-1256. Raises TableRefused."""
    encoding = next((name for mark, name in BOMS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1256")
    if encoding == "utf-8" and likely_1256(text):
        return text
    raise TableRefused(
        _l("The file is neither UTF-8 nor Windows-1256. Save it again as “CSV UTF-8” or as a workbook.")
    )


def likely_1256(text: str) -> bool:
    """Every byte string is valid Windows-1256; what Persian writes in it is letters of one block."""
    foreign = [c for c in text if not c.isascii()]
    letters = sum(ARABIC_BLOCK[0] <= c <= ARABIC_BLOCK[1] for c in foreign)
    return letters >= LIKELY_1256 * len(foreign)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with the mark that spreadsheet programs know it by."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_safe(cell) for cell in header])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class Table:
    """A sheet to be written. Numbers stay numbers, that a spreadsheet can add up; None leaves a cell empty. `marks` puts
    words to cells by (row, column) from 0, the header being row 0; `choices` limits columns to some values.
    """

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[str | float | None]]
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    choices: Mapping[int, Collection[str]] = field(default_factory=dict)


def write_workbook(
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    marks: Mapping[tuple[int, int], str] | None = None,
    choices: Mapping[int, Collection[str]] | None = None,
) -> bytes:
    """One sheet of texts, as of a Table."""
    return write_tables([Table(title, header, rows, marks or {}, choices or {})])


def write_tables(tables: Iterable[Table]) -> bytes:
    """A workbook of one sheet for each, right to left on Persian screens."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(
        output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    for table in tables:
        _write_sheet(book, table)
    book.close()
    return output.getvalue()


def _write_sheet(book: Any, table: Table) -> None:
    sheet = book.add_worksheet(table.title[:31])
    plain, head = (
        book.add_format({"num_format": "@"}),
        book.add_format({"bold": True, "bottom": 1, "num_format": "@"}),
    )
    bad = book.add_format({"bg_color": "#ffd9d9", "num_format": "@"})
    if lang() == PERSIAN:
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(table.header) - 1, 22, plain)
    numeric = book.add_format({"num_format": "General"})
    for number, row in enumerate([table.header, *table.rows]):
        for column, cell in enumerate(row):
            marked = (number, column) in table.marks
            if isinstance(cell, str):
                sheet.write_string(number, column, cell, head if number == 0 else bad if marked else plain)
            elif cell is not None:
                sheet.write_number(number, column, cell, numeric)
    for (number, column), words in table.marks.items():
        sheet.write_comment(number, column, words)
    for column, values in table.choices.items():
        sheet.data_validation(1, column, MAX_ROWS, column, {"validate": "list", "source": list(values)})


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unsafe(cell: str) -> str:
    """What `_safe` did, undone."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def _bounded(lines: Iterable[tuple[int, Sequence[Any]]]) -> Iterable[tuple[int, Sequence[Any]]]:
    for number, line in lines:
        if number > MAX_ROWS + MAX_EMPTY_ROWS:
            words = _l("The sheet has far too many empty rows. Copy the filled ones into a new workbook.")
            raise TableRefused(words)
        yield number, line


def _sheet(lines: Iterable[tuple[int, Sequence[Any]]]) -> Sheet:
    texts = ((number, tuple(_text(cell) for cell in line)) for number, line in lines)
    filled = ((number, cells) for number, cells in texts if any(cells))
    first, wide = next(filled, (1, ()))
    # A workbook's rows come as wide as its widest.
    header = wide[: max((place for place, cell in enumerate(wide, start=1) if cell), default=0)]
    rows: dict[int, tuple[str, ...]] = {}
    for number, cells in filled:
        if len(rows) == MAX_ROWS:
            raise TableRefused(
                _l("The table has more than %(most)s rows. Part it into several files.", most=MAX_ROWS)
            )
        rows[number] = cells[: len(header)]
    if not rows:
        raise TableRefused(
            _l("The table is empty. Its first sheet needs a row of headings, and rows below it.")
        )
    return Sheet(header, rows, first)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    return cell.isoformat() if isinstance(cell, date) else _unsafe(str(cell).strip())


def _csv_lines(content: bytes) -> Iterable[tuple[int, Sequence[Any]]]:
    text = decoded(content)
    if "\0" in text:
        raise TableRefused(_l("This is no table. Choose a workbook (.xlsx) or a CSV file."))
    start = text[: 64 * 1024].lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=start.count))
    try:
        yield from _numbered(reader)
    except csv.Error:
        raise TableRefused(
            _l(
                "Line %(line)s can't be read: a quotation mark may be missing. Correct it there.",
                line=reader.line_num,
            )
        ) from None


def _numbered(reader: Any) -> Iterable[tuple[int, Sequence[Any]]]:
    """Each row with its number in a spreadsheet: one a row, however many lines its cells have."""
    yield from enumerate(reader, start=1)


def _workbook_lines(content: bytes) -> Iterable[tuple[int, Sequence[Any]]]:
    damaged = _l("The workbook is damaged or cut off. Fetch it again, or save it anew as .xlsx.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _check_packed(packed)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), start=1)
    except (zipfile.BadZipFile, KeyError, IndexError, ValueError, EOFError, ParseError, InvalidFileException):
        raise TableRefused(damaged) from None


def _check_packed(packed: zipfile.ZipFile) -> None:
    """Sizes as the file itself says; a lie about them ends the unpacking."""
    if _MACROS in packed.namelist():
        raise TableRefused(_l("The workbook holds macros. Save it as .xlsx, without them."))
    parts = packed.infolist()
    dense = any(part.file_size > max(SOME_SIZE, MAX_RATIO * part.compress_size) for part in parts)
    if dense or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise TableRefused(
            _l("The workbook is far too large when unpacked. Copy the rows into a new workbook.")
        )
