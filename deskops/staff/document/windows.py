"""Times in which somebody can work, as people write them: "1405/09/03 07:00-15:00; 2026-11-25"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import takewhile

from deskops.core.dates import DateError, DateFault, jalali_parts, parse_date, to_local, to_utc
from deskops.core.i18n import PERSIAN, gettext, lang
from deskops.core.i18n import lazy as _l
from deskops.core.text import ascii_digits, clean_line
from deskops.desks.document.cells import CellError

# Begin and end, aware, in UTC.
Window = tuple[datetime, datetime]

# What ends before it begins lasts through the night; longer than this is more likely two times swapped.
LONGEST_NIGHT = timedelta(hours=12)
MOST_DAYS = 100
MOST_WINDOWS = 200
_DAY_MINUTES = 24 * 60
_BETWEEN = r"\s*(?:-|–|—|−|تا|to|until)\s*"
_TIMES = re.compile(rf"(?:^|\s)(\d{{1,2}})(?::(\d{{2}}))?{_BETWEEN}(\d{{1,2}})(?::(\d{{2}}))?$")
_ONE_TIME = re.compile(r"\s\d{1,2}:\d{2}(?::\d{2})?$")
_DAYS = re.compile(r"\s+(?:-|–|—|−|تا|to|until)\s+")
_PARTS = re.compile(r"[;؛|\n]")


def read_windows(text: str) -> tuple[Window, ...]:
    """The times that a cell names, put together where they touch. Raises CellError with what to write instead."""
    parts = [clean_line(ascii_digits(part)) for part in _PARTS.split(text)]
    found = together(window for part in parts if part for window in _part(part))
    if len(found) > MOST_WINDOWS:
        raise CellError(
            _l(
                "These are more than %(most)s times. Write days one after another as one: from – to.",
                most=MOST_WINDOWS,
            )
        )
    return found


def together(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The same times in order, what overlaps or touches as one."""
    found: list[Window] = []
    for begin, end in sorted(windows):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)


def show_windows(windows: Iterable[Window], between: str = "; ") -> str:
    """As `read_windows` reads them, in the calendar of the current language."""
    return between.join(text for window in windows for text in _shown(*window))


def _part(text: str) -> Iterator[Window]:
    times = _TIMES.search(text)
    if times is None and _ONE_TIME.search(text):
        raise CellError(_l("“%(text)s” has no end. Write from and to, such as 07:00-15:00.", text=text))
    begin, end = (0, _DAY_MINUTES) if times is None else _minutes(text, *times.groups())
    days = _days(text if times is None else text[: times.start()].strip(), text)
    for day in days:
        yield _instant(day, begin), _instant(day, end)


def _days(text: str, whole: str) -> list[date]:
    parts = _DAYS.split(text)
    if len(parts) > 2 or not text:
        raise CellError(
            _l("“%(text)s” is no time. Write such as 1405/09/03 07:00-15:00, or a day alone.", text=whole)
        )
    first, last = _day(parts[0]), _day(parts[-1])
    if last < first:
        raise CellError(_l("“%(text)s” ends before it begins. Write the earlier day first.", text=whole))
    if (last - first).days >= MOST_DAYS:
        raise CellError(
            _l("“%(text)s” is longer than %(most)s days. Check the years.", text=whole, most=MOST_DAYS)
        )
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _day(text: str) -> date:
    try:
        return parse_date(text)
    except DateError as error:
        words = {
            DateFault.NO_SUCH_DAY: _l(
                "There is no day “%(text)s” in the calendar. Check the day and the month.", text=text
            ),
            DateFault.YEAR: _l(
                "The year of “%(text)s” can't be. Write such as 1405/09/03 or 2026-11-24.", text=text
            ),
        }
        otherwise = _l("“%(text)s” is no date. Write such as 1405/09/03 or 2026-11-24.", text=text)
        raise CellError(words.get(error.fault, otherwise)) from None


def _minutes(text: str, *parts: str | None) -> tuple[int, int]:
    """Begin and end from the day's midnight; after the next one where it lasts through the night."""
    begin_hour, begin_minute, end_hour, end_minute = (int(part or 0) for part in parts)
    begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if begin >= _DAY_MINUTES or end > _DAY_MINUTES or max(begin_minute, end_minute) > 59:
        raise CellError(
            _l("“%(text)s” has a time that no clock shows. Write from 00:00 to 24:00.", text=text)
        )
    if begin == end:
        raise CellError(_l("“%(text)s” ends when it begins. For a whole day write the day alone.", text=text))
    if end < begin:
        end += _DAY_MINUTES
    if timedelta(minutes=end - begin) > LONGEST_NIGHT and end > _DAY_MINUTES:
        raise CellError(
            _l(
                "“%(text)s” ends before it begins. A night lasts 12 hours at most; write what is longer as two"
                " times, the second of the next day.",
                text=text,
            )
        )
    return begin, end


def _instant(day: date, minutes: int) -> datetime:
    midnight = datetime(day.year, day.month, day.day)  # a wall clock's reading
    return to_utc(midnight + timedelta(minutes=minutes))


def _shown(begin: datetime, end: datetime) -> Iterator[str]:
    """One text for each stretch that can be written as one: whole days, a part of a day, a night."""
    at = begin
    while at < end:
        local = to_local(at)
        minutes = local.hour * 60 + local.minute
        midnights = [_instant(local.date() + timedelta(days=number), 0) for number in range(1, MOST_DAYS + 1)]
        whole = len(list(takewhile(lambda midnight: midnight <= end, midnights)))
        if minutes == 0 and whole:
            yield _days_text(local.date(), whole)
            at = midnights[whole - 1]
        elif end <= midnights[0] or end - at <= LONGEST_NIGHT:
            yield f"{_date_text(local.date())} {_clock(minutes)}-{_end_clock(local.date(), end)}"
            return
        else:
            yield f"{_date_text(local.date())} {_clock(minutes)}-24:00"
            at = midnights[0]


def _days_text(first: date, days: int) -> str:
    if days == 1:
        return _date_text(first)
    until = gettext("until")
    return f"{_date_text(first)} {until} {_date_text(first + timedelta(days=days - 1))}"


def _date_text(day: date) -> str:
    """In digits that spreadsheets sort by."""
    return "{:04d}/{:02d}/{:02d}".format(*jalali_parts(day)) if lang() == PERSIAN else day.isoformat()


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _end_clock(day: date, end: datetime) -> str:
    return "24:00" if end == _instant(day, _DAY_MINUTES) else _clock(_minute_of_day(end))


def _minute_of_day(moment: datetime) -> int:
    local = to_local(moment)
    return local.hour * 60 + local.minute
