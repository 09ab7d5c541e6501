"""What must hold between the rows of a list file, and with what stands; each fault at its row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from deskops.core.i18n import lazy as _l
from deskops.desks.document.columns import AGENCIES, CARDS, DESKS, STAFF_NEEDS, TOPICS, Column
from deskops.desks.document.naming import Leaders, namesakes
from deskops.desks.document.needs import words_for
from deskops.desks.rules import Need, need_fault

Values = dict[str, Any]
# What an empty cell of an optional column leaves a new record with.
DEFAULTS: Mapping[str, Values] = {
    "sites": {"kind": "building"},
    AGENCIES: {"kind": "agency"},
    TOPICS: {"assignable": True, "mean_minutes": 8.0},
    DESKS: {"walk_ins": True, "calls": True, "is_headquarters": False},
    CARDS: {"source_kind": "other"},
    STAFF_NEEDS: {"supervisors": 0},
}


@dataclass(frozen=True)
class CellFault:
    """`row` as the spreadsheet counts it; `column` from 0, None where the row as a whole is meant."""

    row: int
    column: int | None
    heading: Any
    words: Any


@dataclass(frozen=True)
class Known:
    """What stands: records by code with the values of their columns, the codes of the other lists, who leads desks, and the
    codes that retired records keep, each with the number of a desk's sign, None for what has no number.
    """

    records: Mapping[str, Values]
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    leaders: Leaders = field(default_factory=dict)
    retired: Mapping[str, int | None] = field(default_factory=dict)


@dataclass
class Row:
    """A row under way: the values that could be read, by the fields of their columns, what is wrong so far, and what may
    be.
    """

    number: int
    values: Values
    faults: list[CellFault]
    warnings: list[CellFault] = field(default_factory=list)


# Adds to the faults and warnings of rows; may put a value in the place of what was typed for it.
Check = Callable[[list[Row], Mapping[int, Column], Any], None]


def _circles(rows: list[Row], columns: Mapping[int, Column], known: Known) -> None:
    parents = {code: record["parent"] for code, record in known.records.items()}
    parents |= {
        row.values["code"]: row.values["parent"] for row in rows if {"code", "parent"} <= row.values.keys()
    }
    for row in rows:
        code = row.values.get("code")
        if "parent" in row.values and code in _above(code, parents):
            words = _l("“%(code)s” would stand under itself. Name another one above it, or none.", code=code)
            row.faults.append(at(columns, row, "parent", words))


def _above(code: Any, parents: Mapping[Any, Any]) -> set[Any]:
    seen: set[Any] = set()
    above = parents.get(code)
    while above and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return seen


def _desks(rows: list[Row], columns: Mapping[int, Column], known: Known) -> None:
    numbers = _numbers_that_stay(rows, known)
    retired = {number: code for code, number in known.retired.items()}
    for row in rows:
        number, code = row.values.get("number"), row.values.get("code")
        if numbers.setdefault(number, code) != code and number is not None:
            words = _l(
                "The number %(number)s is on the sign of “%(code)s”.", number=number, code=numbers[number]
            )
            row.faults.append(at(columns, row, "number", words))
        elif number in retired:
            words = _l(
                "The number %(number)s is on the sign of “%(code)s”, which is retired. Give this desk another one.",
                number=number,
                code=retired[number],
            )
            row.faults.append(at(columns, row, "number", words))
        said = (known.records.get(str(code)) or DEFAULTS[DESKS]) | {
            k: v for k, v in row.values.items() if v is not None
        }
        if not (said["walk_ins"] or said["calls"]):
            row.faults.append(at(columns, row, "walk_ins", _l("A desk takes walk-ins, calls or both.")))
        row.faults += _too_few(columns, row, said)
        before = known.records.get(str(code), {})
        row.faults += [
            at(columns, row, key, words) for key, words in namesakes(row.values, before, known.leaders)
        ]
        opens, closes = said.get("opens"), said.get("closes")
        if (opens is None) != (closes is None) or (
            opens is not None and closes is not None and closes <= opens
        ):
            words = _l("The desk must close after it opens. Fill both in, or none.")
            row.faults.append(at(columns, row, "closes", words))


def _numbers_that_stay(rows: list[Row], known: Known) -> dict[Any, Any]:
    """The desks by number that the file gives no other: what it takes from one desk another may have."""
    given = {row.values.get("code") for row in rows if row.values.get("number") is not None}
    return {record["number"]: code for code, record in known.records.items() if code not in given}


def _too_few(columns: Mapping[int, Column], row: Row, said: Values) -> Iterator[CellFault]:
    for key in ("counters", "phones"):
        used = said.get(f"used_{key}", 0)
        if (said.get(key) or 0) < used:
            words = _l("%(used)s of them were worked at and must stay. Write %(used)s or more.", used=used)
            yield at(columns, row, key, words)


def _needs(rows: list[Row], columns: Mapping[int, Column], known: Known) -> None:
    for row in rows:
        need = need_of_row(row.values, known.records.get(str(row.values.get("code")), {}))
        field = None if need is None else need_fault(need)
        if need is not None and field is not None:
            # A column that the file leaves out can't be marked: then what was typed is at fault.
            typed = any(column.key == field for column in columns.values())
            row.faults.append(at(columns, row, field if typed else "minimum", words_for(field, need)))


def need_of_row(values: Values, before: Values) -> Need | None:
    """The need that a row asks for, with what it leaves open as it stands; a new one aims at its minimum. None where the
    minimum can't be read.
    """
    if "minimum" not in values:
        return None
    said = before | {key: value for key, value in values.items() if value is not None}
    return Need(
        minimum=said["minimum"],
        target=said.get("target") or said["minimum"],
        supervisors=said.get("supervisors", 0),
        languages=said.get("languages", ()),
    )


def at(columns: Mapping[int, Column], row: Row, key: str, words: Any) -> CellFault:
    """A fault of a row in one of its columns."""
    place = next((place for place, column in columns.items() if column.key == key), None)
    heading = columns[place].heading if place is not None else ""
    return CellFault(row.number, place, heading, words)


CHECKS: Mapping[str, tuple[Check, ...]] = {
    AGENCIES: (_circles,),
    TOPICS: (_circles,),
    DESKS: (_desks,),
    STAFF_NEEDS: (_needs,),
}
