"""Refusals of staff."""

from __future__ import annotations

from deskops.core.errors import Refusal
from deskops.core.i18n import lazy


class PersonnelNumberTaken(Refusal):
    """`details` name the numbers."""

    code = "personnel_number_taken"
    message = lazy("A staff member with this personnel number is already in the trip. Check the list first.")
