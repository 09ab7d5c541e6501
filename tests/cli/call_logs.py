"""Invented call logs: a row says only what matters to its test."""

import csv
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from deskops.cli.replaying.calls import Call, Log, read_log

TEHRAN = ZoneInfo("Asia/Tehran")
COLUMNS = [
    "line", "call_id", "customer_id", "priority", "type", "date", "vru_entry", "vru_exit", "vru_time",
    "q_start", "q_exit", "q_time", "outcome", "ser_start", "ser_exit", "ser_time", "server",
]  # fmt: skip
_numbers = iter(range(1, 1_000_000))


def _clock(seconds: int) -> str:
    seconds %= 86_400
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def at(text: str) -> int:
    """Seconds from midnight of a clock time."""
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def row(
    entered: str = "9:00:00",
    *,
    waits: int | None = 30,
    served: int | None = 120,
    server: str = "ANNA",
    type: str = "PS",  # noqa: A002
    **cells: Any,
) -> dict[str, str]:
    """A call queued after ten seconds; `waits` None: answered at once, `served` None: never."""
    start = at(entered) + 10
    end = start + (waits or 0)
    outcome = "HANG" if served is None else "AGENT"
    made = {
        "line": "L1",
        "call_id": str(next(_numbers)),
        "customer_id": "0",
        "priority": "0",
        "type": type,
        "date": "2026-11-01",
        "vru_entry": entered,
        "vru_exit": _clock(start),
        "vru_time": "10",
        "q_start": "0:00:00" if waits is None else _clock(start),
        "q_exit": "0:00:00" if waits is None else _clock(end),
        "q_time": str(waits or 0),
        "outcome": outcome,
        "ser_start": "0:00:00" if served is None else _clock(end),
        "ser_exit": "0:00:00" if served is None else _clock(end + served),
        "ser_time": str(float(served or 0)),
        "server": "NO_SERVER" if served is None else server,
    }
    return made | {name: str(value) for name, value in cells.items()}


def in_menu(entered: str = "9:00:00", **cells: Any) -> dict[str, str]:
    """A caller who hung up before the queue."""
    return row(entered, waits=None, served=None, **cells)


def write_log(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def log_of(folder: Path, *rows: dict[str, str]) -> Log:
    return read_log(write_log(folder / "calls.csv", list(rows)), TEHRAN)


def calls_of(folder: Path, *rows: dict[str, str]) -> list[Call]:
    return log_of(folder, *rows).calls
