"""The columns of a list of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskops.core.forms import PHONE_FAULTS
from deskops.core.i18n import lazy as _l
from deskops.core.identity import PhoneError, parse_phone
from deskops.core.text import ascii_digits, clean_line
from deskops.desks.document import cells
from deskops.desks.document.cells import CellError
from deskops.desks.document.columns import Column
from deskops.desks.document.languages import LANGUAGES
from deskops.staff.document.windows import read_windows, show_windows
from deskops.staff.rules import DESK_HEAD, STAFF

PEOPLE = "people"
NUMBER = "personnel_number"
NUMBER_LENGTH, NAME_LENGTH, MOST_SHIFTS = 20, 120, 60
ROLES: Mapping[str, Any] = {STAFF: _l("Staff"), DESK_HEAD: _l("Desk head")}
# Arabic keyboards have letters of their own for what Persian writes so.
_PERSIAN_LETTERS = str.maketrans("يىك", "ییک")


def personnel_number(text: str) -> str:
    """Latin letters and digits of any script, with leading zeros as they stand. Raises CellError."""
    found = ascii_digits(clean_line(text)).replace(" ", "").upper()
    plain = found.replace("-", "").replace("/", "")
    if not (plain.isascii() and plain.isalnum() and len(found) <= NUMBER_LENGTH):
        raise CellError(
            _l(
                "A personnel number has digits, and Latin letters, hyphens and slashes at most: %(most)s characters.",
                most=NUMBER_LENGTH,
            )
        )
    return found


def person_name(text: str) -> str:
    """With Persian letters where an Arabic keyboard was used. Raises CellError."""
    found = clean_line(text).translate(_PERSIAN_LETTERS)
    if len(found) > NAME_LENGTH:
        raise CellError(_l("This is too long: %(most)s characters at most.", most=NAME_LENGTH))
    if not any(character.isalpha() for character in found):
        raise CellError(_l("A name has letters. Are two columns swapped?"))
    return found


def phone(text: str) -> str:
    """As stored. Raises CellError."""
    try:
        return parse_phone(text)
    except PhoneError as error:
        raise CellError(PHONE_FAULTS[error.fault]) from None


def _role_name(role: str) -> str:
    return str(ROLES.get(role, role))


def _spoken(codes: tuple[str, ...]) -> str:
    return cells.show_parts(tuple(str(LANGUAGES.get(code, code)) for code in codes))


COLUMNS = (
    Column(key=NUMBER, heading=_l("Personnel number"), read=personnel_number, required=True),
    Column(key="name", heading=_l("Full name"), read=person_name, required=True),
    Column(key="agency", heading=_l("Code of the agency"), also=(_l("Agency"),), read=clean_line),
    Column(key="role", heading=_l("Role"), read=cells.one_of(ROLES), write=_role_name, choices=ROLES),
    Column(
        key="home_desk",
        heading=_l("Home desk: code or number"),
        also=(_l("Home desk"),),
        read=clean_line,
    ),
    Column(
        key="topics",
        heading=_l("Topics that they know"),
        also=(_l("Topics"),),
        read=cells.several,
        write=cells.show_parts,
    ),
    Column(key="languages", heading=_l("Languages"), read=cells.several_of(LANGUAGES), write=_spoken),
    Column(key="availability", heading=_l("Can work at"), read=read_windows, write=show_windows),
    Column(key="mobile", heading=_l("Mobile number"), read=phone),
    Column(
        key="most_shifts",
        heading=_l("Most shifts"),
        read=cells.whole(1, MOST_SHIFTS),
        write=cells.show_number,
    ),
    Column(
        key="left",
        heading=_l("Has left"),
        read=cells.yes_no,
        write=cells.show_yes_no,
        choices={"yes": _l("yes"), "no": _l("no")},
    ),
)
