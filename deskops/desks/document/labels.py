"""What records of a set-up file have in common: a key, and names in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ConfigDict, with_config

from deskops.core.i18n import PERSIAN, lang
from deskops.desks.document.kinds import Code, Name, OtherName, Short

# A misspelt key must be refused, not left out.
strict = with_config(ConfigDict(extra="forbid"))


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """Anything with a stable key."""

    code: Code


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Coded):
    """Anything with a full name; the Persian one is what every screen can show."""

    name_fa: Name
    name_en: OtherName = ""

    @property
    def name(self) -> str:
        """In the current language; Persian where there is no English one."""
        return self.name_fa if lang() == PERSIAN else self.name_en or self.name_fa


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled(Named):
    """Anything with a short name too, for walls, boards and lists."""

    short_fa: Short = ""
    short_en: Short = ""
