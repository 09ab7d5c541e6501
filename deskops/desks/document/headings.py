"""The first row of a table, matched with the columns of a list, and the rows below it read by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deskops.core.i18n import lazy as _l
from deskops.core.tables import Sheet, TableRefused
from deskops.core.text import name_form
from deskops.desks.document.cells import CellError
from deskops.desks.document.columns import Column


def columns_in(sheet: Sheet, expected: Sequence[Column]) -> dict[int, Column]:
    """The columns by their place in the file. Raises TableRefused for headings that don't fit."""
    by_name = {name: column for column in expected for name in column.names()}
    # A heading may carry a star for what is needed.
    folded = [name_form(heading.rstrip(" *")) for heading in sheet.header]
    unknown = [
        heading for heading, name in zip(sheet.header, folded, strict=True) if heading and name not in by_name
    ]
    if unknown:
        raise TableRefused(
            _l(
                "These headings are not known: %(headings)s. Take them from the list's empty file.",
                headings=" · ".join(unknown),
            )
        )
    columns = {place: by_name[name] for place, name in enumerate(folded) if name}
    found = [column.key for column in columns.values()]
    missing = [column for column in expected if column.required and column.key not in found]
    if missing:
        names = " · ".join(str(column.heading) for column in missing)
        raise TableRefused(_l("These columns are missing: %(headings)s.", headings=names))
    if len(found) != len(set(found)):
        raise TableRefused(_l("Two columns have the same heading. Leave one of them out."))
    return columns


def read_cells(
    columns: Mapping[int, Column], cells: Sequence[str]
) -> tuple[dict[str, Any], list[tuple[int, Any]]]:
    """A row's values by field, None for an empty cell; and the places of cells that don't fit, with the words for each."""
    values: dict[str, Any] = {}
    refused = []
    for place, column in columns.items():
        text = cells[place] if place < len(cells) else ""
        try:
            values[column.key] = column.read(text) if text else _empty(column)
        except CellError as error:
            refused.append((place, error.args[0]))
    return values, refused


def _empty(column: Column) -> Any:
    if column.required:
        raise CellError(_l("This is needed."))
    return None
