"""`deskops simulate --calls`: a real log's callers through the policies, with the servers who were there."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deskops.balancing.simulation.policies import POLICIES
from deskops.cli.replaying.calls import Log
from deskops.cli.simulate import simulate
from deskops.cli.simulating.call_log import Played, prepared
from tests.cli.call_logs import in_menu, log_of, row, write_log
from tests.cli.real_data import real_file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(simulate, ["--calls", *(str(argument) for argument in arguments)])


def played(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


@pytest.fixture
def morning(tmp_path: Path) -> Log:
    """Two servers of one type; Anna has a break of an hour, one caller gives up after 45 seconds."""
    return log_of(
        tmp_path,
        row("8:00:00", server="ANNA", waits=None, served=600),
        row("8:05:00", server="BEN", waits=None, served=300),
        row("8:06:00", waits=45, served=None),
        row("8:10:00", server="ANNA", waits=30, served=300),
        row("9:30:00", server="ANNA", waits=None, served=120),
    )


def minutes_open(ready: Played) -> list[tuple[float, int]]:
    [desk] = ready.scenario.desks
    return [(round(plan.minute, 2), plan.counters) for plan in desk.counters]


def test_servers_are_there_from_a_first_call_to_a_last_with_breaks_between(morning: Log) -> None:
    # Anna from 0 to 15:40, Ben from 5 to 10, Anna again from 90 to 92.
    ready = prepared(morning)
    assert minutes_open(ready) == [(0, 1), (5, 2), (10, 1), (15.5, 0), (90, 1), (92, 0)]


def test_who_hung_up_leaves_after_as_long_a_wait_and_would_have_taken_the_mean(morning: Log) -> None:
    gave_up = prepared(morning).people[2]
    assert gave_up.patience_minutes == 0.75
    assert gave_up.service_minutes == pytest.approx((600 + 300 + 300 + 120) / 4 / 60)


def test_who_was_answered_stays_as_long_as_the_most_patient(morning: Log) -> None:
    people = prepared(morning).people
    assert {person.patience_minutes for n, person in enumerate(people) if n != 2} == {0.5}
    assert people[0].service_minutes == 10


def test_the_log_itself_is_a_play(morning: Log) -> None:
    as_it_was = prepared(morning).as_it_was
    assert as_it_was.gave_up == {2}
    assert sorted(as_it_was.passed) == [0, 1, 3, 4]


def test_servers_of_other_types_are_another_desk(tmp_path: Path) -> None:
    ready = prepared(log_of(tmp_path, row(server="ANNA"), row(server="BEN", type="NE")))
    assert [sorted(desk.speed) for desk in ready.scenario.desks] == [[1], [0]]
    assert [topic.share for topic in ready.scenario.topics] == [0.5, 0.5]


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_answers_or_loses_every_caller(morning: Log, policy: str) -> None:
    ready = prepared(morning)
    play = POLICIES[policy](ready.scenario, ready.people, 1)
    assert set(play.passed) | set(play.gave_up) == set(range(5))
    assert not set(play.passed) & set(play.gave_up)


def test_odd_rows_are_left_out_and_listed_and_the_run_goes_on(tmp_path: Path) -> None:
    rows = [row(), row(ser_start="x"), row(outcome="PHANTOM"), in_menu(), row(waits=20)]
    told = played(write_log(tmp_path / "calls.csv", rows))
    assert told["calls"] == {"read": 5, "played": 2, "in_menu": 1}
    assert [(odd["line"], odd["reason"]) for odd in told["odd"]] == [(3, "unreadable_time"), (4, "phantom")]


def test_odd_rows_go_into_a_file_if_asked(tmp_path: Path) -> None:
    log = write_log(tmp_path / "calls.csv", [row(), row(server="NO_SERVER")])
    listed = tmp_path / "odd.csv"
    output = run(log, "--odd", listed).stdout
    assert "unknown_server: line 3" in output
    with listed.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["line", "reason", "detail"], ["3", "unknown_server", ""]]


def test_a_call_that_ends_past_midnight_is_not_odd(tmp_path: Path) -> None:
    told = played(write_log(tmp_path / "calls.csv", [row("23:59:00", waits=50, served=600)]))
    assert (told["calls"]["played"], told["odd"]) == (1, [])


def test_the_policies_stand_beside_the_log(tmp_path: Path) -> None:
    rows = [row(f"9:{minute:02}:00", waits=20, served=90) for minute in range(30)]
    told = played(write_log(tmp_path / "calls.csv", rows), "--policy", "pool", "rule")
    assert list(told["policies"]) == ["pool", "rule"]
    assert told["log"]["p50"]["value"] == pytest.approx(1 / 3, abs=1e-3)
    assert told["log"]["answered"]["value"] == 30
    assert told["policies"]["rule"]["estimate_error_p50"]["value"] is not None
    assert told["policies"]["pool"]["estimate_error_p50"]["value"] is None


def test_people_get_a_table_and_a_chart(tmp_path: Path) -> None:
    log = write_log(tmp_path / "calls.csv", [row(), row("9:01:00")])
    result = run(log, "--svg", tmp_path / "waits.svg")
    assert result.stdout.startswith("2 rows read, 2 callers played")
    assert "as logged" in result.stdout
    assert "as logged" in (tmp_path / "waits.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("rows", [[], [in_menu()], [row(waits=40, served=None)]])
def test_a_log_without_an_answered_call_is_refused(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    result = run(write_log(tmp_path / "calls.csv", rows))
    assert result.exit_code == 1
    assert "no call is left that a server answered" in result.stderr


def test_a_file_that_is_no_call_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    result = run(path)
    assert result.exit_code == 1
    assert "has no column" in result.stderr


def test_a_log_has_its_own_demands(tmp_path: Path) -> None:
    log = write_log(tmp_path / "calls.csv", [row()])
    assert run(log, "--seeds", 1).exit_code == 2
    assert run(log, "--demands", log).exit_code == 2
    scenario = tmp_path / "scenario.json"
    scenario.write_text("{}", encoding="utf-8")
    assert run(log, scenario).exit_code == 2


def test_two_weeks_of_real_calls_are_played() -> None:
    told = played(real_file("calls-1999-08-01-to-15.csv"))
    assert told["calls"] == {"read": 23_668, "played": 21_310, "in_menu": 1_835}
    # The log's servers under its own rule lost 27 % of those who queued.
    for policy in ("pool", "late-binding", "rule"):
        assert told["policies"][policy]["answered"]["value"] > told["log"]["answered"]["value"]
