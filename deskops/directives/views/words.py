"""Codes of orders in words, in the order in which they are offered."""

from __future__ import annotations

from typing import Any

from deskops.core.dates import digits
from deskops.core.i18n import lazy as _l
from deskops.directives import rules
from deskops.directives.models import Directive
from deskops.directives.queries import orders
from deskops.followup import rules as referrals

KINDS: dict[str, Any] = {
    rules.REFER: _l("Refer"),
    rules.INTRODUCE: _l("Introduce to a bank"),
    rules.INSPECT: _l("Order to inspect"),
    rules.PROMISE: _l("Promise to follow up"),
    rules.FOLLOW_UP: _l("Follow up an older demand"),
    rules.DOCUMENTS: _l("Ask for documents"),
    rules.GUIDANCE: _l("Guidance"),
    rules.OUT_OF_AUTHORITY: _l("Out of authority"),
    rules.REFUSE: _l("Refuse the demand"),
    rules.THANK: _l("Thank"),
}
KIND_ICONS = {
    rules.REFER: "send",
    rules.INTRODUCE: "landmark",
    rules.INSPECT: "search",
    rules.PROMISE: "flag",
    rules.FOLLOW_UP: "history",
    rules.DOCUMENTS: "file-text",
    rules.GUIDANCE: "message-square",
    rules.OUT_OF_AUTHORITY: "network",
    rules.REFUSE: "octagon-x",
    rules.THANK: "circle-check",
}
# What is written in each, where it isn't an order to agencies.
TEXT_LABELS: dict[str, Any] = {
    rules.DOCUMENTS: _l("Which papers, and where to bring them"),
    rules.GUIDANCE: _l("What the person was told"),
    rules.OUT_OF_AUTHORITY: _l("What the person is to do"),
    rules.REFUSE: _l("The reason"),
    rules.THANK: _l("What is said"),
}
# State of an order -> tone and word.
STATES: dict[str, tuple[str, Any]] = {
    rules.DRAFT: ("info", _l("to be signed")),
    rules.PROPOSED: ("info", _l("proposed")),
    rules.SIGNED: ("warn", _l("signed")),
    rules.ISSUED: ("ok", _l("issued")),
    rules.DECLINED: ("bad", _l("declined")),
    rules.CALLED_BACK: ("warn", _l("called back")),
    rules.DISCARDED: ("warn", _l("discarded")),
    rules.SUPERSEDED: ("warn", _l("replaced")),
    rules.WITHDRAWN: ("bad", _l("withdrawn")),
}
FATES: dict[str, tuple[str, Any]] = {
    orders.OPEN: ("info", _l("open")),
    orders.OVERDUE: ("bad", _l("overdue")),
    orders.KEPT: ("ok", _l("done")),
}
PROMISES: dict[str, tuple[str, Any]] = {
    orders.OPEN: ("info", _l("promise open")),
    orders.OVERDUE: ("bad", _l("promise overdue")),
    orders.KEPT: ("ok", _l("promise kept")),
}
REFERRALS: dict[str, Any] = {
    referrals.DRAFTED: _l("not sent yet"),
    referrals.SENT: _l("sent to them"),
    referrals.ACKNOWLEDGED: _l("they have it"),
    referrals.INTERIM: _l("first answer came"),
    referrals.ANSWERED: _l("answered"),
    referrals.RETURNED: _l("returned to them"),
    referrals.ACCEPTED: _l("answer accepted"),
    referrals.REROUTED: _l("sent on to another agency"),
    referrals.CANCELLED: _l("need not answer"),
}


def number_of(row: Directive) -> str:
    """The number that an order binds under; empty before that."""
    return "" if row.number is None else digits(f"{row.year}/{row.number}")


def fate_of(line: orders.DirectiveLine) -> tuple[str, Any] | None:
    """Tone and word of what became of it so far; None for what waits for nobody."""
    if line.fate is None:
        return None
    return (PROMISES if line.row.kind == rules.PROMISE else FATES)[line.fate]
