"""Refusals of what is followed up."""

from __future__ import annotations

from deskops.core.errors import Refusal
from deskops.core.i18n import lazy


class CollectiveClosed(Refusal):
    code = "collective_closed"
    message = lazy("This collective demand is closed. Open it again first, or make a new one.")


class NothingChosen(Refusal):
    status = 422
    code = "nothing_chosen"
    message = lazy("No demand is ticked. Tick those that belong together, then choose again.")


class TooManyChosen(Refusal):
    status = 422
    code = "too_many_chosen"
    message = lazy("At most %(most)s demands are tied at once. Tick fewer, and tie the rest after them.")
