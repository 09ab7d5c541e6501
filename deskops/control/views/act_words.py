"""What balancing did, in words: kinds, reasons, settings."""

from __future__ import annotations

from typing import Any

from deskops.control.queries import acts
from deskops.core.dates import digits
from deskops.core.i18n import lazy as _l
from deskops.demands import rules

KINDS: dict[str, Any] = {
    acts.LABELS: _l("Other desks given"),
    acts.WALKS: _l("Walks asked"),
    acts.OFFERS_MADE: _l("Offers by phone"),
    acts.HANDED_OVER: _l("Desks that stopped or came back"),
    acts.STAFF: _l("Staff moves"),
    acts.SETTINGS: _l("Settings changed"),
    acts.ANSWERS: _l("Proposals and what was taken back"),
}
WHO: dict[str, Any] = {acts.AUTOMATIC: _l("By itself"), acts.BY_HAND: _l("By people")}
# With `desk`, the number of the desk that gave the reason, where there is one.
REASONS: dict[str, Any] = {
    rules.BY_TICK: _l("So that waits are as they are expected; nobody's place in the queue changes."),
    rules.LONG_WAIT: _l("Their wait was long."),
    rules.NOBODY_HERE: _l("Nobody where they stood could serve them."),
    rules.COUNTER_LEFT: _l("The last counter of desk %(desk)s was left."),
    rules.COUNTER_CAME: _l("Desk %(desk)s has a counter again."),
    rules.DESK_OPENED: _l("Desk %(desk)s opened."),
    rules.ASTRAY: _l("Their desk was not open."),
    rules.SETUP_CHANGED: _l("What their desk does was changed."),
    rules.BY_HAND: _l("By a coordinator."),
    "desk_failed": _l("Desk %(desk)s failed."),
    "desk_paused": _l("Desk %(desk)s was paused."),
    "desk_closing": _l("Desk %(desk)s is about to close."),
    "desk_closed": _l("Desk %(desk)s closed."),
}
ACTS: dict[str, Any] = {
    rules.RELABEL: _l("Give other desks"),
    rules.WALK: _l("Ask people to walk"),
    rules.OFFER: _l("Offer to serve by phone"),
    rules.STAFF: _l("Move staff"),
}
ACT_HINTS: dict[str, Any] = {
    rules.RELABEL: _l(
        "Every five minutes: whom each desk expects. When a desk stops, this is always done at once."
    ),
    rules.WALK: _l("To a site where it goes much faster; every five minutes, and at registration."),
    rules.OFFER: _l("To who waits long at a site; every five minutes, and at registration."),
    rules.STAFF: _l("From a desk with little to do to one where people wait, as advised every ten minutes."),
}
MODES: dict[str, Any] = {
    rules.OFF: _l("Off"),
    rules.PROPOSE: _l("Ask me first"),
    rules.DO: _l("By itself"),
}
LIMITS: dict[str, Any] = {
    "walks_an_hour": _l("Walks an hour, whole trip"),
    "walks_per_desk": _l("Walks to one desk at a time"),
    "walk_gain_minutes": _l("Least gain of a walk, minutes"),
    "offer_minutes": _l("Offer from so many minutes of wait"),
    "counters_an_hour": _l("Counters moved an hour"),
    "staff_gain_minutes": _l("Least gain, person-minutes for each who moves"),
    "stay": _l("Counters that stay at each desk"),
}
SETTINGS: dict[str, Any] = ACTS | LIMITS


def reason(code: str, desk_number: int | None) -> str:
    """Why an act was done; empty for a row from before there were reasons, or where the desk is gone."""
    text = str(REASONS.get(code, ""))
    if "%(desk)s" not in text:
        return text
    return text % {"desk": digits(desk_number)} if desk_number is not None else ""
