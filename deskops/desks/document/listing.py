"""What a list file would do: each row read, looked up and compared with what stands, and all that is wrong with any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deskops.core.i18n import lazy as _l
from deskops.core.tables import Sheet, TableRefused
from deskops.core.text import name_form
from deskops.desks.document.cells import CellError
from deskops.desks.document.columns import AGENCIES, CARDS, COLUMNS, DESKS, TOPICS, Column

Values = dict[str, Any]
ADD, CHANGE, SAME, FAULT = "add", "change", "same", "fault"
# What an empty cell of an optional column leaves a new record with.
DEFAULTS: Mapping[str, Values] = {
    "sites": {"kind": "building"},
    AGENCIES: {"kind": "agency"},
    TOPICS: {"assignable": True, "mean_minutes": 8.0},
    DESKS: {"walk_ins": True, "calls": True, "is_headquarters": False},
    CARDS: {"source_kind": "other"},
}
# What an empty cell says where the record is there already.
EMPTY: Values = {"synonyms": (), "papers": (), "parent": None, "agency": None, "default_days": None}


@dataclass(frozen=True)
class CellFault:
    """`row` as the spreadsheet counts it; `column` from 0, None where the row as a whole is meant."""

    row: int
    column: int | None
    heading: Any
    words: Any


@dataclass(frozen=True)
class RowPlan:
    """One row: what it is to do, the values it says, and what differs: (heading, before, after)."""

    row: int
    act: str
    values: Values
    differs: tuple[tuple[Any, str, str], ...] = ()


@dataclass(frozen=True)
class ListPlan:
    """A whole file. `unknown` are headings that mean nothing to it."""

    kind: str
    rows: tuple[RowPlan, ...]
    faults: tuple[CellFault, ...]

    @property
    def counts(self) -> Counter[str]:
        """Rows by what they do."""
        return Counter(row.act for row in self.rows)

    def doing(self, act: str) -> list[RowPlan]:
        """The rows that do one thing."""
        return [row for row in self.rows if row.act == act]


@dataclass(frozen=True)
class Known:
    """What stands: records by code with the values of their columns, and the codes of the other lists."""

    records: Mapping[str, Values]
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)


def plan_of(kind: str, sheet: Sheet, known: Known) -> ListPlan:
    """What importing the sheet would do. Raises TableRefused for headings that don't fit the list."""
    columns = _columns(kind, sheet)
    read = [_Row(number, *_read(columns, number, cells)) for number, cells in sheet.rows.items()]
    if kind != CARDS:
        _complete(kind, read, known)
    codes = dict(known.codes) | {
        kind: frozenset({*known.records, *(str(row.values.get("code")) for row in read)})
    }
    for row in read:
        row.faults += _unknown(columns, row, codes)
    for check in _CHECKS.get(kind, ()):
        check(read, columns, known)
    faults = sorted(
        (fault for row in read for fault in row.faults), key=lambda one: (one.row, one.column or 0)
    )
    return ListPlan(kind, tuple(_planned(columns, row, known) for row in read), tuple(faults))


@dataclass
class _Row:
    number: int
    values: Values
    faults: list[CellFault]


def _columns(kind: str, sheet: Sheet) -> dict[int, Column]:
    """The columns by their place in the file."""
    by_name = {name: column for column in COLUMNS[kind] for name in column.names()}
    # A heading may carry a star for what is needed.
    folded = [name_form(heading.rstrip(" *")) for heading in sheet.header]
    unknown = [
        heading for heading, name in zip(sheet.header, folded, strict=True) if heading and name not in by_name
    ]
    if unknown:
        raise TableRefused(
            _l(
                "These headings are not known: %(headings)s. Take them from the list's empty file.",
                headings=" · ".join(unknown),
            )
        )
    columns = {place: by_name[name] for place, name in enumerate(folded) if name}
    found = [column.key for column in columns.values()]
    missing = [column for column in COLUMNS[kind] if column.required and column.key not in found]
    if missing:
        names = " · ".join(str(column.heading) for column in missing)
        raise TableRefused(_l("These columns are missing: %(headings)s.", headings=names))
    if len(found) != len(set(found)):
        raise TableRefused(_l("Two columns have the same heading. Leave one of them out."))
    return columns


def _read(columns: Mapping[int, Column], number: int, cells: Sequence[str]) -> tuple[Values, list[CellFault]]:
    values: Values = {}
    faults = []
    for place, column in columns.items():
        text = cells[place] if place < len(cells) else ""
        try:
            values[column.key] = column.read(text) if text else _empty(column)
        except CellError as error:
            faults.append(CellFault(number, place, column.heading, error.args[0]))
    return values, faults


def _empty(column: Column) -> Any:
    if column.required:
        raise CellError(_l("This is needed."))
    return None


def _complete(kind: str, rows: list[_Row], known: Known) -> None:
    """Fill what a row leaves open, and refuse a code's second row."""
    seen: dict[str, int] = {}
    for row in rows:
        code = str(row.values.get("code"))
        if code in seen and "code" in row.values:
            words = _l("Row %(row)s has the code “%(code)s” already.", row=seen[code], code=code)
            row.faults.append(CellFault(row.number, 0, _l("Code"), words))
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
    }
)


def _unknown(
    columns: Mapping[int, Column], row: _Row, codes: Mapping[str, frozenset[str]]
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


def _planned(columns: Mapping[int, Column], row: _Row, known: Known) -> RowPlan:
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


def _circles(rows: list[_Row], columns: Mapping[int, Column], known: Known) -> None:
    parents = {code: record["parent"] for code, record in known.records.items()}
    parents |= {
        row.values["code"]: row.values["parent"] for row in rows if {"code", "parent"} <= row.values.keys()
    }
    for row in rows:
        code = row.values.get("code")
        if "parent" in row.values and code in _above(code, parents):
            words = _l("“%(code)s” would stand under itself. Name another one above it, or none.", code=code)
            row.faults.append(_at(columns, row, "parent", words))


def _above(code: Any, parents: Mapping[Any, Any]) -> set[Any]:
    seen: set[Any] = set()
    above = parents.get(code)
    while above and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return seen


def _desks(rows: list[_Row], columns: Mapping[int, Column], known: Known) -> None:
    numbers: dict[Any, Any] = {record["number"]: code for code, record in known.records.items()}
    for row in rows:
        number, code = row.values.get("number"), row.values.get("code")
        if numbers.setdefault(number, code) != code and number is not None:
            words = _l(
                "The number %(number)s is on the sign of “%(code)s”.", number=number, code=numbers[number]
            )
            row.faults.append(_at(columns, row, "number", words))
        said = (known.records.get(str(code)) or DEFAULTS[DESKS]) | {
            k: v for k, v in row.values.items() if v is not None
        }
        if not (said["walk_ins"] or said["calls"]):
            row.faults.append(_at(columns, row, "walk_ins", _l("A desk takes walk-ins, calls or both.")))
        row.faults += _too_few(columns, row, said)
        opens, closes = said.get("opens"), said.get("closes")
        if (opens is None) != (closes is None) or (
            opens is not None and closes is not None and closes <= opens
        ):
            words = _l("The desk must close after it opens. Fill both in, or none.")
            row.faults.append(_at(columns, row, "closes", words))


def _too_few(columns: Mapping[int, Column], row: _Row, said: Values) -> Iterator[CellFault]:
    for key in ("counters", "phones"):
        used = said.get(f"used_{key}", 0)
        if (said.get(key) or 0) < used:
            words = _l("%(used)s of them were worked at and must stay. Write %(used)s or more.", used=used)
            yield _at(columns, row, key, words)


def _at(columns: Mapping[int, Column], row: _Row, key: str, words: Any) -> CellFault:
    place = next((place for place, column in columns.items() if column.key == key), None)
    heading = columns[place].heading if place is not None else ""
    return CellFault(row.number, place, heading, words)


_CHECKS: Mapping[str, tuple[Any, ...]] = {AGENCIES: (_circles,), TOPICS: (_circles,), DESKS: (_desks,)}
