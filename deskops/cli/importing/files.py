"""A table in a file that somebody else made: packed or not, in whatever encoding it was saved."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import click

from deskops.core.tables import BOMS, likely_1256

GZIP_MAGIC = b"\x1f\x8b"
SAMPLE = 64 * 1024


class UnreadableFile(click.ClickException):
    """The file can't be read as it is; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """One row of the file under its columns' names; `fault` where it doesn't fit the header."""

    line: int
    cells: dict[str, str]
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """A file whose encoding is known."""

    path: Path
    encoding: str

    def rows(self, columns: Sequence[str]) -> Iterator[Row]:
        """Every row after the header; a wrong one never stops the file.

        Raises UnreadableFile for missing columns.
        """
        with _opened(self.path) as raw, io.TextIOWrapper(raw, self.encoding, newline="") as text:
            reader = csv.reader(text)
            header = [name.strip() for name in next(reader, [])]
            missing = [name for name in columns if name not in header]
            if missing:
                raise UnreadableFile(
                    f"{self.path.name} has no column {', '.join(missing)}. "
                    f"It has: {', '.join(header) or 'nothing'}. "
                    "The columns' names must be in the first line."
                )
            yield from _rows(reader, header)


def open_table(path: Path) -> Table:
    """Find out how a file is encoded. Raises UnreadableFile."""
    try:
        return Table(path, _encoding(path))
    except (OSError, EOFError, zlib.error) as problem:
        raise UnreadableFile(
            f"{path.name} can't be read: {problem}. Copy it again; it may be cut off."
        ) from problem


def _rows(reader: Iterator[list[str]], header: Sequence[str]) -> Iterator[Row]:
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            yield Row(line, {}, str(problem))
            continue
        if not cells:
            continue
        fault = "" if len(cells) == len(header) else f"{len(cells)} cells, not {len(header)}"
        yield Row(line, dict(zip(header, cells, strict=False)), fault)


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == GZIP_MAGIC
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def _encoding(path: Path) -> str:
    with _opened(path) as raw:
        start = raw.read(SAMPLE)
    for mark, encoding in BOMS:
        if start.startswith(mark):
            return encoding
    if b"\0" in start:
        # Commas and ends of lines have a zero byte in UTF-16 alone: the second of two in little-endian.
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    fault = _utf8_fault(path)
    if fault is None:
        return "utf-8"
    if _looks_like_1256(path):
        return "cp1256"
    raise UnreadableFile(
        f"{path.name} is neither UTF-8, UTF-16 nor Windows-1256 (first at byte {fault}). "
        'Open it where it came from and save it as "CSV UTF-8".'
    )


def _utf8_fault(path: Path) -> int | None:
    """The first byte that is no UTF-8; None where all are."""
    with _opened(path) as raw:
        read = 0
        for line in raw:
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as fault:
                return read + fault.start
            read += len(line)
    return None


def _looks_like_1256(path: Path) -> bool:
    with _opened(path) as raw:
        return likely_1256("".join(line.decode("cp1256") for line in raw if not line.isascii()))
