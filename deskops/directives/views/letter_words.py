"""Words about printing letters."""

from __future__ import annotations

from typing import Any

from deskops.core import print_pages
from deskops.core.i18n import lazy as _l
from deskops.core.prints import NOTHING
from deskops.directives import rules
from deskops.directives.queries.letters import AGENCY, PERSON

TO: dict[str, Any] = {AGENCY: _l("To agencies"), PERSON: _l("To people")}
PRINTED: dict[str, Any] = {"no": _l("Not printed yet"), "any": _l("All")}
ROLES: dict[str, Any] = {rules.ORDER: _l("order"), rules.COPY: _l("copy"), rules.MAIN: _l("for the person")}
STATES, BROKEN_OFF = print_pages.STATES, print_pages.BROKEN_OFF
FAULTS: dict[str, Any] = print_pages.FAULTS | {
    NOTHING: _l("These orders don't hold any more. Choose again."),
}
