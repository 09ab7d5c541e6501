"""Whole numbers in words, as letters write amounts out: a figure is altered with one stroke, a word isn't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deskops.core.i18n import PERSIAN, lang


@dataclass(frozen=True)
class _Words:
    """`units` up to nineteen, `tens` from twenty, `hundreds` from one hundred, `scales` by powers of a thousand."""

    zero: str
    units: Sequence[str]
    tens: Sequence[str]
    hundreds: Sequence[str]
    scales: Sequence[str]
    between: str
    within_tens: str


_SCALES_FA = ("", "هزار", "میلیون", "میلیارد", "هزار میلیارد", "میلیون میلیارد")
_SCALES_EN = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_FA = _Words(
    zero="صفر",
    units=(
        "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده",
        "یازده", "دوازده", "سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده",
    ),
    tens=("بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"),
    hundreds=("صد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"),
    scales=_SCALES_FA,
    between=" و ",
    within_tens=" و ",
)  # fmt: skip
_UNITS_EN = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_EN = _Words(
    zero="zero",
    units=_UNITS_EN,
    tens=("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
    hundreds=[f"{unit} hundred" for unit in _UNITS_EN[:9]],
    scales=_SCALES_EN,
    between=" ",
    within_tens="-",
)
MOST = 1000 ** len(_SCALES_FA) - 1


def in_words(value: int) -> str:
    """A number from 0 to MOST in the current language: پانزده میلیون و سیصد. Raises ValueError beyond."""
    if not 0 <= value <= MOST:
        raise ValueError(value)
    words = _FA if lang() == PERSIAN else _EN
    parts: list[str] = []
    for scale in words.scales:
        value, group = divmod(value, 1000)
        if group:
            # A thousand alone is «هزار» in Persian, not «یک هزار».
            counted = "" if words is _FA and scale == "هزار" and group == 1 else _below_thousand(group, words)
            parts.append(f"{counted} {scale}".strip())
    return words.between.join(reversed(parts)) or words.zero


def _below_thousand(value: int, words: _Words) -> str:
    hundreds, rest = divmod(value, 100)
    parts = [words.hundreds[hundreds - 1]] if hundreds else []
    if rest:
        parts.append(_below_hundred(rest, words))
    return words.between.join(parts)


def _below_hundred(value: int, words: _Words) -> str:
    if value < 20:
        return words.units[value - 1]
    tens, unit = divmod(value, 10)
    return words.tens[tens - 2] + (words.within_tens + words.units[unit - 1] if unit else "")
