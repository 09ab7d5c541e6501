"""Lists as tables: the columns of each, by the fields that they fill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from deskops.core.i18n import lazy as _l
from deskops.core.text import name_form
from deskops.desks.document import cells
from deskops.desks.document.cells import Read
from deskops.desks.document.languages import LANGUAGES
from deskops.desks.rules import MAX_PEOPLE, MAX_PLACES

SITES, AGENCIES, TOPICS, DESKS, CARDS = "sites", "agencies", "topics", "desks", "cards"
STAFF_NEEDS = "staff-needs"
NAMES = {
    SITES: _l("Sites"),
    AGENCIES: _l("Agencies"),
    TOPICS: _l("Topics"),
    DESKS: _l("Desks"),
    CARDS: _l("Guidance cards"),
    STAFF_NEEDS: _l("Staff needs"),
}
SITE_KINDS = {"building": _l("building"), "hall": _l("hall")}
AGENCY_KINDS = {
    "ministry": _l("ministry"),
    "governor": _l("governor's office"),
    "office": _l("office"),
    "company": _l("company"),
    "bank": _l("bank"),
    "agency": _l("other agency"),
}
SOURCE_KINDS = {"circular": _l("circular"), "law": _l("law"), "web": _l("web page"), "other": _l("other")}


@dataclass(frozen=True, kw_only=True)
class Column:
    """`key` is the field, `heading` its name, lazily translated; `read` raises CellError, `write` is its inverse. `refers`
    names the list in which a code is looked up; `choices` are the values where only some will do; `also` are shorter
    names, which people take from the screen.
    """

    key: str
    heading: Any
    read: Read
    write: Callable[[Any], str] = cells.show_text
    required: bool = False
    refers: str = ""
    choices: Mapping[str, Any] | None = None
    also: tuple[Any, ...] = ()

    def names(self) -> set[str]:
        """What it may be called in a file, folded: its key, or one of its headings in either language."""
        headings = [name for heading in (self.heading, *self.also) for name in cells.both(heading)]
        return {name_form(name) for name in (self.key, *headings)}


def _column(
    key: str, heading: Any, read: Read, write: Callable[[Any], str] = cells.show_text, **more: Any
) -> Column:
    return Column(key=key, heading=heading, read=read, write=write, **more)


def _choice(key: str, heading: Any, choices: Mapping[str, Any]) -> Column:
    def write(value: str) -> str:
        return str(choices.get(value, value))

    return Column(key=key, heading=heading, read=cells.one_of(choices), write=write, choices=choices)


def _yes_no(key: str, heading: Any) -> Column:
    return _column(key, heading, cells.yes_no, cells.show_yes_no, choices={"yes": _l("yes"), "no": _l("no")})


def _count(key: str, heading: Any, least: int, most: int, **more: Any) -> Column:
    return _column(key, heading, cells.whole(least, most), cells.show_number, **more)


def _spoken(value: tuple[str, ...]) -> str:
    return cells.show_parts(tuple(str(LANGUAGES[code]) for code in value))


_CODE = _column("code", _l("Code"), cells.code, required=True)
_LABELS = (
    _CODE,
    _column("name_fa", _l("Name in Persian"), cells.line(200), required=True),
    _column("name_en", _l("Name in English"), cells.line(200)),
    _column("short_fa", _l("Short name in Persian"), cells.line(80)),
    _column("short_en", _l("Short name in English"), cells.line(80)),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    SITES: (
        *_LABELS,
        _choice("kind", _l("Kind of site"), SITE_KINDS),
        _column("address", _l("Address"), cells.long_text),
        _column("map_text", _l("How to find it"), cells.long_text),
    ),
    AGENCIES: (
        *_LABELS,
        _choice("kind", _l("Kind of agency"), AGENCY_KINDS),
        _column("parent", _l("Code of the agency above"), cells.code, refers=AGENCIES),
        _column("phone", _l("Phone"), cells.line(40)),
        _column("email", _l("E-mail"), cells.line(120)),
        _column("address", _l("Address"), cells.line(400)),
        _column("days_off", _l("Days off"), cells.days_off),
    ),
    TOPICS: (
        *_LABELS,
        _column("parent", _l("Code of the topic above"), cells.code, refers=TOPICS),
        _yes_no("assignable", _l("Demands can be put on it")),
        _column("mean_minutes", _l("Usual minutes"), cells.decimal(0, 480), cells.show_number),
        _column("agency", _l("Code of the agency"), cells.code, refers=AGENCIES),
        _count("default_days", _l("Days for an answer"), 1, 3650),
        _column("synonyms", _l("What people say"), cells.several, cells.show_parts),
        _column("papers", _l("Papers needed"), cells.several, cells.show_parts),
    ),
    DESKS: (
        *_LABELS,
        _count("number", _l("Desk number"), 0, 99_999, required=True),
        _column("site", _l("Code of the site"), cells.code, refers=SITES, required=True),
        _column("agency", _l("Code of the agency"), cells.code, refers=AGENCIES),
        _column(
            "speeds", _l("Codes of its topics"), cells.speeds, cells.show_speeds, refers=TOPICS, required=True
        ),
        _count("counters", _l("Counters"), 0, MAX_PLACES),
        _count("phones", _l("Telephone seats"), 0, MAX_PLACES),
        _yes_no("walk_ins", _l("Takes walk-ins")),
        _yes_no("calls", _l("Takes calls")),
        _yes_no("is_headquarters", _l("Call headquarters")),
        _column("line", _l("Line"), cells.line(40)),
        _column("head", _l("Desk head"), cells.line(120)),
        _column("official", _l("Official in charge"), cells.line(120)),
        _column("opens", _l("Opens at"), cells.clock, cells.show_clock),
        _column("closes", _l("Closes at"), cells.clock, cells.show_clock),
    ),
    CARDS: (
        _column("topic", _l("Code of the topic"), cells.code, refers=TOPICS),
        _column("title_fa", _l("Title in Persian"), cells.line(200), required=True),
        _column("body_fa", _l("Words in Persian"), cells.long_text, required=True),
        _column("title_en", _l("Title in English"), cells.line(200)),
        _column("body_en", _l("Words in English"), cells.long_text),
        _choice("source_kind", _l("Kind of source"), SOURCE_KINDS),
        _column("source", _l("Source"), cells.line(400)),
        _column("source_date", _l("Date of the source"), cells.day, cells.show_day),
        _column("good_until", _l("Good until"), cells.day, cells.show_day),
    ),
    STAFF_NEEDS: (
        _column("code", _l("Code of the desk"), cells.code, required=True, refers=DESKS),
        _count("minimum", _l("Fewest people"), 1, MAX_PEOPLE, required=True),
        _count("target", _l("People aimed at"), 1, MAX_PEOPLE),
        _count("supervisors", _l("Supervisors among them"), 0, MAX_PEOPLE),
        _column("languages", _l("Languages to be spoken"), cells.several_of(LANGUAGES), _spoken),
    ),
}
KINDS = tuple(COLUMNS)
