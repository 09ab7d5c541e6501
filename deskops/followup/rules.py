"""Pure decisions on referrals: their states, and when an answer is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

DRAFTED, SENT, ACKNOWLEDGED, INTERIM, ANSWERED = "drafted", "sent", "acknowledged", "interim", "answered"
ACCEPTED, RETURNED, REROUTED, CANCELLED = "accepted", "returned", "rerouted", "cancelled"
REFERRAL_STATES = (
    DRAFTED, SENT, ACKNOWLEDGED, INTERIM, ANSWERED, RETURNED, ACCEPTED, REROUTED, CANCELLED,
)  # fmt: skip
OPEN = (DRAFTED, SENT, ACKNOWLEDGED, INTERIM, ANSWERED, RETURNED)
# The agency has to do something about it: what is late then is late by the agency.
AT_AGENCY = (SENT, ACKNOWLEDGED, INTERIM, RETURNED)

# Whether the agency has it, apart from what it does about it.
UNPROCESSED, DELIVERED, UNDELIVERED, RECEIVED = "unprocessed", "sent", "failed", "acknowledged"

COLLECTIVE_OPEN, COLLECTIVE_CLOSED = "open", "closed"
COLLECTIVE_STATES = (COLLECTIVE_OPEN, COLLECTIVE_CLOSED)
# What is no demand of its own any more has no share in a matter. Who was answered before still has.
NOT_TIED = frozenset({"merged", "withdrawn", "invalid"})
# As many as a request can decide without keeping others waiting.
MOST_TIED_AT_ONCE = 100

USUAL_DAYS = 10
MOST_DAYS = 365


def due_day(received: date, days: int, works_on: Callable[[date], bool]) -> date:
    """The last working day that an agency has: the day of receipt is day 0.

    Raises ValueError where it works on no day of several years.
    """
    day, left = received, days
    for _ in range(10 * MOST_DAYS):
        if left == 0:
            return day
        day += timedelta(days=1)
        left -= works_on(day)
    raise ValueError("an agency that never works")
