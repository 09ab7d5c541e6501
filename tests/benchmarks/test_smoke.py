"""Every benchmark runs through all its steps with little of everything, and ends in its line; nothing is timed."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS, main
from tests.missing import skip_for

ROOT = Path(__file__).resolve().parents[2]
KEYS = {"name", "value", "unit", "goal", "holds", "baseline", "runs", "machine"}
# They start PostgreSQL and Redis of their own.
GROWN = {"numbers", "workers"}


@cache
def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What a benchmark says; it runs once for all tests that ask."""
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170)


def last_line(done: subprocess.CompletedProcess[str]) -> dict:
    assert done.stdout, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.postgresql] if name in GROWN else []) for name in BENCHMARKS],
)
def test_a_benchmark_runs_and_ends_in_its_figure(name: str) -> None:
    figure = last_line(run(name, "--tiny"))
    if "skipped" in figure:
        (skip_for if name in GROWN else pytest.skip)(figure["skipped"])
    assert figure.keys() >= KEYS
    assert figure["name"] == name
    assert figure["value"] is not None
    assert isinstance(figure["holds"], bool)
    assert figure["runs"]


def test_what_counts_faults_finds_none_at_any_size() -> None:
    assert last_line(run("claim", "--tiny"))["twice"] == 0


def test_progress_stays_out_of_standard_output() -> None:
    done = run("memory", "--tiny")
    assert len(done.stdout.splitlines()) == 1
    assert "memory: Memory of the server" in done.stderr


def test_the_list_names_every_benchmark_with_its_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(BENCHMARKS)
    assert all(len(line.split()) > 3 for line in lines)


def test_an_unknown_name_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["speed"])
    assert stopped.value.code == 2
    assert "claim_scale" in capsys.readouterr().err
