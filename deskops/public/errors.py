"""Refusals of the public's pages."""

from __future__ import annotations

from deskops.core.errors import Refusal
from deskops.core.i18n import lazy


class UnknownSign(Refusal):
    """No desk has this sign: the trip is over, or the address was typed by hand."""

    status = 404
    code = "unknown_sign"
    message = lazy("No desk has this sign now. Scan the sign at the desk again, or ask at the nearest desk.")


class UnknownReceipt(Refusal):
    """No receipt carries this token."""

    status = 404
    code = "unknown_receipt"
    message = lazy("No receipt leads here. Scan the code on your receipt again, or type your tracking code.")


class UnknownLetter(Refusal):
    """No letter carries this code."""

    status = 404
    code = "unknown_letter"
    message = lazy(
        "No letter of ours has this code. Scan it again; if this stays so, don't trust the letter and ask the office that is"
        " said to have sent it."
    )


class DeskNotOpen(Refusal):
    """The desk of the sign takes nobody now. The page names the desks that do."""

    code = "desk_not_open"
    message = lazy("This desk takes nobody now.")
