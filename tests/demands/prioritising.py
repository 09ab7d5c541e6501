"""What tests of priorities share."""

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.priorities import Priorities, priorities_of
from deskops.demands.services.priorities import set_priorities
from tests.small_trip import SmallTrip


def minutes_of(trip: SmallTrip) -> tuple[int, Priorities]:
    """The version that holds, and what it says."""
    with runtime.current().database.reading() as session:
        return priorities_of(session, trip.id)


def worth(trip: SmallTrip, topics: dict[int, float] | None = None, **minutes: float) -> int:
    """Set minutes, the usual ones where none are named; returns the version."""
    usual = Priorities()
    rest = {name: minutes.pop(name) for name in ("urgent", "own_topic") if name in minutes}
    wanted = Priorities({**usual.kinds, **minutes}, topics=topics or {}, **rest)
    with unit_of_work(SYSTEM) as uow:
        return set_priorities(uow, SYSTEM, trip.id, minutes_of(trip)[0], wanted)
