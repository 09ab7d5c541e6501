"""Cells of list files: what people type, read into values, and values written as people would type them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from deskops.core.dates import DateError, parse_date
from deskops.core.i18n import LANGUAGES, gettext, using_language
from deskops.core.i18n import lazy as _l
from deskops.core.text import ascii_digits, clean_line, clean_text, name_form
from deskops.desks.document.clock import clock_of_minutes, minutes_of_clock
from deskops.desks.rules import OWN_FACTOR, WEEK

_PARTS = "|\n؛;"


class CellError(ValueError):
    """A cell that doesn't fit; the argument is the words for it."""


Read = Callable[[str], Any]


def line(most: int) -> Read:
    """A text of one line."""

    def read(text: str) -> str:
        if len(found := clean_line(text)) > most:
            raise CellError(_l("This is too long: %(most)s characters at most.", most=most))
        return found

    return read


def long_text(text: str) -> str:
    """A text of several lines."""
    if len(found := clean_text(text)) > 4000:
        raise CellError(_l("This is too long: %(most)s characters at most.", most=4000))
    return found


def code(text: str) -> str:
    """A stable key."""
    found = ascii_digits(clean_line(text))
    plain = found.replace("-", "").replace("_", "")
    if not (plain.isascii() and plain.isalnum() and len(found) <= 60):
        raise CellError(_l("A code has Latin letters, digits, hyphens and underscores, 60 at most."))
    return found


def whole(least: int, most: int) -> Read:
    """A whole number in any digits."""

    def read(text: str) -> int:
        found = ascii_digits(text).strip()
        if not found.isdecimal() or not least <= int(found[:9]) <= most:
            raise CellError(_l("Write a whole number from %(least)s to %(most)s.", least=least, most=most))
        return int(found)

    return read


def decimal(least: float, most: float) -> Read:
    """A number in any digits, with a point, a comma or the Persian mark."""

    def read(text: str) -> float:
        try:
            found = float(ascii_digits(text).strip().replace("٫", ".").replace("/", ".").replace(",", "."))
        except ValueError:
            found = least - 1
        if not least <= found <= most:
            raise CellError(
                _l("Write a number from %(least)s to %(most)s.", least=f"{least:g}", most=f"{most:g}")
            )
        return found

    return read


_YES = {name_form(word) for word in ("yes", "true", "1", "بله", "بلی", "دارد", "✓", "x")}
_NO = {name_form(word) for word in ("no", "false", "0", "خیر", "نه", "ندارد", "-")}


def yes_no(text: str) -> bool:
    """A yes or a no in either language."""
    found = name_form(text)
    if found not in _YES | _NO:
        raise CellError(_l("Write yes or no."))
    return found in _YES


def one_of(choices: Mapping[str, Any]) -> Read:
    """One of some values, by itself or by its name in either language."""
    known: dict[str, str] = {}

    def read(text: str) -> str:
        if not known:
            known.update(
                {name_form(name): value for value, name in choices.items() for name in (value, *both(name))}
            )
        found = known.get(name_form(text))
        if found is None:
            named = gettext(", ").join(str(name) for name in choices.values())
            raise CellError(_l("Write one of: %(choices)s.", choices=named))
        return found

    return read


def both(words: Any) -> tuple[str, ...]:
    """A lazy text in every language."""
    found = []
    for language in LANGUAGES:
        with using_language(language):
            found.append(str(words))
    return tuple(found)


def several(text: str) -> tuple[str, ...]:
    """Parts with | or a line's end between them."""
    return tuple(part for part in (clean_line(part) for part in _parted(text)) if part)


def several_of(choices: Mapping[str, Any]) -> Read:
    """Some of a few values, each by itself or by its name in either language, with | or a comma between them; each once, in
    the order in which they are offered.
    """
    read_one = one_of(choices)

    def read(text: str) -> tuple[str, ...]:
        found = {read_one(part) for part in several(text.replace("،", "|").replace(",", "|"))}
        return tuple(value for value in choices if value in found)

    return read


def day(text: str) -> date:
    """A day of either calendar."""
    try:
        return parse_date(text)
    except DateError:
        raise CellError(_l("Write a date such as 1405/09/01 or 2026-11-22.")) from None


def clock(text: str) -> int:
    """Minutes from midnight."""
    try:
        return int(minutes_of_clock(text))
    except ValueError:
        raise CellError(_l("Write a time such as 08:00, from 00:00 to 24:00.")) from None


def speeds(text: str) -> dict[str, float]:
    """Topics' codes, each with a factor behind a colon where it isn't the desk's own: "loan | work: 1.2"."""
    found = {}
    for part in several(text):
        name, _, factor = part.partition(":")
        found[code(name)] = decimal(OWN_FACTOR, 3)(factor) if factor.strip() else OWN_FACTOR
    return found


def days_off(text: str) -> str:
    """Days of the week that are off, as the rows hold them."""
    found = [
        _day_of_week(part)
        for part in clean_line(text.replace("،", ",").replace("|", ",")).split(",")
        if part.strip()
    ]
    return ",".join(name for name in WEEK if name in found)


_WEEKDAYS = ("شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه")
_DAYS = {name_form(name): key for key, name in zip(WEEK, _WEEKDAYS, strict=True)}


def _day_of_week(text: str) -> str:
    folded = name_form(text)
    found = _DAYS.get(folded) or folded[:3]
    if found not in WEEK:
        raise CellError(_l("Name days such as thu, fri."))
    return found


def _parted(text: str) -> list[str]:
    for mark in _PARTS[1:]:
        text = text.replace(mark, _PARTS[0])
    return text.split(_PARTS[0])


def show_yes_no(value: bool) -> str:
    """As `yes_no` reads it."""
    return gettext("yes") if value else gettext("no")


def show_parts(value: tuple[str, ...]) -> str:
    """As `several` reads it."""
    return " | ".join(value)


def show_number(value: float | None) -> str:
    """Nothing for none."""
    return "" if value is None else f"{value:g}"


def show_speeds(value: Mapping[str, float]) -> str:
    """As `speeds` reads it."""
    return " | ".join(
        name if factor == OWN_FACTOR else f"{name}: {factor:g}" for name, factor in value.items()
    )


def show_text(value: str | None) -> str:
    """Nothing for none."""
    return value or ""


def show_clock(value: int | None) -> str:
    """As `clock` reads it."""
    return "" if value is None else clock_of_minutes(value)


def show_day(value: date | None) -> str:
    """As `day` reads it."""
    return "" if value is None else value.isoformat()
