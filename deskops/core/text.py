"""Persian and Latin text: what is stored, what is searched, and digits.

Stored text keeps the letters as typed, without invisible controls. Searched text is folded, so that a name
is found however typed: Arabic or Persian letters, any digits, with or without vowel marks, ZWNJ (U+200C) or
spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

ZWNJ = "\u200c"

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

# Invisible, yet letters or marks to Unicode: joiners of graphemes, Hangul fillers, Khmer inherent vowels,
# blank Braille.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_LAST_COMMON = 0xFFFF

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_ZWNJ_RUN = re.compile(f"{ZWNJ}+")
_STRAY_ZWNJ = re.compile(rf"(?<!\S){ZWNJ}|{ZWNJ}(?!\S)")

# Letters that decomposition leaves apart though people type one for the other: Arabic, Kurdish, Azerbaijani
# and Urdu keyboards, the dotless Turkish i, and Cyrillic letters that look Latin. Hamza on its own and
# tatweel fall away.
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("يىېےێؠؽ", "ی"),
        **dict.fromkeys("كڪګ", "ک"),
        **dict.fromkeys("ةەہھۂ", "ه"),
        **dict.fromkeys("ٱٲٳ", "ا"),
        **dict.fromkeys("ۆۇۈۋ", "و"),
        "ڕ": "ر",
        "ڵ": "ل",
        "ء": None,
        "ٴ": None,
        "ـ": None,
        "ı": "i",
        **dict(zip("асеорхуіјѕ", "aceopxyijs", strict=True)),
    }
)


def ascii_digits(text: str) -> str:
    """Every decimal digit of any script (Persian, Arabic, full-width, mathematical) as 0 to 9; the rest
    unchanged.
    """
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def persian_digits(text: str) -> str:
    """Decimal digits of any script as Persian ones; the rest unchanged."""
    return ascii_digits(text).translate(_PERSIAN_DIGITS)


def clean_text(text: str) -> str:
    """Text of several lines for storage: NFC, newlines as \\n, at most one empty line in a row, ends
    trimmed.

    Controls, bidirectional marks, zero-width characters and lone surrogates go; a ZWNJ stays where it parts
    two letters.
    """
    parted = _STRAY_ZWNJ.sub("", _ZWNJ_RUN.sub(ZWNJ, _visible(text)))
    lines = unicodedata.normalize("NFC", _SPACES.sub(" ", parted)).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()


def clean_line(text: str) -> str:
    """As `clean_text`, on one line: newlines and runs of spaces become one space."""
    return " ".join(clean_text(text).split())


def search_form(text: str) -> str:
    """Folded words parted by one space, for an index over free text; a query goes through `search_words`
    instead.

    A word with ZWNJ stands both in its parts and joined ("می‌شود" -> "می شود میشود"), as people type it
    both ways.
    """
    forms = (form for word in text.split() for form in _word_forms(word))
    return " ".join(form for form in forms if form)


def name_form(name: str) -> str:
    """A name folded without any space: equal for every way of typing it, and a substring target for
    `search_words`.

    People write "علیرضا", "علی رضا" and "علی‌رضا" for one name; without spaces the three are one.
    """
    return _fold(name.replace(ZWNJ, "")).replace(" ", "")


def search_words(query: str) -> tuple[str, ...]:
    """The folded words of a query, each once, in order. A row matches if its search column contains them
    all as substrings; the column holds `name_form` of the names and `search_form` of the texts, parted by a
    space.
    """
    return tuple(dict.fromkeys(_fold(query.replace(ZWNJ, " ")).split()))


class _Table(dict[int, str]):
    """For `str.translate`; works a character out when it first comes, as folding is on the busiest path."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, code: int) -> str:
        result = self._rule(chr(code))
        if code <= _LAST_COMMON:
            # What lies beyond is rare, and must not fill the memory.
            self[code] = result
        return result


def _visible(text: str) -> str:
    """Without characters that nobody sees, save ZWNJ and tabs; every newline as \\n."""
    return _NEWLINES.sub("\n", text).translate(_VISIBLE)


def _if_visible(character: str) -> str:
    if character in "\n\t" or character == ZWNJ:
        return character
    is_control = unicodedata.category(character) in {"Cc", "Cf", "Cs"}
    is_selector = any(ord(character) in selectors for selectors in _VARIATION_SELECTORS)
    return "" if is_control or is_selector or character in _BLANKS else character


def _word_forms(word: str) -> tuple[str, ...]:
    if ZWNJ not in word:
        return (_fold(word),)
    parts = _fold(word.replace(ZWNJ, " ")).split()
    return tuple(dict.fromkeys((*parts, _fold(word.replace(ZWNJ, "")))))


def _fold(text: str) -> str:
    """Lower case, bare letters and ASCII digits, single spaces; all but letters and digits parts words."""
    return " ".join(text.translate(_FOLDED).split())


def _folded(character: str) -> str:
    if character.isspace():
        return " "
    # Twice, since lower-casing can bring forth letters that decompose again.
    bare = _without_marks(_without_marks(_if_visible(character)).casefold())
    letters = ascii_digits(bare.translate(_LETTERS))
    return "".join(c if c.isalnum() else " " for c in letters)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.category(c).startswith("M"))


_VISIBLE = _Table(_if_visible)
_FOLDED = _Table(_folded)
