"""Tracking codes that people read out, type and scan, and secrets of several lengths.

A tracking code has 12 random digits and a check digit by the Damm algorithm (H. M. Damm, 2004), which
catches every single wrong digit and every swap of two neighbours. It tells nothing about order or number of
demands. Codes that are printed before there is a demand begin with 96 to 99 and others never do, so that neither
is ever given twice, without a look at what is printed or registered.
"""

from __future__ import annotations

import base64
import re
import secrets
from enum import Enum

from deskops.core.text import ascii_digits, clean_line

CODE_LENGTH = 13
_RANDOM_DIGITS = CODE_LENGTH - 1
_TOKEN_BYTES = 16
_PAPER = 96

# The totally anti-symmetric quasigroup of order 10 that Damm's thesis gives.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

# A label before the code ("TC-", "کد رهگیری:") and whatever a scanner sends after it carry no digit of the
# code.
_LABELS = re.compile(r"^[^0-9]+|[^0-9]+$")
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−_.,،/٫٬\u200c]+")

# The keys of the Persian layout (ISIRI 9147; Windows' older one has ئ on the key m) as a Latin keyboard has
# them. Arabic ك and ي stand for their Persian twins.
_PERSIAN_KEYS = str.maketrans("ضصثقفغعهخحشسیيبلاتنمکكظطزرذدپئ", "qwertyuiopasddfghjkl;;zxcvbnmm")


class CodeFault(Enum):
    """Why a text is no tracking code."""

    LENGTH = "length"
    CHECK_DIGIT = "check_digit"
    CHARACTERS = "characters"


class CodeError(ValueError):
    """A text that can't be a tracking code; `fault` says why, `digits` how many digits it had."""

    def __init__(self, fault: CodeFault, digits: int) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.digits = digits


def damm_digit(digits: str) -> int:
    """The check digit to append; over digits that end in their own check digit it is 0."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def new_tracking_code() -> str:
    """13 ASCII digits. The first is never 0, since spreadsheets and IVRs drop leading zeros."""
    return _code_from(10, _PAPER)


def new_paper_code() -> str:
    """13 ASCII digits, to be printed on a form before there is a demand."""
    return _code_from(_PAPER, 100)


def _code_from(first: int, end: int) -> str:
    """A code whose first two digits lie in a range, its end left out."""
    following = 10 ** (_RANDOM_DIGITS - 2)
    digits = str(first * following + secrets.randbelow((end - first) * following))
    return f"{digits}{damm_digit(digits)}"


def group_code(code: str) -> str:
    """A code as people read it out: 1234-567-890-123, for a left-to-right field.

    Four, three, three, three as phone numbers are read; no lone check digit at the end, which would be left
    out. Hyphens, since groups parted by spaces change places in right-to-left text.
    """
    return "-".join((code[:4], code[4:7], code[7:10], code[10:]))


def parse_code(text: str) -> str:
    """The 13 ASCII digits of a code typed, pasted, dictated or scanned in any digits and with any separators.

    Letters around it are taken for a label, even in a wrong keyboard layout. Raises CodeError.
    """
    folded = _LABELS.sub("", ascii_digits(clean_line(text)))
    digits = _SEPARATORS.sub("", folded)
    if not digits.isdecimal() and digits:
        raise CodeError(CodeFault.CHARACTERS, sum(c.isdecimal() for c in digits))
    if len(digits) != CODE_LENGTH:
        raise CodeError(CodeFault.LENGTH, len(digits))
    if damm_digit(digits):
        raise CodeError(CodeFault.CHECK_DIGIT, len(digits))
    return digits


def new_secret4() -> str:
    """Four random digits, printed on the receipt of somebody who gave no phone."""
    return f"{secrets.randbelow(10_000):04d}"


def new_token() -> str:
    """128 random bits as 26 characters a-z and 2-7: safe in a URL, and in one case, so that `fold_scanner`
    restores it.
    """
    return base64.b32encode(secrets.token_bytes(_TOKEN_BYTES)).decode("ascii").rstrip("=").lower()


def fold_scanner(text: str) -> str:
    """What a scanner meant that types as a keyboard while a Persian layout or Caps Lock is on: Latin keys
    in lower case.

    Fit for tracking codes, tokens of `new_token` and links to them; not for text that people write.
    """
    return ascii_digits(clean_line(text)).translate(_PERSIAN_KEYS).lower()
