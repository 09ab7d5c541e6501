"""Cases of other offices, read from a table: what is odd in a row, and what of it can be kept."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from deskops.cli.importing.files import Row
from deskops.core.dates import DateError, day_bounds, parse_date
from deskops.core.text import ascii_digits, clean_line, name_form
from deskops.demands.services.importing import Case

COLUMNS = (
    "unique_key", "account", "opendate", "closedate", "complaint_type", "descriptor", "zip", "borough",
    "city", "council_dist", "community_board",
)  # fmt: skip
LENGTHS = {
    "unique_key": 60,
    "account": 60,
    "complaint_type": 200,
    "descriptor": 200,
    "borough": 80,
    "city": 300,
}
NOT_STATED = "(not stated)"
PLACEHOLDER = re.compile(
    r"@\S*|n/?a|none|null|unknown|tbd|[-?.*x]+|.*(please choose|select one|choose one|select an).*",
    re.IGNORECASE,
)
ZIP = re.compile(r"\d{5}(-\d{4})?")
ONE_DIGIT = re.compile(r"(\d)\1*")
# Dates that programs write where nobody typed one.
NO_DATES = frozenset({date(1899, 12, 30), date(1900, 1, 1), date(1970, 1, 1)})


@dataclass(frozen=True)
class Remark:
    """What is odd: in which line and column, why, and what stood there."""

    line: int
    column: str
    reason: str
    value: str = ""


@dataclass
class Spellings:
    """Topics under one folded form, and which of their spellings is the common one."""

    roots: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    leaves: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def count(self, row: Row) -> None:
        root, leaf = (clean_line(row.cells.get(name, "")) for name in ("complaint_type", "descriptor"))
        self.roots[_folded(root)][root] += 1
        self.leaves[_folded(root), _folded(leaf)][leaf] += 1

    def root(self, name: str) -> str:
        return self.roots[_folded(name)].most_common(1)[0][0]

    def leaf(self, root: str, name: str) -> str:
        return self.leaves[_folded(root), _folded(name)].most_common(1)[0][0]


class Cleaner:
    """Turns rows into cases. Remembers the keys that it has seen, since a file may hold one twice."""

    def __init__(self, spellings: Spellings, zone: ZoneInfo, today: date) -> None:
        self._spellings = spellings
        self._zone = zone
        self._today = today
        self._lines: dict[str, int] = {}

    def clean(self, row: Row) -> tuple[Case | None, list[Remark]]:
        """The case of a row and what is odd in it; None where it can't be kept, with the reason last."""
        remarks: list[Remark] = []
        if row.fault:
            return None, [Remark(row.line, "", "broken_row", row.fault)]
        cells = {name: clean_line(row.cells[name]) for name in COLUMNS}
        refused = self._refused(row.line, cells)
        if refused is not None:
            return None, [refused]
        opened, closed = self._dates(row.line, cells, remarks)
        if opened is None:
            return None, remarks
        topics = self._topics(row.line, cells, remarks)
        address = " ".join(
            part for part in (self._city(row.line, cells, remarks), _zip(row.line, cells, remarks)) if part
        )
        case = Case(
            line=row.line,
            external_number=cells["unique_key"],
            office=cells["account"],
            topics=topics,
            registered_at=opened,
            closed_at=closed,
            county=cells["borough"],
            address=address,
            text=_text(topics, cells),
        )
        return case, remarks

    def _refused(self, line: int, cells: dict[str, str]) -> Remark | None:
        key = cells["unique_key"]
        if not key:
            return Remark(line, "unique_key", "missing_key")
        for name, longest in LENGTHS.items():
            if len(cells[name]) > longest:
                return Remark(line, name, "too_long", cells[name][:longest])
        first = self._lines.setdefault(key, line)
        if first != line:
            return Remark(line, "unique_key", "repeated_key", f"{key}, first in line {first}")
        if not cells["account"]:
            return Remark(line, "account", "missing_office")
        return None

    def _dates(
        self, line: int, cells: dict[str, str], remarks: list[Remark]
    ) -> tuple[datetime | None, datetime | None]:
        opened = self._date(line, "opendate", cells, remarks)
        closed = self._date(line, "closedate", cells, remarks)
        if opened is None and closed is None:
            remarks.append(Remark(line, "opendate", "no_date", cells["opendate"]))
            return None, None
        if opened is None:
            remarks.append(Remark(line, "opendate", "missing_opening_date", "the closing date stands for it"))
        if opened is not None and closed is not None and closed < opened:
            remarks.append(Remark(line, "closedate", "closed_before_opened", cells["closedate"]))
            closed = opened
        return self._midnight(opened or closed), self._midnight(closed)

    def _date(self, line: int, column: str, cells: dict[str, str], remarks: list[Remark]) -> date | None:
        typed = cells[column]
        if not typed:
            return None
        day = _parsed(typed)
        if day is None or day in NO_DATES:
            remarks.append(
                Remark(line, column, "unreadable_date" if day is None else "placeholder_date", typed)
            )
            return None
        if day > self._today:
            remarks.append(Remark(line, column, "date_to_come", typed))
            return None
        return day

    def _midnight(self, day: date | None) -> datetime | None:
        return None if day is None else _midnight(day, self._zone)

    def _topics(self, line: int, cells: dict[str, str], remarks: list[Remark]) -> tuple[str, ...]:
        typed = (cells["complaint_type"], cells["descriptor"])
        common = (self._spellings.root(typed[0]), self._spellings.leaf(*typed))
        names = []
        for column, value, usual in zip(("complaint_type", "descriptor"), typed, common, strict=True):
            names.append(usual)
            if not value or PLACEHOLDER.fullmatch(value):
                remarks.append(Remark(line, column, "missing_topic" if not value else "placeholder", value))
                names[-1] = NOT_STATED
            elif value != usual:
                remarks.append(Remark(line, column, "spelling_merged", f"{value} -> {usual}"))
        return (names[0],) if names[1] == NOT_STATED else tuple(names)

    def _city(self, line: int, cells: dict[str, str], remarks: list[Remark]) -> str:
        city = cells["city"]
        if city and (PLACEHOLDER.fullmatch(city) or not any(c.isalpha() for c in city)):
            remarks.append(Remark(line, "city", "placeholder", city))
            return ""
        return city


def survey(rows: Iterable[Row]) -> tuple[int, Spellings]:
    """How many rows there are, and how topics are spelt, before the first one is stored."""
    spellings, count = Spellings(), 0
    for row in rows:
        count += 1
        spellings.count(row)
    return count, spellings


def _zip(line: int, cells: dict[str, str], remarks: list[Remark]) -> str:
    code = ascii_digits(cells["zip"])
    if not code or (ZIP.fullmatch(code) and not ONE_DIGIT.fullmatch(code[:5])):
        return code
    remarks.append(Remark(line, "zip", "spurious_zip", cells["zip"]))
    return ""


def _text(topics: tuple[str, ...], cells: dict[str, str]) -> str:
    """What else the row says, so that it can be found."""
    parts = (": ".join(topics), cells["community_board"], cells["council_dist"])
    return ". ".join(part for part in parts if part)


@lru_cache(maxsize=20_000)
def _folded(name: str) -> str:
    return name_form(name)


@lru_cache(maxsize=20_000)
def _parsed(typed: str) -> date | None:
    try:
        return parse_date(typed)
    except DateError:
        return None


@lru_cache(maxsize=20_000)
def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return day_bounds(day, zone)[0]
