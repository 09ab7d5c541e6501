"""`deskops simulate` from the command line: scenarios, traces, seeds, what it prints, what it refuses."""

import gzip
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from deskops.balancing.simulation.chart import chart
from deskops.balancing.simulation.judging import CURVE, GOALS
from deskops.balancing.simulation.policies import POLICIES
from deskops.cli.main import main
from deskops.cli.simulate import simulate
from tests.balancing.scenes import document, written

HEADER = "minute,topic,channel,site,urgent,service_minutes,no_show,walk_minutes\n"
ROWS = "".join(f"{490 + n},{n % 2},walk_in,0,0,8.0,0,4.0\n" for n in range(20))
FIGURES = [
    "mean", "p50", "p95", "p99", "overtaken", "walks_per_1000", "moves_per_1000", "staff_moves", "accepted",
    "unserved", "estimates_within_5",
]  # fmt: skip


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "small.json"
    path.write_text(written(document()), encoding="utf-8")
    return path


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "monday.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(simulate, [str(argument) for argument in arguments])


def played(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--json", "--jobs", 1)
    assert result.exit_code == 0, result.output
    assert result.stdout.count("\n") == 1
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def refused(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.output
    return result.stderr


def test_one_object_tells_everything(scenario: Path) -> None:
    told = played(scenario, "--seeds", 1, 2)
    assert list(told) == ["scenario", "policies", "goals"]
    assert told["scenario"] == "small"
    assert list(told["policies"]) == list(POLICIES)
    for figures in told["policies"].values():
        assert list(figures) == FIGURES
        assert all(list(figure) == ["value", "ci95"] for figure in figures.values())
    assert [list(goal) for goal in told["goals"]] == [["name", "value", "goal", "holds"]] * len(GOALS)


def test_an_interval_surrounds_its_mean(scenario: Path) -> None:
    mean = played(scenario, "--seeds", 1, 2, 3, "--policy", "pool")["policies"]["pool"]["mean"]
    low, high = mean["ci95"]
    assert low < mean["value"] < high


def test_policies_that_say_nothing_of_the_wait_have_no_estimates(scenario: Path) -> None:
    figures = played(scenario, "--seeds", 1, "--policy", "pool", "rule")["policies"]
    assert figures["pool"]["estimates_within_5"] == {"value": None, "ci95": None}
    assert figures["rule"]["estimates_within_5"]["value"] >= 0


def test_without_seeds_and_traces_three_are_drawn(scenario: Path) -> None:
    assert played(scenario, "--policy", "pool") == played(scenario, "--policy", "pool", "--seeds", 1, 2, 3)


def test_lists_may_be_given_in_one_or_one_by_one_and_before_the_scenario(scenario: Path) -> None:
    in_one = played(scenario, "--policy", "pool", "rule", "--seeds", 4, 5)
    one_by_one = played(scenario, "--seeds", 4, "--policy", "pool", "--seeds=5", "--policy", "rule")
    before = played("--policy", "pool", "rule", "--seeds", 4, 5, scenario)
    assert in_one == one_by_one == before


def test_a_trace_is_played_packed_or_not(scenario: Path, trace: Path) -> None:
    packed = trace.with_name("monday.csv.gz")
    packed.write_bytes(gzip.compress(trace.read_bytes()))
    both = [played(scenario, "--demands", path, "--policy", "rule-offer") for path in (trace, packed)]
    assert both[0] == both[1]


def test_a_trace_plays_alike_whatever_else_is_played(scenario: Path, trace: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(HEADER + ROWS.replace("8.0", "4.0"), encoding="utf-8")
    alone = [played(scenario, "--demands", path, "--policy", "fixed-map") for path in (trace, other)]
    both = played(scenario, "--demands", other, trace, "--policy", "fixed-map")
    means = [one["policies"]["fixed-map"]["mean"]["value"] for one in alone]
    assert both["policies"]["fixed-map"]["mean"]["value"] == pytest.approx(sum(means) / 2, abs=1e-3)


def test_several_processes_come_to_the_same(scenario: Path) -> None:
    results = [run(scenario, "--seeds", 1, 2, "--json", "--jobs", jobs).stdout for jobs in (1, 2)]
    assert results[0] == results[1] != ""


def test_only_what_is_asked_for_is_played_and_what_its_goals_need(scenario: Path) -> None:
    told = played(scenario, "--seeds", 1, "--policy", "rule-full")
    assert set(told["policies"]) == {"rule-full", "pool", "same-speed-pool", "fixed-map"}
    assert len(told["goals"]) == len(GOALS) - 1
    assert played(scenario, "--seeds", 1, "--policy", "late-binding")["goals"] == []


def test_people_get_tables(scenario: Path) -> None:
    output = run(scenario, "--seeds", 1, 2, "--jobs", 1).stdout
    assert output.startswith("small: 2 traces of ")
    assert "±" in output
    assert "rule-full" in output
    assert "fixed map's p95 / ours" in output
    assert "±" not in run(scenario, "--seeds", 1, "--policy", "pool", "--jobs", 1).stdout


def test_there_is_no_progress_bar_where_nobody_looks(scenario: Path) -> None:
    assert run(scenario, "--seeds", 1, "--policy", "pool", "--jobs", 1).stderr == ""


def test_a_chart_is_drawn(scenario: Path, tmp_path: Path) -> None:
    path = tmp_path / "waits.svg"
    assert run(scenario, "--seeds", 1, "--svg", path, "--jobs", 1).exit_code == 0
    drawing = ElementTree.parse(path).getroot()
    texts = {text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert texts >= {*POLICIES, "wait in minutes", "95 %"}
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}polyline"))) == len(POLICIES)


def test_a_name_in_a_chart_is_text_whatever_it_says() -> None:
    drawing = ElementTree.fromstring(chart("<trip> & more", {"rule": [0.0] * len(CURVE)}))
    assert drawing[0].text == "<trip> & more"


def test_a_chart_that_cannot_be_written_is_said_after_the_figures(scenario: Path, tmp_path: Path) -> None:
    absent = tmp_path / "absent" / "waits.svg"
    result = run(scenario, "--seeds", 1, "--policy", "pool", "--svg", absent, "--jobs", 1)
    assert (result.exit_code, "can't be written" in result.stderr) == (1, True)
    # What was played isn't lost.
    assert "pool" in result.stdout


def test_a_scenario_with_faults_is_not_played_and_each_is_named_with_its_line(scenario: Path) -> None:
    whole = document(colour="red")
    whole["topics"][0]["share"] = -1
    scenario.write_text(written(whole), encoding="utf-8")
    told = refused(scenario, "--seeds", 1)
    assert "Nothing was played." in told
    assert "small.json, line 22: topics[0].share: must be from 0 to 1, not -1" in told
    assert "colour: unknown field" in told


def test_a_trace_with_bad_rows_is_not_played_and_each_is_named(scenario: Path, trace: Path) -> None:
    trace.write_text(HEADER + ROWS + "x,0,call,,0,5,0,5\n490,9,call,,0,5,0,5\n", encoding="utf-8")
    told = refused(scenario, "--demands", trace)
    assert "monday.csv, line 22: minute 'x'" in told
    assert "monday.csv, line 23: there is no topic 9" in told


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "the file ends too early"), (b"\xff\xfe{", "isn't UTF-8"), (b"{", "the file ends too early")],
)
def test_what_is_no_scenario_is_refused(scenario: Path, content: bytes, words: str) -> None:
    scenario.write_bytes(content)
    assert words in refused(scenario, "--seeds", 1)


@pytest.mark.parametrize("kept", [5, 60])
def test_half_a_packed_trace_is_refused(scenario: Path, tmp_path: Path, kept: int) -> None:
    half = tmp_path / "half.csv.gz"
    half.write_bytes(gzip.compress((HEADER + ROWS).encode())[:kept])
    assert "not a whole gzip file" in refused(scenario, "--demands", half)


def test_seeds_need_a_generator(scenario: Path) -> None:
    whole = document()
    del whole["generator"]
    scenario.write_text(written(whole), encoding="utf-8")
    assert "Give a trace with --demands" in refused(scenario, "--seeds", 1)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--seeds", "one"),
        ("--seeds", "-1"),
        ("--policy", "best"),
        ("absent.json",),
        ("--demands", "absent.csv"),
        ("--jobs", "0"),
    ],
)
def test_what_is_not_understood_ends_in_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_help_names_the_policies_and_examples() -> None:
    output = CliRunner().invoke(main, ["simulate", "--help"]).output
    assert "Examples:" in output
    assert all(name in output.replace("\n", " ") for name in POLICIES)
