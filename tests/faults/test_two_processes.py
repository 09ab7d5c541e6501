"""Several processes do everything at once on one trip, each deciding from a load of its own in memory."""

import os
from collections import Counter

import pytest

from tests.faults.installation import Installation, helper
from tests.faults.oracle import Oracle
from tests.faults.scale import TIMEOUT, scaled

pytestmark = [pytest.mark.faults, pytest.mark.postgresql, pytest.mark.timeout(TIMEOUT)]
PROCESSES = scaled(3, 6)
ACTS = scaled(250, 3000)
SEED = int(os.environ.get("DESKOPS_FAULTS_SEED", "1"))


def parts(installation: Installation) -> list[dict[str, object]]:
    trip = installation.trip
    shared = {
        "trip": trip["id"],
        "acts": ACTS,
        "topics": list(trip["topics"].values()),
        "sites": list(trip["sites"].values()),
        "desks": list(trip["desks"].values()),
        # Few, so that the processes meet at them.
        "places": [places[0] for places in trip["places"].values()],
    }
    users = trip["users"]["desk_head"]
    return [shared | {"user": user["user_id"], "seed": SEED * 100 + n} for n, user in enumerate(users)]


def test_after_a_busy_day_every_memory_equals_the_database(installation: Installation) -> None:
    installation.prepare(users={"desk_head": PROCESSES})
    with helper(installation, "busy_day", parts=parts(installation)) as crew:
        crew.tell("go")
        told = crew.hear()
        crew.tell("compare")
        differing = crew.hear()
    done: Counter[str] = Counter()
    for each in told:
        assert "failed" not in each, each["failed"]
        done.update(each)
    print(dict(sorted(done.items())))
    assert differing == [[]] * PROCESSES
    oracle = Oracle(installation.url)
    assert oracle.broken() == {}
    if installation.url.startswith("sqlite"):
        assert oracle.stranded() == [], "one writer at a time: nobody decides without sight of the others"
    installation.run("mend")
    assert oracle.shut() == []
    assert oracle.standing_ready_for_nothing() == []
    assert installation.unsealed() == {}
    assert min(done[name] for name in ("register", "next", "finish", "transfer", "desk", "taken back")) > 0
