"""The list of people: what holds between its rows and with what stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deskops.core.i18n import lazy as _l
from deskops.core.text import ascii_digits, clean_line, name_form
from deskops.desks.document.columns import AGENCIES, DESKS, TOPICS, Column
from deskops.desks.document.list_checks import Known, Row, at
from deskops.desks.document.listing import ListOf
from deskops.staff.document.columns import COLUMNS, NUMBER, PEOPLE
from deskops.staff.rules import DESK_HEAD, STAFF

# Codes of other lists by the fields that hold them.
REFERS = {"agency": AGENCIES, "home_desk": DESKS, "topics": TOPICS}


@dataclass(frozen=True)
class Choices:
    """What one other list offers: `codes` in its order, with those that are retired; `named` are the codes that a name or
    number may mean, by how it folds.
    """

    codes: tuple[str, ...] = ()
    retired: frozenset[str] = frozenset()
    named: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def meant(self, text: str) -> frozenset[str]:
        """The codes that somebody may mean; a code means itself."""
        code = ascii_digits(clean_line(text))
        return frozenset({code}) if code in self.codes else self.named.get(name_form(text), frozenset())


@dataclass(frozen=True)
class Member:
    """Somebody's row, by which a change finds it."""

    id: int
    user_id: int | None
    version: int
    retired_at: datetime | None


@dataclass(frozen=True)
class KnownPeople(Known):
    """`members`, `to_come` (shifts that haven't begun) by personnel number; `phones`: the numbers of everybody in the trip,
    with whose they are; `offered`: the other lists by name.
    """

    members: Mapping[str, Member] = field(default_factory=dict)
    to_come: Mapping[str, int] = field(default_factory=dict)
    phones: Mapping[str, frozenset[str]] = field(default_factory=dict)
    offered: Mapping[str, Choices] = field(default_factory=dict)


def _look_up(rows: list[Row], columns: Mapping[int, Column], known: KnownPeople) -> None:
    """Put codes in the place of what was typed for them."""
    here = [key for key in REFERS if any(column.key == key for column in columns.values())]
    for row in rows:
        before = known.records.get(str(row.values.get(NUMBER)), {})
        for key in here:
            _look_up_cell(row, columns, key, before.get(key), known.offered[REFERS[key]])


def _look_up_cell(row: Row, columns: Mapping[int, Column], key: str, before: Any, choices: Choices) -> None:
    typed = row.values.get(key)
    if not typed:
        return
    several = key == "topics"
    kept = frozenset(before or ()) if several else frozenset({before})
    found: list[str] = []
    for text in _parts(typed, choices) if several else (typed,):
        meant = choices.meant(text) - (choices.retired - kept)
        if len(meant) != 1:
            row.faults.append(at(columns, row, key, _not_found(text, choices.meant(text), meant)))
        else:
            found += meant
    row.values[key] = (
        tuple(code for code in choices.codes if code in found) if several else next(iter(found), None)
    )


def _parts(typed: tuple[str, ...], choices: Choices) -> Iterator[str]:
    """Commas part topics too, unless a topic's name has one."""
    for text in typed:
        if choices.meant(text):
            yield text
        else:
            yield from (part.strip() for part in text.replace("،", ",").split(",") if part.strip())


def _not_found(text: str, meant: frozenset[str], open_to: frozenset[str]) -> Any:
    if len(open_to) > 1:
        codes = ", ".join(sorted(open_to))
        return _l("“%(text)s” may be any of %(codes)s. Write the code.", text=text, codes=codes)
    if meant:
        return _l("“%(text)s” is retired. Choose another, or bring it back first.", text=text)
    return _l("There is no “%(code)s”. Correct the code, or add it to its own list first.", code=text)


def _heads(rows: list[Row], columns: Mapping[int, Column], known: KnownPeople) -> None:
    for row in rows:
        said = _said(row, known)
        faulty = any(
            fault.column is not None and columns[fault.column].key == "home_desk" for fault in row.faults
        )
        if said.get("role") == DESK_HEAD and not said.get("home_desk") and not faulty:
            place = "home_desk" if any(column.key == "home_desk" for column in columns.values()) else "role"
            row.faults.append(
                at(columns, row, place, _l("A desk head needs a home desk: the one that they head."))
            )


def _said(row: Row, known: KnownPeople) -> dict[str, Any]:
    """The record as it would be."""
    before = known.records.get(str(row.values.get(NUMBER))) or {"role": STAFF, "home_desk": None}
    kept = {key for key, value in row.values.items() if value is None and key in PEOPLE_LIST.unsaid}
    return before | {key: value for key, value in row.values.items() if key not in kept}


def _phones(rows: list[Row], columns: Mapping[int, Column], known: KnownPeople) -> None:
    """Two people may share a telephone, yet more often one number was typed twice."""
    holders: defaultdict[str, set[str]] = defaultdict(set)
    listed = {str(row.values.get(NUMBER)) for row in rows if "mobile" in row.values}
    for mobile, numbers in known.phones.items():
        holders[mobile] |= numbers - listed
    for row in rows:
        if row.values.get("mobile"):
            holders[row.values["mobile"]].add(str(row.values.get(NUMBER)))
    for row in rows:
        others = holders.get(row.values.get("mobile") or "", set()) - {str(row.values.get(NUMBER))}
        if others:
            words = _l("%(numbers)s has the same mobile number.", numbers=", ".join(sorted(others)[:3]))
            row.warnings.append(at(columns, row, "mobile", words))


def _leaving(rows: list[Row], columns: Mapping[int, Column], known: KnownPeople) -> None:
    for row in rows:
        number = str(row.values.get(NUMBER))
        leaves = row.values.get("left") and not known.records.get(number, {}).get("left")
        if leaves and known.to_come.get(number):
            words = _l(
                "%(shifts)s shifts to come are planned for this person; find replacements.",
                shifts=known.to_come[number],
            )
            row.warnings.append(at(columns, row, "left", words))


def _repeated(row: int, number: str) -> Any:
    return _l(
        "Row %(row)s has the personnel number %(number)s already. Keep one of the two rows.",
        row=row,
        number=number,
    )


PEOPLE_LIST = ListOf(
    kind=PEOPLE,
    columns=COLUMNS,
    key=NUMBER,
    checks=(_look_up, _heads, _phones, _leaving),
    defaults={"role": STAFF, "languages": ("fa",), "left": False},
    empty={"agency": None, "home_desk": None, "topics": (), "availability": (), "most_shifts": None},
    unsaid=frozenset({"role", "languages", "left"}),
    repeated=_repeated,
)
