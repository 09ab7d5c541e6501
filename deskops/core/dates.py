"""Instants and days as people read and type them: Tehran's clock, Jalali on Persian screens, Gregorian on
English ones.

Instants come in aware (UTC in the database); a naive one raises ValueError. Tehran's rules come from the
system's zone data, which knows the daylight saving that ended in 2022.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import Literal
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

from deskops.core import clock
from deskops.core.i18n import PERSIAN, gettext, lang, ngettext
from deskops.core.text import ascii_digits, clean_line, name_form, persian_digits

TEHRAN = ZoneInfo("Asia/Tehran")

Style = Literal["short", "long"]

_JALALI_MONTHS = {
    "fa": (
        "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
        "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
    ),
    "en": (
        "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
        "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
    ),
}  # fmt: skip
_GREGORIAN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = {
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_DAYS_BEFORE_DATE = 30

_JALALI_YEARS = range(1200, 1600)
_GREGORIAN_YEARS = range(1800, 2200)
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(r"(\d{1,2}) ([^\W\d]+) (\d{4})")


class DateFault(Enum):
    """Why a text is no date."""

    FORM = "form"
    YEAR = "year"
    NO_SUCH_DAY = "no_such_day"


class DateError(ValueError):
    """A text that is no date; `fault` says why."""

    def __init__(self, fault: DateFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def to_local(instant: datetime, tz: tzinfo = TEHRAN) -> datetime:
    """An aware instant on the wall clock of `tz`."""
    return _aware(instant).astimezone(tz)


def to_utc(wall_clock: datetime, tz: tzinfo = TEHRAN) -> datetime:
    """A naive wall clock reading of `tz` as an instant in UTC. Raises ValueError for an aware one.

    An hour that came twice means its first; an hour that was skipped is read by the offset before the skip.
    """
    if wall_clock.tzinfo is not None:
        raise ValueError("A wall clock reading carries no time zone.")
    return wall_clock.replace(tzinfo=tz).astimezone(UTC)


def local_day(instant: datetime, tz: tzinfo = TEHRAN) -> date:
    """The day that an instant falls on in `tz`."""
    return to_local(instant, tz).date()


def day_bounds(day: date, tz: tzinfo = TEHRAN) -> tuple[datetime, datetime]:
    """First instant of the day and of the next, in UTC; 23 or 25 hours apart where clocks were changed."""
    midnight = datetime.combine(day, time())
    return to_utc(midnight, tz), to_utc(midnight + timedelta(days=1), tz)


def jalali_parts(moment: date | datetime) -> tuple[int, int, int]:
    """Jalali year, month, day of a Gregorian day, or of an instant's day in Tehran."""
    jalali = JalaliDate.to_jalali(_day(moment))  # type: ignore[no-untyped-call]
    return jalali.year, jalali.month, jalali.day


def jalali_date(moment: date | datetime, style: Style = "short") -> str:
    """The Jalali date in the current language: short ۱۴۰۳/۰۵/۱۴, long یکشنبه ۱۴ مرداد ۱۴۰۳."""
    year, month, day = jalali_parts(moment)
    if style == "short":
        return digits(f"{year:04d}/{month:02d}/{day:02d}")
    return _long(moment, day, _JALALI_MONTHS[lang()][month - 1], year)


def jalali_datetime(instant: datetime, style: Style = "short") -> str:
    """The Jalali date and the time of day in Tehran."""
    return f"{jalali_date(instant, style)} {clock_time(instant)}"


def date_text(moment: date | datetime, style: Style = "short") -> str:
    """The date as the current language's readers write it: Jalali in Persian; in English 4 Aug 2024, or
    with the weekday and the whole month's name.
    """
    if lang() == PERSIAN:
        return jalali_date(moment, style)
    day = _day(moment)
    month = _GREGORIAN_MONTHS[day.month - 1]
    if style == "short":
        return f"{day.day} {month[:3]} {day.year}"
    return _long(day, day.day, month, day.year)


def last_day_text(ends: datetime, style: Style = "short") -> str:
    """The last day of a time that ends at midnight: what is due at the end of a day is due on it."""
    return date_text(ends - timedelta(seconds=1), style)


def datetime_text(instant: datetime, style: Style = "short") -> str:
    """`date_text` and the time of day in Tehran."""
    return f"{date_text(instant, style)} {clock_time(instant)}"


def clock_time(instant: datetime | time, tz: tzinfo = TEHRAN) -> str:
    """Hours and minutes of 24, on the wall clock: ۱۴:۰۵."""
    reading = to_local(instant, tz) if isinstance(instant, datetime) else instant
    return digits(f"{reading:%H:%M}")


def ago(instant: datetime, now: datetime | None = None) -> str:
    """How long ago, or until when, in one unit; the date itself where it is more than 30 days."""
    seconds = int(((now or clock.now()) - _aware(instant)).total_seconds())
    if abs(seconds) < _MINUTE:
        return gettext("just now")
    if abs(seconds) > _DAYS_BEFORE_DATE * _DAY:
        return date_text(instant)
    return _since(seconds) if seconds > 0 else _until(-seconds)


def elapsed(length: timedelta | float) -> str:
    """A length of time, rounded down: minutes, hours and minutes, or days. Plain numbers are seconds; a
    negative length, which only clocks apart can bring, counts as none.
    """
    seconds = max(0, int(length.total_seconds() if isinstance(length, timedelta) else length))
    if seconds < _MINUTE:
        return gettext("less than a minute")
    if seconds < _HOUR:
        return ngettext("%(num)s minute", "%(num)s minutes", seconds // _MINUTE)
    if seconds < _DAY:
        minutes = seconds % _HOUR // _MINUTE
        return gettext("%(hours)s h %(minutes)s min", hours=seconds // _HOUR, minutes=minutes)
    return ngettext("%(num)s day", "%(num)s days", seconds // _DAY)


def minutes_range(low: int, high: int) -> str:
    """An estimate from `low` to `high` whole minutes, for people who wait."""
    if high == 0:
        return gettext("at once")
    if low == high:
        return ngettext("about %(num)s minute", "about %(num)s minutes", low)
    return gettext("%(low)s to %(high)s minutes", low=low, high=high)


def digits(value: object) -> str:
    """Any value's text with the current language's digits."""
    return persian_digits(str(value)) if lang() == PERSIAN else ascii_digits(str(value))


def number(value: float, places: int = 0) -> str:
    """A number with thousands parted and `places` decimals: ۱۲٬۳۴۵ or 12,345."""
    plain = f"{value:,.{places}f}"
    return persian_digits(plain.replace(",", "٬").replace(".", "٫")) if lang() == PERSIAN else plain


def decimal(value: float) -> str:
    """A number with the decimals that it has, as it is typed into a field: ۱۲٫۵ or 12.5."""
    plain = f"{value:g}"
    return persian_digits(plain.replace(".", "٫")) if lang() == PERSIAN else plain


def parse_date(text: str) -> date:
    """The Gregorian day that a typed date means: Jalali or Gregorian by its year, in any digits.

    Year first or last with - / . or spaces between, eight digits in a row, or with the month's name. Years
    before 1600 are Jalali. Raises DateError.
    """
    year, month, day = _typed_parts(ascii_digits(clean_line(text)))
    if year not in _JALALI_YEARS and year not in _GREGORIAN_YEARS:
        raise DateError(DateFault.YEAR)
    try:
        return _from_jalali(year, month, day) if year in _JALALI_YEARS else date(year, month, day)
    except ValueError:
        raise DateError(DateFault.NO_SUCH_DAY) from None


def _typed_parts(text: str) -> tuple[int, int, int]:
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := _NAMED.fullmatch(text):
        day, year = found[1], found[3]
        month = str(_named_month(found[2]))
    else:
        raise DateError(DateFault.FORM)
    return int(year), int(month), int(day)


def _named_month(name: str) -> int:
    form = name_form(name)
    short_months = tuple(month[:3] for month in _GREGORIAN_MONTHS)
    for months in (*_JALALI_MONTHS.values(), _GREGORIAN_MONTHS, short_months):
        forms = [name_form(month) for month in months]
        if form in forms:
            return forms.index(form) + 1
    raise DateError(DateFault.FORM)


def _from_jalali(year: int, month: int, day: int) -> date:
    return JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An instant needs its time zone.")
    return instant


def _day(moment: date | datetime) -> date:
    return local_day(moment) if isinstance(moment, datetime) else moment


def _long(moment: date | datetime, day: int, month: str, year: int) -> str:
    return digits(f"{_WEEKDAYS[lang()][_day(moment).weekday()]} {day} {month} {year}")


def _since(seconds: int) -> str:
    if seconds < _HOUR:
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", seconds // _MINUTE)
    if seconds < _DAY:
        return ngettext("%(num)s hour ago", "%(num)s hours ago", seconds // _HOUR)
    return ngettext("%(num)s day ago", "%(num)s days ago", seconds // _DAY)


def _until(seconds: int) -> str:
    if seconds < _HOUR:
        return ngettext("in %(num)s minute", "in %(num)s minutes", seconds // _MINUTE)
    if seconds < _DAY:
        return ngettext("in %(num)s hour", "in %(num)s hours", seconds // _HOUR)
    return ngettext("in %(num)s day", "in %(num)s days", seconds // _DAY)
