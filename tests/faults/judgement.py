"""The one judgement on intake under faults: the clients' log against the database."""

from tests.faults.clients import Log
from tests.faults.installation import Installation
from tests.faults.oracle import Oracle


def assert_nothing_lost_or_doubled(installation: Installation, log: Log) -> None:
    """Every acknowledged person is stored once under the number they were told, and nobody else is stored."""
    oracle = Oracle(installation.url)
    assert log.odd == []
    assert log.given_up == []
    stored = oracle.external_numbers()
    assert {number for number in log.acknowledged if number not in stored} == set(), "lost"
    assert {number: times for number, times in stored.items() if times > 1} == {}, "duplicated"
    assert set(stored) == set(log.acknowledged), "stored, though nobody was told so"
    assert oracle.broken() == {}
    told = {number: answer["ticket"]["number"] for number, answer in log.acknowledged.items()}
    held = dict(
        oracle.rows("SELECT d.external_number, t.number FROM demands d JOIN tickets t ON t.demand_id = d.id")
    )
    assert told == held, "somebody holds another number than the database"
    assert installation.unsealed() == {}
