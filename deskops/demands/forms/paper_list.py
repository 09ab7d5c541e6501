"""Forms on paper as rows of a table: its columns, and each row read as a form that is typed in alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from deskops.core.errors import InvalidInput
from deskops.core.forms import Form
from deskops.core.i18n import lazy as _l
from deskops.core.tables import Sheet
from deskops.core.text import ascii_digits, name_form
from deskops.demands.forms.paper import PaperCodeForm, PaperForm, PaperTimeForm
from deskops.demands.services.paper_list import RowFault, WrittenForm
from deskops.desks.document import cells
from deskops.desks.document.cells import CellError
from deskops.desks.document.columns import Column
from deskops.desks.document.headings import columns_in, read_cells
from deskops.desks.queries import Catalogue

Words = Mapping[str, Mapping[str, Any]]


class PaperListForm(Form):
    """Many forms at once, each as one that is typed in alone; `dry_run` changes nothing."""

    forms: tuple[dict[str, Any], ...]
    dry_run: bool = False


def columns_of(names: Catalogue, words: Words) -> tuple[Column, ...]:
    """The columns of a trip's table; `words` hold the choices of channel, kind, language and outcome, by value."""
    return (
        _plain("code", _l("Code of the form"), required=True),
        _plain("day", _l("Day on the form"), cells.day, required=True),
        _plain("clock", _l("Clock on the form"), cells.clock, required=True),
        _choice("channel", _l("How did they come?"), words),
        _named("topic_id", _l("Topic"), names.assignable_topics(), required=True),
        _named("site_id", _l("Where do they wait?"), names.offered_sites()),
        _choice("kind", _l("Kind"), words),
        _plain("name", _l("Full name")),
        _plain("phone", _l("Phone")),
        _plain("national_id", _l("National ID")),
        _plain("county", _l("County")),
        _plain("address", _l("Address")),
        _choice("language", _l("Language"), words),
        _yes_no("urgent", _l("Urgent")),
        _yes_no("elderly", _l("Elderly")),
        _yes_no("disabled", _l("Disabled")),
        _yes_no("infant", _l("Mother with infant")),
        _yes_no("far", _l("From far away")),
        _yes_no("cannot_walk", _l("Can't walk to another site")),
        _plain("external_number", _l("Number in another system")),
        _plain("text", _l("What it is about")),
        _choice("outcome", _l("What came of it"), words),
        _plain("done_clock", _l("Ended at"), cells.clock),
        _named("desk_id", _l("Served at"), names.working_desks()),
        _plain("note", _l("Note")),
    )


def written_in_sheet(sheet: Sheet, expected: Sequence[Column]) -> list[WrittenForm]:
    """The rows in which more than the printed code stands. Raises TableRefused for headings that don't fit."""
    found = columns_in(sheet, expected)
    filled = {
        number: row
        for number, row in sheet.rows.items()
        if any(text for place, text in enumerate(row) if place in found and found[place].key != "code")
    }
    return [_of_row(number, found, row) for number, row in filled.items()]


def written_in_json(form: PaperListForm) -> list[WrittenForm]:
    """The forms of a request, numbered from 1."""
    return [_written(number, data, ()) for number, data in enumerate(form.forms, start=1)]


def _of_row(number: int, found: Mapping[int, Column], row: Sequence[str]) -> WrittenForm:
    values, refused = read_cells(found, row)
    data = {key: value for key, value in values.items() if value is not None}
    if data.pop("cannot_walk", False):
        data["may_walk"] = False
    faults = [RowFault(number, found[place].key, str(words)) for place, words in refused]
    return _written(number, data, faults)


def _written(number: int, data: Mapping[str, Any], faults: Sequence[RowFault]) -> WrittenForm:
    """A row as far as it can be read: with a fault anywhere, its code and its time still are looked at."""
    known = {fault.field for fault in faults}
    try:
        form = PaperForm.checked(data)
        at, ending = form.taken_at(), form.ending()
    except InvalidInput as refusal:
        more = [RowFault(number, key, words) for key, words in refusal.errors.items() if key not in known]
        return WrittenForm(number, _code(data), _time(data), None, faults=(*faults, *more))
    if faults:
        return WrittenForm(number, form.code, at, None, faults=tuple(faults))
    return WrittenForm(number, form.code, at, form.registration(), ending)


def _code(data: Mapping[str, Any]) -> str | None:
    try:
        return PaperCodeForm.checked({"code": data.get("code")}).code
    except InvalidInput:
        return None


def _time(data: Mapping[str, Any]) -> Any:
    try:
        parts = {key: data[key] for key in PaperTimeForm.model_fields if key in data}
        return PaperTimeForm.checked(parts).taken_at()
    except InvalidInput:
        return None


def _plain(
    key: str, heading: Any, check: Callable[[str], Any] | None = None, *, required: bool = False
) -> Column:
    """A cell that the form reads; `check` only has better words for what is wrong with it."""

    def read(text: str) -> str:
        if check is not None:
            check(text)
        return text

    return Column(key=key, heading=heading, read=read, required=required)


def _choice(key: str, heading: Any, words: Words) -> Column:
    return Column(key=key, heading=heading, read=cells.one_of(words[key]), choices=words[key])


def _yes_no(key: str, heading: Any) -> Column:
    return Column(key=key, heading=heading, read=cells.yes_no, choices={"yes": _l("yes"), "no": _l("no")})


def _named(key: str, heading: Any, labels: Iterable[Any], *, required: bool = False) -> Column:
    """A topic, site or desk by its code, number or name, however typed; its id is what the form takes."""
    known: dict[str, int] = {}
    for label in labels:
        for name in _names_of(label):
            known.setdefault(name_form(name), label.id)

    def read(text: str) -> int:
        found = known.get(name_form(ascii_digits(text)))
        if found is None:
            raise CellError(_l("There is no “%(name)s” in this trip. Write its name or code.", name=text))
        return found

    return Column(key=key, heading=heading, read=read, required=required)


def _names_of(label: Any) -> Iterable[str]:
    names = (label.code, str(getattr(label, "number", "")), *(getattr(label, field) for field in _NAMES))
    return (name for name in names if name)


_NAMES = ("name_fa", "name_en", "short_fa", "short_en")
