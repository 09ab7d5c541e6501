"""Invented files of cases: a row says only what matters to its test."""

import csv
import io
from typing import Any

from deskops.cli.importing.cases import COLUMNS


def case(key: str = "K1", **cells: Any) -> dict[str, str]:
    """A case in order, opened and closed."""
    made = {
        "unique_key": key,
        "account": "OFFICE1",
        "opendate": "2019-03-01",
        "closedate": "2019-03-05",
        "complaint_type": "Housing",
        "descriptor": "Eviction",
        "zip": "11101",
        "borough": "Northside",
        "city": "Rivertown",
        "council_dist": "D7",
        "community_board": "02 Northside",
    }
    return made | cells


def text_of(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
