"""What is wrong with a need for staff, in words: the same in a file, in a list and on a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deskops.core.i18n import lazy as _l
from deskops.desks.document.languages import LANGUAGES
from deskops.desks.rules import MAX_PEOPLE, Need, need_fault


def unknown_languages(codes: Iterable[str]) -> list[str]:
    """Those that nobody can say of staff."""
    return [code for code in codes if code not in LANGUAGES]


def fault_of(need: Need) -> str | None:
    """The field at fault; None where all is well."""
    return need_fault(need) or ("languages" if unknown_languages(need.languages) else None)


def words_for(field: str, need: Need) -> Any:
    """Why a field of a need doesn't fit, and what to write instead."""
    if field == "languages":
        return _l(
            "The language “%(code)s” is not known here. Use one of: %(codes)s.",
            code=unknown_languages(need.languages)[0],
            codes=", ".join(LANGUAGES),
        )
    if field == "target" and need.target < need.minimum:
        return _l(
            "The target (%(target)s) lies below the minimum (%(minimum)s). Write the minimum or more.",
            target=need.target,
            minimum=need.minimum,
        )
    if field == "supervisors":
        return _l("Supervisors are some of the minimum: write 0 to %(minimum)s.", minimum=need.minimum)
    return _l("A desk needs 1 to %(most)s people.", most=MAX_PEOPLE)
