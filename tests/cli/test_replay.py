"""A call log run through a real server, from the command line, as an exchange would."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deskops.cli.replay import replay
from tests.cli.call_logs import in_menu, row, write_log
from tests.faults.installation import Installation, Server, serving
from tests.services import free_port


@pytest.fixture(scope="module")
def server(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all: each replay has a trip of its own."""
    folder = tmp_path_factory.mktemp("replayed")
    path = shutil.copy(migrated_sqlite, folder / "deskops.sqlite3")
    with serving(Installation(f"sqlite:///{path}", folder)) as [running]:
        yield running


def run(server: Server, path: Path, *options: str) -> Result:
    runner = CliRunner(env=server.installation.environment())
    return runner.invoke(
        replay, [str(path), "--map", "calls", "--url", server.url, "--fast", "--json", *options]
    )


def replayed(server: Server, path: Path, *options: str) -> dict[str, Any]:
    result = run(server, path, *options)
    assert result.exit_code == 0, result.output
    closing: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return closing


def trip_of(server: Server, path: Path) -> str:
    """The code of a trip that a first replay made."""
    output = run(server, path).output
    return output.split("Trip ")[1].split(":")[0]


@pytest.fixture
def morning(tmp_path: Path) -> Path:
    """Two servers and all that can happen to a caller; Anna is busy from nine, Ben only later."""
    rows = [
        row("8:00:00", server="BEN", waits=None, served=60),
        row("8:05:00", server="ANNA", waits=None, served=60),
        row("8:10:00", server="ANNA", waits=None, served=900),
        row("8:12:00", server="ANNA", waits=780, served=60),
        row("8:13:00", waits=45, served=None),
        row("8:14:00", server="BEN", waits=None, served=30),
        row("8:30:00", server="NO_SERVER", served=5),
        in_menu("8:31:00"),
        row("8:32:00", outcome="PHANTOM"),
        row("8:33:00", server="BEN", type="NE", served=100),
        row("8:34:00", type="??"),
    ]
    return write_log(tmp_path / "calls.csv", rows)


def test_a_log_is_followed_to_the_letter(server: Server, morning: Path) -> None:
    closing = replayed(server, morning, "--as-logged")
    assert {name: closing[name] for name in ("read", "odd", "sent", "acknowledged", "stored")} == {
        "read": 11, "odd": 3, "sent": 10, "acknowledged": 10, "stored": 10,
    }  # fmt: skip
    assert (closing["lost"], closing["duplicated"], closing["refused"], closing["mismatches"]) == (0, 0, 0, 0)
    waits = closing["waits"]["PS"]
    assert {name: waits[name] for name in waits["log"]} == waits["log"]
    assert (waits["answered"], waits["abandoned"], waits["menu"], waits["p95"]) == (6, 1, 2, 780)


def test_by_rule_nobody_waits_for_one_server_while_another_is_free(server: Server, morning: Path) -> None:
    closing = replayed(server, morning, "--by-rule")
    assert (closing["lost"], closing["duplicated"], closing["refused"]) == (0, 0, 0)
    assert closing["waits"]["PS"]["p95"] < closing["waits"]["PS"]["log"]["p95"]
    assert closing["waits"]["PS"]["abandoned"] == 0


def test_by_rule_a_server_does_only_what_they_did_in_the_log(server: Server, tmp_path: Path) -> None:
    rows = [
        row("8:00:00", server="ANNA", waits=None, served=3000),
        row("8:01:00", server="BEN", waits=None, served=600, type="NE"),
        row("8:02:00", server="BEN", waits=600, served=60, type="NE"),
    ]
    closing = replayed(server, write_log(tmp_path / "calls.csv", rows), "--by-rule")
    assert closing["waits"]["NE"]["p95"] == pytest.approx(530, abs=15)


def test_by_rule_a_caller_whom_no_server_is_left_for_gives_up(server: Server, tmp_path: Path) -> None:
    rows = [
        row("8:00:00", server="ANNA", waits=30, served=60),
        row("9:00:00", server="NO_SERVER", waits=None, served=5),
    ]
    closing = replayed(server, write_log(tmp_path / "calls.csv", rows), "--by-rule")
    assert (closing["waits"]["PS"]["answered"], closing["waits"]["PS"]["abandoned"]) == (1, 1)


def test_two_calls_of_one_server_at_once_are_both_served(server: Server, tmp_path: Path) -> None:
    rows = [row(f"8:00:0{n}", waits=None, served=100) for n in range(3)]
    closing = replayed(server, write_log(tmp_path / "calls.csv", rows), "--as-logged")
    assert (closing["odd"], closing["acknowledged"], closing["mismatches"]) == (2, 3, 0)


def test_a_log_of_several_days_opens_and_closes_the_seats_each_day(server: Server, tmp_path: Path) -> None:
    rows = [row("8:00:00", date=f"2026-11-0{day}") for day in (1, 2, 3)]
    for mode in ("--as-logged", "--by-rule"):
        closing = replayed(server, write_log(tmp_path / "calls.csv", rows), mode)
        assert (closing["acknowledged"], closing["waits"]["PS"]["answered"]) == (3, 3)


def test_run_again_in_its_trip_a_log_is_stored_once(server: Server, morning: Path) -> None:
    code = trip_of(server, morning)
    closing = replayed(server, morning, "--trip", code)
    assert (closing["stored"], closing["lost"], closing["duplicated"]) == (10, 0, 0)


def test_odd_rows_are_listed_row_by_row(server: Server, morning: Path, tmp_path: Path) -> None:
    replayed(server, morning, "--odd", str(tmp_path / "odd.csv"))
    listed = (tmp_path / "odd.csv").read_text(encoding="utf-8").splitlines()
    assert listed[0].endswith("line,reason,row,detail")
    assert "12,unknown_type,left out,??" in listed


def test_an_unknown_trip_is_refused_by_its_name(server: Server, morning: Path) -> None:
    result = run(server, morning, "--trip", "nowhere", "--token", "x" * 43)
    assert result.exit_code == 1
    assert "sign_in_needed" in result.output
    result = run(server, morning, "--trip", "nowhere")
    assert result.exit_code == 1
    assert "There is no trip 'nowhere'" in result.output


def test_a_trip_without_the_logs_topics_says_which_are_missing(
    server: Server, morning: Path, tmp_path: Path
) -> None:
    code = trip_of(server, morning)
    other = write_log(tmp_path / "other.csv", [row(type="TT")])
    result = run(server, other, "--trip", code)
    assert (result.exit_code, "topics with the codes TT" in result.output) == (1, True)


def test_a_server_that_does_not_answer_ends_the_replay_with_a_message(server: Server, morning: Path) -> None:
    gone = f"http://127.0.0.1:{free_port()}"
    result = run(server, morning, "--url", gone, "--patience", "0.3")
    assert result.exit_code == 1
    assert "did not answer for 0.3 s" in result.output


def test_a_file_that_is_no_log_is_refused(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    result = run(server, path)
    assert (result.exit_code, "has no column line" in result.output) == (1, True)
    path.write_bytes("شماره".encode("cp1256"))
    result = run(server, path)
    assert (result.exit_code, "UTF-8" in result.output) == (1, True)
