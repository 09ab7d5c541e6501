"""Tables of people read and written, so that no screen waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deskops.core import runtime
from deskops.core.aside import TooLong, aside
from deskops.core.config import Settings
from deskops.core.database import Database
from deskops.core.i18n import lazy as _l
from deskops.core.pacing import paced
from deskops.core.runtime import Runtime
from deskops.core.tables import Sheet, TableRefused, read_table, write_csv, write_workbook
from deskops.staff.document.columns import COLUMNS
from deskops.staff.document.dry_run import DryRun, dry_run_in, packed, sheet_in
from deskops.staff.queries.known import known_people, mark_of
from deskops.staff.services.people import try_people

TITLE = _l("Staff members")


def exported(trip_id: int, form: str, *, empty: bool = False) -> bytes:
    """The list as a file that imports again: `form` csv or xlsx. Raises NotFound."""
    with runtime.current().database.reading() as session:
        known = known_people(session, trip_id, [] if empty else None)
    header = [f"{column.heading} *" if column.required else str(column.heading) for column in COLUMNS]
    rows = [
        [column.write(record[column.key]) for column in COLUMNS] for record in paced(known.records.values())
    ]
    if form == "csv":
        return write_csv(header, rows)
    choices = {
        place: [str(words) for words in column.choices.values()]
        for place, column in enumerate(COLUMNS)
        if column.choices
    }
    return aside(write_workbook, str(TITLE), header, rows, choices=choices)


def tried(trip_id: int, content: bytes) -> bytes:
    """What a file would do as things stand, packed with its texts; read and worked out where no screen waits for it.

    Raises TableRefused, NotFound.
    """
    return _aside(_try_file, trip_id, content)


def tried_again(trip_id: int, content: bytes) -> DryRun:
    """What a packed sheet would do: what was packed with it, or what is so by now. Raises TableRefused, NotFound."""
    dry_run = dry_run_in(content)
    with runtime.current().database.reading() as session:
        current = dry_run.mark == mark_of(session, trip_id)
    return dry_run if current else dry_run_in(_aside(_try_sheet, trip_id, sheet_in(content)))


def _aside(work: Callable[[Settings, int, Any], bytes], trip_id: int, given: bytes | Sheet) -> bytes:
    try:
        return aside(work, runtime.current().settings, trip_id, given)
    except TooLong:
        raise TableRefused(
            _l("This file takes too long to read. Copy the rows into a new workbook.")
        ) from None


def _try_file(settings: Settings, trip_id: int, content: bytes) -> bytes:
    return _try_sheet(settings, trip_id, read_table(content))


def _try_sheet(settings: Settings, trip_id: int, sheet: Sheet) -> bytes:
    # This process has none yet.
    runtime.install(Runtime(settings, Database(settings.database_url)))
    with runtime.current().database.reading() as session:
        return packed(sheet, try_people(session, trip_id, sheet))
