"""What a list file would do: each row read, looked up and compared with what stands, and all that is wrong with any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from deskops.core.i18n import lazy as _l
from deskops.core.tables import Sheet
from deskops.desks.document.columns import CARDS, COLUMNS, Column
from deskops.desks.document.headings import columns_in, read_cells
from deskops.desks.document.list_checks import CHECKS, DEFAULTS, CellFault, Known, Row, Values, at
from deskops.desks.document.naming import newcomers

ADD, CHANGE, SAME, FAULT = "add", "change", "same", "fault"
# What an empty cell says where the record is there already.
EMPTY: Values = {
    "synonyms": (),
    "papers": (),
    "parent": None,
    "agency": None,
    "default_days": None,
    "languages": (),
}


@dataclass(frozen=True)
class RowPlan:
    """One row: what it is to do, the values it says, and what differs: (heading, before, after)."""

    row: int
    act: str
    values: Values
    differs: tuple[tuple[Any, str, str], ...] = ()


@dataclass(frozen=True)
class ListPlan:
    """A whole file. `newcomers` are people whom it names and nobody knows yet."""

    kind: str
    rows: tuple[RowPlan, ...]
    faults: tuple[CellFault, ...]
    newcomers: tuple[str, ...] = ()

    @property
    def counts(self) -> Counter[str]:
        """Rows by what they do."""
        return Counter(row.act for row in self.rows)

    @property
    def sign(self) -> str:
        """A short word for all that it would do: whoever looked at a plan of another sign hasn't seen this one."""
        said = [
            (row.row, row.act, [(before, after) for _, before, after in row.differs]) for row in self.rows
        ]
        return sha256(repr(said).encode()).hexdigest()[:16]

    def doing(self, act: str) -> list[RowPlan]:
        """The rows that do one thing."""
        return [row for row in self.rows if row.act == act]


def plan_of(kind: str, sheet: Sheet, known: Known) -> ListPlan:
    """What importing the sheet would do. Raises TableRefused for headings that don't fit the list."""
    columns = columns_in(sheet, COLUMNS[kind])
    read = [_row(columns, number, cells) for number, cells in sheet.rows.items()]
    if kind != CARDS:
        _complete(kind, columns, read, known)
    codes = dict(known.codes) | {
        kind: frozenset({*known.records, *(str(row.values.get("code")) for row in read)})
    }
    for row in read:
        row.faults += _unknown(columns, row, codes)
    for check in CHECKS.get(kind, ()):
        check(read, columns, known)
    faults = sorted(
        (fault for row in read for fault in row.faults), key=lambda one: (one.row, one.column or 0)
    )
    planned = tuple(_planned(columns, row, known) for row in read)
    return ListPlan(kind, planned, tuple(faults), newcomers((row.values for row in read), known.leaders))


def _row(columns: Mapping[int, Column], number: int, cells: Sequence[str]) -> Row:
    values, refused = read_cells(columns, cells)
    faults = [CellFault(number, place, columns[place].heading, words) for place, words in refused]
    return Row(number, values, faults)


def _complete(kind: str, columns: Mapping[int, Column], rows: list[Row], known: Known) -> None:
    """Fill what a row leaves open, and refuse a code's second row."""
    seen: dict[str, int] = {}
    for row in rows:
        code = str(row.values.get("code"))
        if code in seen and "code" in row.values:
            words = _l("Row %(row)s has the code “%(code)s” already.", row=seen[code], code=code)
            row.faults.append(at(columns, row, "code", words))
        if code in known.retired and "code" in row.values:
            words = _l("%(name)s is retired. Bring it back first, or choose another.", name=code)
            row.faults.append(at(columns, row, "code", words))
        seen.setdefault(code, row.number)
        before = known.records.get(code)
        for key, value in list(row.values.items()):
            if value is None:
                row.values[key] = _left_open(kind, key, is_new=before is None)


def _left_open(kind: str, key: str, *, is_new: bool) -> Any:
    """An empty cell empties a text; of a choice or a number that can't be empty it says nothing."""
    if is_new and key in DEFAULTS[kind]:
        return DEFAULTS[kind][key]
    if key in EMPTY:
        return EMPTY[key]
    return None if key in _UNSAID else ""


_UNSAID = frozenset(
    {
        "kind",
        "assignable",
        "mean_minutes",
        "walk_ins",
        "calls",
        "is_headquarters",
        "counters",
        "phones",
        "opens",
        "closes",
        "target",
        "supervisors",
    }
)


def _unknown(
    columns: Mapping[int, Column], row: Row, codes: Mapping[str, frozenset[str]]
) -> Iterator[CellFault]:
    for place, column in columns.items():
        value = row.values.get(column.key)
        if not column.refers or not value:
            continue
        for code in value if column.key == "speeds" else (value,):
            if code not in codes[column.refers]:
                words = _l(
                    "There is no “%(code)s”. Correct the code, or add it to its own list first.", code=code
                )
                yield CellFault(row.number, place, column.heading, words)


def _planned(columns: Mapping[int, Column], row: Row, known: Known) -> RowPlan:
    if row.faults:
        return RowPlan(row.number, FAULT, row.values)
    before = known.records.get(str(row.values.get("code")))
    if before is None:
        return RowPlan(row.number, ADD, row.values)
    differs = tuple(
        (column.heading, column.write(before[column.key]), column.write(row.values[column.key]))
        for column in columns.values()
        if row.values[column.key] is not _unsaid(column) and row.values[column.key] != before[column.key]
    )
    return RowPlan(row.number, CHANGE if differs else SAME, row.values, differs)


def _unsaid(column: Column) -> Any:
    return None if column.key in _UNSAID else _NOTHING


_NOTHING = object()
