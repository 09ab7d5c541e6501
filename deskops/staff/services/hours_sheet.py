"""The sheet of hours, as a workbook or CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from deskops.core.dates import clock_time, date_text, datetime_text
from deskops.core.i18n import gettext, using_language
from deskops.core.paper import Made
from deskops.core.tables import Table, write_csv, write_tables
from deskops.staff.queries.hours import PersonHours
from deskops.staff.rules import AUTO
from deskops.staff.rules.hours import Hours, Stayed, in_hours

Row = list[str | float | None]


@dataclass(frozen=True)
class HoursSheet:
    """What it is written from: `places` names desks by ("desk", id) and sites by ("site", id); presences that go on count
    until `now`.
    """

    language: str
    form: str
    now: datetime
    people: Sequence[PersonHours]
    places: Mapping[tuple[str, int], str]


def make_hours(tell: Callable[[Made], None], sheet: HoursSheet) -> None:
    """Tells the file. For core.background: of 2,000 people it takes seconds."""
    with using_language(sheet.language):
        tell(Made(None, _as_csv(sheet) if sheet.form == "csv" else write_tables(_tables(sheet))))


def _as_csv(sheet: HoursSheet) -> bytes:
    """Day by day, which all the rest can be added up from."""
    days = _days(sheet)
    return write_csv(days.header, [["" if cell is None else str(cell) for cell in row] for row in days.rows])


def _tables(sheet: HoursSheet) -> list[Table]:
    return [_totals(sheet), _days(sheet), _presences(sheet)]


def _totals(sheet: HoursSheet) -> Table:
    rows = [_who(person, sheet) + _cells(person.total(sheet.now), sheet.now) for person in sheet.people]
    return Table(gettext("Totals"), [*_who_headings(), *_headings()], rows)


def _days(sheet: HoursSheet) -> Table:
    rows = [
        [*_who(person, sheet), date_text(day), *_cells(hours, sheet.now)]
        for person in sheet.people
        for day, hours in person.by_day(sheet.now).items()
    ]
    return Table(gettext("By day"), [*_who_headings(), gettext("Day"), *_headings()], rows)


def _presences(sheet: HoursSheet) -> Table:
    header = [
        *_who_headings(),
        gettext("Day"),
        gettext("Where"),
        gettext("From"),
        gettext("Until"),
        gettext("Hours worked"),
        gettext("Breaks in hours"),
        gettext("Remark"),
    ]
    rows = [
        [*_who(person, sheet), *_presence(stay, sheet)] for person in sheet.people for stay in person.stays
    ]
    return Table(gettext("Presences"), header, rows)


def _who_headings() -> list[str]:
    return [gettext("Personnel number"), gettext("Name"), gettext("Home desk")]


def _who(person: PersonHours, sheet: HoursSheet) -> Row:
    return [person.number, person.name, sheet.places.get(("desk", person.desk_id or 0), "")]


def _headings() -> list[str]:
    return [
        gettext("Hours planned"),
        gettext("Hours worked"),
        gettext("Breaks in hours"),
        gettext("Minutes late"),
        gettext("Times left early"),
        gettext("Minutes left early"),
        gettext("Times not come"),
        gettext("Remark"),
    ]


def _cells(hours: Hours, now: datetime) -> Row:
    return [
        in_hours(hours.planned),
        in_hours(hours.worked),
        in_hours(hours.breaks),
        hours.minutes_late,
        hours.left_early,
        hours.minutes_early,
        hours.no_shows,
        _still_here(now) if hours.open else None,
    ]


def _presence(stay: Stayed, sheet: HoursSheet) -> Iterator[str | float | None]:
    where = ("desk", stay.desk_id) if stay.desk_id is not None else ("site", stay.site_id or 0)
    yield date_text(stay.day)
    yield sheet.places.get(where, "")
    yield clock_time(stay.began_at)
    yield "" if stay.ended_at is None else clock_time(stay.ended_at)
    yield in_hours(stay.worked(sheet.now))
    yield in_hours(stay.breaks(sheet.now))
    yield _remark(stay, sheet.now)


def _remark(stay: Stayed, now: datetime) -> str:
    if stay.ended_at is None:
        return _still_here(now)
    return gettext("closed by itself: nobody checked out") if stay.ended_by == AUTO else ""


def _still_here(now: datetime) -> str:
    return gettext("still here, counted until %(moment)s", moment=datetime_text(now))
