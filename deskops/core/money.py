"""Money: rials in the database, tomans wherever people read or type it."""

from __future__ import annotations

import re

from deskops.core.dates import number
from deskops.core.i18n import gettext
from deskops.core.text import ascii_digits, clean_line

RIALS_PER_TOMAN = 10
# As people part thousands: in either script, or with a space.
_SEPARATORS = re.compile(r"[\s,٬،'_.]")
_GROUPED = re.compile(r"\d+|\d{1,3}(?:[\s,٬،'_.]\d{3})+")
_WORDS = {
    "هزار": 10**3,
    "میلیون": 10**6,
    "میلیارد": 10**9,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
}
_UNITS = ("تومان", "toman", "tomans")


def rials(text: str) -> int:
    """The rials of an amount in tomans as people type it: digits of any script, thousands parted or not, "۱۵ میلیون".

    Raises ValueError.
    """
    words = ascii_digits(clean_line(text)).lower().replace("ي", "ی").split()
    words = [word for word in words if word not in _UNITS]
    factor = 1
    while words and words[-1] in _WORDS:
        factor *= _WORDS[words.pop()]
    figure = " ".join(words)
    if _GROUPED.fullmatch(figure) is None:
        raise ValueError(text)
    return int(_SEPARATORS.sub("", figure)) * factor * RIALS_PER_TOMAN


def tomans(amount: int) -> str:
    """An amount in rials as it is read: ۱۵٬۰۰۰٬۰۰۰ تومان."""
    return gettext("%(amount)s tomans", amount=typed_tomans(amount))


def typed_tomans(amount: int) -> str:
    """The same as it is typed into a field."""
    whole, rest = divmod(amount, RIALS_PER_TOMAN)
    return number(whole) if rest == 0 else number(amount / RIALS_PER_TOMAN, 1)
