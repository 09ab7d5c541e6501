"""Row 1: kill -9 of the whole process group while people are registered."""

import os
import random
import time

import pytest

from tests.faults.clients import intake
from tests.faults.installation import Installation, serving
from tests.faults.judgement import assert_nothing_lost_or_doubled
from tests.faults.scale import FULL, TIMEOUT, scaled

pytestmark = [pytest.mark.faults, pytest.mark.postgresql, pytest.mark.timeout(TIMEOUT)]
KILLS = scaled(4, 50)
BACK_WITHIN = 5.0  # seconds


def test_what_was_acknowledged_outlives_every_kill(installation: Installation) -> None:
    installation.prepare(users={"staff": 8}, open_desks=["a", "hall"])
    chance = random.Random(os.environ.get("DESKOPS_FAULTS_SEED", "1"))
    back: list[float] = []
    with serving(installation) as [server]:
        with intake(installation, [server]) as crowd:
            for _ in range(KILLS):
                crowd.reach(25)
                time.sleep(chance.uniform(0, 0.2))
                server.kill()
                began = time.monotonic()
                server.start()
                crowd.reach(1)
                back.append(time.monotonic() - began)
        assert_nothing_lost_or_doubled(installation, crowd.log)
    print(
        f"{KILLS} kills, {len(crowd.log.acknowledged)} acknowledged, back in {max(back):.1f} s at the longest"
    )
    assert len(crowd.log.acknowledged) >= 25 * KILLS
    if FULL:
        assert max(back) <= BACK_WITHIN
