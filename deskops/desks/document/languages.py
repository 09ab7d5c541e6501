"""The languages that people speak here and staff may know."""

from __future__ import annotations

from typing import Any

from deskops.core.i18n import lazy as _l

# By code as in ISO 639-1, in the order in which they are offered.
LANGUAGES: dict[str, Any] = {
    "fa": _l("Persian"),
    "az": _l("Azerbaijani"),
    "ku": _l("Kurdish"),
    "ar": _l("Arabic"),
    "en": _l("English"),
}
