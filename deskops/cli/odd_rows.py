"""The row-by-row report of a file that was read: CSV that a spreadsheet opens, and runs nothing of."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# A spreadsheet would take a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def report(path: Path, header: Sequence[str]) -> Iterator[Callable[[Sequence[object]], None]]:
    """A file with a header; gives what writes one row into it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        yield lambda cells: _write(writer.writerow, cells)


def safe_cell(value: object) -> object:
    """A cell that no spreadsheet runs."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _write(writerow: Callable[[Sequence[object]], object], cells: Sequence[object]) -> None:
    writerow([safe_cell(cell) for cell in cells])
