"""Tables of people read, kept between two pages, and written, so that no screen waits for it."""

from __future__ import annotations

import json

from deskops.core import runtime
from deskops.core.aside import TooLong, aside
from deskops.core.i18n import lazy as _l
from deskops.core.pacing import paced
from deskops.core.tables import Sheet, TableRefused, read_table, write_csv, write_workbook
from deskops.desks.document.listing import plan_list
from deskops.staff.document.columns import COLUMNS
from deskops.staff.document.people import PEOPLE_LIST
from deskops.staff.queries.known import known_people
from deskops.staff.services.people import Prepared

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


def sheet_of(content: bytes) -> Sheet:
    """A table's texts, read where no screen waits for it. Raises TableRefused."""
    try:
        return aside(read_table, content)
    except TooLong:
        raise TableRefused(
            _l("This file takes too long to read. Copy the rows into a new workbook.")
        ) from None


def prepared_of(trip_id: int, sheet: Sheet) -> Prepared:
    """What the sheet would do as things stand. Raises TableRefused, NotFound."""
    with runtime.current().database.reading() as session:
        known = known_people(session, trip_id)
    return Prepared(known, plan_list(PEOPLE_LIST, sheet, known))


def packed(sheet: Sheet) -> bytes:
    """A sheet's texts, to be kept between two pages without being unpacked again."""
    kept = {"header": sheet.header, "rows": list(sheet.rows.items()), "first": sheet.first}
    return json.dumps(kept, ensure_ascii=False).encode()


def unpacked(content: bytes) -> Sheet:
    """What `packed` kept."""
    kept = json.loads(content)
    return Sheet(
        tuple(kept["header"]), {number: tuple(cells) for number, cells in kept["rows"]}, kept["first"]
    )
