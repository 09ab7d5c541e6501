"""What a list file would do: each row read, looked up and compared with what stands, and all that is wrong with any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from deskops.core.i18n import lazy as _l
from deskops.core.pacing import paced
from deskops.core.tables import Sheet
from deskops.desks.document.columns import CARDS, COLUMNS, KINDS, Column
from deskops.desks.document.headings import columns_in, read_cells
from deskops.desks.document.list_checks import CHECKS, DEFAULTS, CellFault, Check, Known, Row, Values, at
from deskops.desks.document.naming import newcomers

ADD, CHANGE, SAME, FAULT = "add", "change", "same", "fault"
_EMPTY: Values = {
    "synonyms": (),
    "papers": (),
    "parent": None,
    "agency": None,
    "default_days": None,
    "languages": (),
}
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


def _repeated(row: int, code: str) -> Any:
    return _l("Row %(row)s has the code “%(code)s” already.", row=row, code=code)


@dataclass(frozen=True, kw_only=True)
class ListOf:
    """How a list is read. `key` is the field that tells records apart, empty where each row is a new one.

    Where a cell is empty, a new record has what `defaults` say; of one that is there already the field takes what `empty`
    says, keeps its value where it is among `unsaid`, and is an empty text else. `repeated` makes the words for a key that
    an earlier row has.
    """

    kind: str
    columns: Sequence[Column]
    key: str = "code"
    checks: tuple[Check, ...] = ()
    defaults: Values = field(default_factory=dict)
    empty: Values = field(default_factory=lambda: _EMPTY)
    unsaid: frozenset[str] = _UNSAID
    repeated: Callable[[int, str], Any] = _repeated


_LISTS = {
    kind: ListOf(
        kind=kind,
        columns=COLUMNS[kind],
        key="" if kind == CARDS else "code",
        checks=CHECKS.get(kind, ()),
        defaults=DEFAULTS[kind],
    )
    for kind in KINDS
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
    """A whole file. `newcomers` are people whom it names and nobody knows yet; `warnings` are what may be meant, and hinders
    nothing; `absent` counts the records that stand and that it doesn't name.
    """

    kind: str
    rows: tuple[RowPlan, ...]
    faults: tuple[CellFault, ...]
    newcomers: tuple[str, ...] = ()
    warnings: tuple[CellFault, ...] = ()
    absent: int = 0

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
    """What importing the sheet into one of the set-up's lists would do. Raises TableRefused for headings that don't fit."""
    return plan_list(_LISTS[kind], sheet, known)


def plan_list(wanted: ListOf, sheet: Sheet, known: Known) -> ListPlan:
    """What importing the sheet would do. Raises TableRefused for headings that don't fit the list."""
    columns = columns_in(sheet, wanted.columns)
    read = [_row(columns, number, cells) for number, cells in paced(sheet.rows.items())]
    if wanted.key:
        _complete(wanted, columns, read, known)
    said = {str(row.values.get(wanted.key)) for row in read}
    codes = dict(known.codes) | {wanted.kind: frozenset({*known.records, *said})}
    for row in read:
        row.faults += _unknown(columns, row, codes)
    for check in wanted.checks:
        check(read, columns, known)
    planned = tuple(_planned(wanted, columns, row, known) for row in paced(read))
    return ListPlan(
        wanted.kind,
        planned,
        _in_order(fault for row in read for fault in row.faults),
        newcomers((row.values for row in read), known.leaders),
        _in_order(warning for row in read for warning in row.warnings),
        len(known.records.keys() - said),
    )


def _in_order(faults: Iterator[CellFault]) -> tuple[CellFault, ...]:
    return tuple(sorted(faults, key=lambda one: (one.row, one.column or 0)))


def _row(columns: Mapping[int, Column], number: int, cells: Sequence[str]) -> Row:
    values, refused = read_cells(columns, cells)
    faults = [CellFault(number, place, columns[place].heading, words) for place, words in refused]
    return Row(number, values, faults)


def _complete(wanted: ListOf, columns: Mapping[int, Column], rows: list[Row], known: Known) -> None:
    """Fill what a row leaves open, and refuse a key's second row."""
    seen: dict[str, int] = {}
    for row in rows:
        code = str(row.values.get(wanted.key))
        if code in seen and wanted.key in row.values:
            row.faults.append(at(columns, row, wanted.key, wanted.repeated(seen[code], code)))
        if code in known.retired and wanted.key in row.values:
            words = _l("%(name)s is retired. Bring it back first, or choose another.", name=code)
            row.faults.append(at(columns, row, wanted.key, words))
        seen.setdefault(code, row.number)
        before = known.records.get(code)
        for key, value in list(row.values.items()):
            if value is None:
                row.values[key] = _left_open(wanted, key, is_new=before is None)


def _left_open(wanted: ListOf, key: str, *, is_new: bool) -> Any:
    """An empty cell empties a text; of a choice or a number that can't be empty it says nothing."""
    if is_new and key in wanted.defaults:
        return wanted.defaults[key]
    if key in wanted.empty:
        return wanted.empty[key]
    return None if key in wanted.unsaid else ""


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


def _planned(wanted: ListOf, columns: Mapping[int, Column], row: Row, known: Known) -> RowPlan:
    if row.faults:
        return RowPlan(row.number, FAULT, row.values)
    before = known.records.get(str(row.values.get(wanted.key)))
    if before is None:
        return RowPlan(row.number, ADD, row.values)
    differs = tuple(
        (column.heading, column.write(before[column.key]), column.write(row.values[column.key]))
        for column in columns.values()
        if row.values[column.key] != before[column.key]
        and not (row.values[column.key] is None and column.key in wanted.unsaid)
    )
    return RowPlan(row.number, CHANGE if differs else SAME, row.values, differs)
