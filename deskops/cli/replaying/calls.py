"""A call log of the Technion's form: what each row says happened, and what is odd about it.

Clock times are of the row's date, and run on past midnight without saying so; 0:00:00 twice means none.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from deskops.core.text import ascii_digits

COLUMNS = (
    "line", "call_id", "priority", "type", "date", "vru_entry", "vru_exit", "q_start", "q_exit", "q_time",
    "outcome", "ser_start", "ser_exit", "ser_time", "server",
)  # fmt: skip
TYPES = {
    "PS": "regular",
    "PE": "in English",
    "NW": "new customers",
    "NE": "stock exchange",
    "IN": "internet support",
    "TT": "returned call",
}
HIGH_PRIORITY = "2"
NO_SERVER = "NO_SERVER"
DAY, HALF_DAY, HOUR = 86_400, 43_200, 3_600
# The log's clocks of queue and service differ by a second or two as a rule.
CLOCKS_DIFFER = 10

Interval = tuple[int, int]
Fate = Literal["answered", "hung_up", "menu", "phantom"]


@dataclass(frozen=True)
class Odd:
    """A row that isn't as it should be; `sent` says whether it could be replayed all the same."""

    line: int
    reason: str
    detail: str = ""
    sent: bool = True


@dataclass(frozen=True)
class Call:
    """One call. Instants are epoch seconds; `entered` is the queue, or the menu where it got no further."""

    line: int
    key: str
    type: str
    urgent: bool
    fate: Fate
    entered: float
    answered: float | None
    ended: float
    wait: float
    server: str | None

    @property
    def begins(self) -> float:
        """When service begins; for one that nobody served, when it ended."""
        return self.ended if self.answered is None else self.answered

    @property
    def service(self) -> float:
        """Seconds of service; 0 for one that nobody served."""
        return self.ended - self.begins


@dataclass
class Log:
    """All that was read: calls in order of time, and what is odd. A row without a call has its reason."""

    read: int = 0
    calls: list[Call] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)


class NotACall(Exception):
    """A row that can't be replayed; says why."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def read_log(path: Path, zone: ZoneInfo, limit: int | None = None) -> Log:
    """Read a log. Raises ValueError for missing columns or an encoding that isn't UTF-8."""
    try:
        return _read(path, zone, limit)
    except UnicodeDecodeError as fault:
        raise ValueError(
            f"{path.name} isn't UTF-8. Open it where it came from and save it as CSV UTF-8."
        ) from fault


def _read(path: Path, zone: ZoneInfo, limit: int | None) -> Log:
    log, lines = Log(), dict[str, int]()
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{path.name} has no column {', '.join(missing)}.")
        for row in reader:
            if limit is not None and log.read == limit:
                break
            log.read += 1
            _take(log, lines, reader.line_num, row, zone)
    log.calls.sort(key=lambda call: (call.entered, call.line))
    return log


def _take(log: Log, lines: dict[str, int], line: int, row: Mapping[str, str], zone: ZoneInfo) -> None:
    try:
        call, reasons = _call(line, row, zone)
        first = lines.setdefault(call.key, line)
        if first != line:
            raise NotACall("repeated_call", f"first in line {first}")
    except NotACall as refused:
        log.odd.append(Odd(line, refused.reason, refused.detail, sent=False))
        return
    log.calls.append(call)
    log.odd += [Odd(line, reason, detail) for reason, detail in dict(reasons).items()]


class _Row:
    """One row with its clock times as seconds from the midnight of its date; collects what is odd."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        if None in cells or None in cells.values():
            raise NotACall("broken_row", "too many or too few cells")
        self.cells = {name: ascii_digits(cells[name]).strip() for name in COLUMNS}
        self.odd: list[tuple[str, str]] = []

    def say(self, reason: str, detail: str = "") -> None:
        self.odd.append((reason, detail))

    def clock(self, name: str) -> int:
        """Raises NotACall."""
        try:
            hour, minute, second = (int(part) for part in self.cells[name].split(":"))
            moment = time(hour, minute, second)
        except ValueError:
            raise NotACall("unreadable_time", f"{name} {self.cells[name]}") from None
        return moment.hour * HOUR + moment.minute * 60 + moment.second

    def seconds(self, name: str) -> float:
        """Raises NotACall."""
        try:
            return float(self.cells[name])
        except ValueError:
            raise NotACall("unreadable_time", f"{name} {self.cells[name]}") from None

    def interval(self, start: str, end: str, length: str, earliest: int) -> Interval | None:
        """Two clock times after a third, perhaps of the next day; None without them. Raises NotACall."""
        begins, ends, said = self.clock(start), self.clock(end), self.seconds(length)
        if not (begins or ends):
            return None
        begins = self.following(earliest, begins, start)
        ends = self.following(begins, ends, end)
        if ends < begins:
            raise NotACall("negative_interval", f"{start} {self.cells[start]}, {end} {self.cells[end]}")
        if said < 0:
            self.say("negative_interval", f"{length} {said:g}")
        elif ends - begins != said:
            self.say("times_differ", f"{length} {said:g}, by the clock {ends - begins}")
        return begins, ends

    def following(self, earlier: int, later: int, name: str) -> int:
        """A clock time that comes after another one: half a day back means past midnight."""
        if later >= earlier - HALF_DAY:
            return later
        self.say("past_midnight", f"{name} {self.cells[name]}")
        return later + DAY


def _call(line: int, cells: Mapping[str, str], zone: ZoneInfo) -> tuple[Call, list[tuple[str, str]]]:
    """Raises NotACall."""
    row = _Row(cells)
    if row.cells["type"] not in TYPES:
        raise NotACall("unknown_type", row.cells["type"])
    if not (row.cells["line"] and row.cells["call_id"]):
        raise NotACall("no_call_id")
    fate, entered, answered, ended = _times(row)
    midnight = _midnight(row.cells["date"], zone)
    queue_time = row.seconds("q_time")
    server = row.cells["server"] if fate == "answered" and row.cells["server"] != NO_SERVER else None
    call = Call(
        line=line,
        key=f"{row.cells['line']}-{row.cells['call_id']}",
        type=row.cells["type"],
        urgent=row.cells["priority"] == HIGH_PRIORITY,
        fate=fate,
        entered=midnight + entered,
        answered=None if answered is None else midnight + answered,
        ended=midnight + ended,
        wait=max(queue_time, 0.0),
        server=server,
    )
    return call, row.odd


def _times(row: _Row) -> tuple[Fate, int, int | None, int]:
    menu_entry, menu_exit = row.clock("vru_entry"), row.clock("vru_exit")
    menu_exit = row.following(menu_entry, menu_exit, "vru_exit")
    if menu_exit < menu_entry:
        row.say("negative_interval", f"vru_exit {menu_exit - menu_entry} s after vru_entry")
    queue = row.interval("q_start", "q_exit", "q_time", menu_exit)
    service = row.interval("ser_start", "ser_exit", "ser_time", queue[0] if queue else menu_exit)
    match row.cells["outcome"]:
        case "AGENT":
            return _answered(row, menu_exit, queue, service)
        case "HANG":
            return _hung_up(row, menu_entry, queue, service)
        case "PHANTOM":
            row.say("phantom")
            start = queue[0] if queue else menu_entry
            return "phantom", start, None, start
    raise NotACall("unknown_outcome", row.cells["outcome"])


def _answered(
    row: _Row, menu_exit: int, queue: Interval | None, service: Interval | None
) -> tuple[Fate, int, int | None, int]:
    if row.cells["server"] == NO_SERVER:
        row.say("unknown_server")
    if service is None:
        row.say("no_service_times")
        moment = queue[1] if queue else menu_exit
        return "answered", queue[0] if queue else menu_exit, moment, moment
    length = service[1] - service[0]
    if length > HOUR:
        row.say("service_of_hours", f"{length} s")
    if queue is None:
        return "answered", min(menu_exit, service[0]), service[0], service[1]
    if abs(service[0] - queue[1]) > CLOCKS_DIFFER:
        row.say("queue_and_service_apart", f"{service[0] - queue[1]:+} s")
    start = max(service[0], queue[0])
    return "answered", queue[0], start, start + length


def _hung_up(
    row: _Row, menu_entry: int, queue: Interval | None, service: Interval | None
) -> tuple[Fate, int, int | None, int]:
    if service is not None:
        row.say("served_though_hung_up", row.cells["server"])
    if queue is None:
        return "menu", menu_entry, None, menu_entry
    return "hung_up", queue[0], None, queue[1]


def _midnight(day: str, zone: ZoneInfo) -> float:
    try:
        return datetime.combine(date.fromisoformat(day), time(), zone).timestamp()
    except ValueError:
        raise NotACall("unreadable_date", day) from None


def by_reason(odd: Iterable[Odd]) -> Iterator[tuple[str, list[Odd]]]:
    """Odd rows by reason, the commonest first."""
    reasons: dict[str, list[Odd]] = {}
    for one in odd:
        reasons.setdefault(one.reason, []).append(one)
    yield from sorted(reasons.items(), key=lambda item: -len(item[1]))
