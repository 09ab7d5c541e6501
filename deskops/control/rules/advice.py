"""Pure decisions about advice and about people who move from desk to desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from deskops.balancing.advice import Limits

PROPOSED, ACCEPTED, REFUSED, EXPIRED, TAKEN_BACK = "proposed", "accepted", "refused", "expired", "taken_back"
ADVICE_STATES = (PROPOSED, ACCEPTED, REFUSED, EXPIRED, TAKEN_BACK)
ASKED, UNDER_WAY, ARRIVED, DECLINED = "asked", "under_way", "arrived", "declined"
# Moved by a coordinator, as soon as nobody is at their counter.
ORDERED = "ordered"
MOVE_STATES = (ASKED, ORDERED, UNDER_WAY, ARRIVED, DECLINED, TAKEN_BACK)
PENDING = (ASKED, ORDERED, UNDER_WAY)
# A pair of desks that coordinators refused isn't proposed again for so long.
REFUSED_FOR = timedelta(hours=1)
# Whoever came to a desk stays there for so long, and so does what they gave up.
DWELL = timedelta(minutes=Limits().dwell_minutes)


@dataclass(frozen=True)
class Figures:
    """What advice rests on. Minutes; the two futures are `horizon` minutes from then, `…_without` as it goes on.

    `target_waiting`, `target_oldest`: whom the target could serve, and how long the oldest of them has waited.
    `source_free`, `source_open`: counters of the source that nobody is at, and all of them.
    """

    horizon: float
    target_waiting: int
    target_oldest: float
    source_free: int
    source_open: int
    person_minutes: float
    person_minutes_without: float
    waiting: float
    waiting_without: float
    oldest: float
    oldest_without: float


@dataclass(frozen=True)
class Mover:
    """Somebody at a counter who could be asked to move. `is_idle`: nobody is with them."""

    user_id: int
    place_id: int | None
    is_idle: bool
    supervises: bool


def missed_least(movers: Iterable[Mover]) -> list[Mover]:
    """In the order in which they should be asked: idle first, then whoever doesn't look after the others."""
    return sorted(movers, key=lambda one: (not one.is_idle, one.supervises, one.place_id or 0, one.user_id))
