"""A recorded day that was played again, for tests that need its page and nothing behind it."""

from dataclasses import asdict
from datetime import timedelta

from deskops.accounts.actor import SYSTEM
from deskops.balancing.simulation.judging import curve_of, figures_of
from deskops.balancing.simulation.policies import Play
from deskops.control.models import Replay
from deskops.control.services.replaying import DONE, REALLY
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.queries.recorded import Counts
from tests.small_trip import SmallTrip


def a_replay(trip: SmallTrip) -> int:
    """Yesterday, on which nobody came, with the rule; its id."""
    nobody = Play({}, set())
    result = {"figures": dict(figures_of([], nobody)), "curve": curve_of([], nobody)}
    with unit_of_work(SYSTEM) as uow:
        row = Replay(
            trip_id=trip.id,
            day=(uow.now - timedelta(days=1)).date(),
            policies=["rule"],
            state=DONE,
            counts=asdict(Counts(played=0, mean_service=0, unserved=0, paper=0, other=0, desks=0)),
            results={REALLY: result, "rule": result},
            asked_at=uow.now,
        )
        uow.session.add(row)
        uow.session.flush()
        return row.id
