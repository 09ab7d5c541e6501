"""Refusals of set-up."""

from __future__ import annotations

from deskops.core.errors import Refusal
from deskops.core.i18n import lazy


class DeskStateRefused(Refusal):
    """`wanted` can't follow the desk's present state."""

    code = "desk_state_refused"
    message = lazy("The desk can't be put into this state now. Look at its present state, then choose again.")


class ReasonNeeded(Refusal):
    status = 422
    code = "reason_needed"
    message = lazy("Say why: the people who wait and the coordinators will see it.")


class CodeTaken(Refusal):
    code = "code_taken"
    message = lazy("This code is already used. Choose another.")


class PlaceInUse(Refusal):
    code = "place_in_use"
    message = lazy("Place %(number)s was worked at and must stay. Close it instead.")
