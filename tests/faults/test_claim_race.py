"""Row 8: many processes, each with a load of its own in memory, take people from the same queues."""

import time
from collections import Counter
from typing import Any

import pytest

from tests.faults.installation import Installation, helper
from tests.faults.oracle import Oracle
from tests.faults.scale import TIMEOUT, scaled

pytestmark = [pytest.mark.faults, pytest.mark.postgresql, pytest.mark.timeout(TIMEOUT)]
PROCESSES = scaled(8, 35)
TICKETS = scaled(400, 10_000)


def counters_of(trip: dict[str, Any]) -> list[dict[str, Any]]:
    places = trip["places"]["hall"][-PROCESSES:]
    users = trip["users"]["staff"]
    return [
        {"trip": trip["id"], "place": place, "user": user["user_id"]}
        for place, user in zip(places, users, strict=True)
    ]


def test_nobody_is_called_twice_and_nobody_is_skipped(installation: Installation) -> None:
    installation.prepare(users={"staff": PROCESSES}, counters=PROCESSES, waiting=TICKETS, open_desks=["hq"])
    with helper(installation, "claimer", parts=counters_of(installation.trip)) as claimers:
        began = time.monotonic()
        claimers.tell("go")
        told = claimers.hear()
        took = time.monotonic() - began
        claimers.tell("compare")
        assert claimers.hear() == [[]] * PROCESSES, "a load differs from the database"
    assert [each for each in told if "failed" in each] == []
    called = Counter(ticket for each in told for ticket in each["called"])
    refused = sum(each["refused"] for each in told)
    print(f"{TICKETS} people by {PROCESSES} counters in {took:.1f} s; {refused} times busy")
    oracle = Oracle(installation.url)
    assert {ticket: times for ticket, times in called.items() if times > 1} == {}, "called twice"
    assert len(called) == TICKETS, "skipped"
    assert oracle.rows("SELECT DISTINCT status FROM tickets") == [("done",)]
    assert oracle.one("SELECT count(*) FROM journal WHERE kind = 'ticket.called'") == TICKETS
    assert oracle.broken() == {}
    assert installation.unsealed() == {}
