"""Row 3: PostgreSQL goes away under intake, orderly or as in a crash, and comes back."""

import signal
import time

import pytest

from tests import services
from tests.faults.clients import intake
from tests.faults.installation import Installation, serving
from tests.faults.judgement import assert_nothing_lost_or_doubled
from tests.faults.scale import FULL, TIMEOUT, scaled

pytestmark = [pytest.mark.faults, pytest.mark.postgresql, pytest.mark.timeout(TIMEOUT)]
OUTAGE = scaled(2, 30)  # seconds
REFUSED_WITHIN = 3.0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restart", "crash"])
def test_an_outage_is_told_as_such_and_loses_nothing(
    how: signal.Signals, on_postgresql: Installation, durable_postgresql: services.PostgreSQL
) -> None:
    service = durable_postgresql.service
    on_postgresql.prepare(users={"staff": 8}, open_desks=["a", "hall"])
    with serving(on_postgresql) as [server]:
        # The worker of timed jobs begins a moment after the server.
        services.wait_until(lambda: len(server.members()) > 2, "the worker of timed jobs")
        alive = {member.pid for member in server.members()}
        with intake(on_postgresql, [server]) as crowd:
            crowd.reach(25)
            service.process.send_signal(how)
            service.process.wait(10)
            time.sleep(OUTAGE)
            during = crowd.log.statuses[503]
            service.start()
            crowd.reach(25)
        assert during > 0
        assert {member.pid for member in server.members()} == alive, "server and worker sit it out"
        assert set(crowd.log.statuses) <= {201, 503}
        assert_nothing_lost_or_doubled(on_postgresql, crowd.log)
    if FULL:
        assert max(crowd.log.unavailable) <= REFUSED_WITHIN
