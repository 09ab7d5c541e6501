"""Tables, the JSON object and the chart of a simulation, on figures that are known."""

from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from deskops.balancing.simulation.chart import COLOURS, chart
from deskops.balancing.simulation.judging import CURVE, Figure, Judged, Verdict
from deskops.cli.simulate import simulate
from deskops.cli.simulating.printing import COLUMNS, aligned, as_document, document, goals_table, table

SVG = "{http://www.w3.org/2000/svg}"


def judged(**known: float) -> Judged:
    figures: Judged = {name: Figure(0.0, (0.0, 0.0)) for _, name, _, _ in COLUMNS}
    return figures | {name: Figure(value, (value - 2, value + 2)) for name, value in known.items()}


def test_cells_stand_below_their_headings() -> None:
    lines = list(aligned([["minutes", "p95"], ["pool", "50.6"], ["fixed-map", "1,196.7"]]))
    assert lines == ["minutes        p95", "pool          50.6", "fixed-map  1,196.7"]


def test_of_several_traces_half_the_interval_stands_beside_the_mean() -> None:
    head, pool = table({"pool": judged(mean=1234.56)}, 3)
    assert "1,234.6 ±2.0" in pool
    assert head.startswith("minutes")
    assert "±" not in list(table({"pool": judged(mean=1234.56)}, 1))[1]


def test_shares_are_shown_in_percent() -> None:
    _, line = table({"rule": judged(overtaken=0.0507)}, 1)
    assert "5.1" in line


def test_what_a_policy_has_none_of_is_a_dash_and_null() -> None:
    figures = judged() | {"estimates_within_5": None}
    assert "-" in list(table({"pool": figures}, 1))[1].split()
    assert as_document(figures)["estimates_within_5"] == {"value": None, "ci95": None}


def test_figures_are_rounded_in_the_document() -> None:
    assert as_document(judged(mean=1.234567))["mean"] == {"value": 1.2346, "ci95": [-0.7654, 3.2346]}


def test_a_goal_is_told_with_its_value_and_whether_it_holds() -> None:
    verdicts = [Verdict("p95", 0.98765, "<= 1", True), Verdict("p99", None, "<= 1", False)]
    _, first, second = goals_table(verdicts)
    assert first.split() == ["p95", "0.988", "<=", "1", "holds"]
    assert second.split() == ["p99", "-", "<=", "1", "missed"]
    assert document("trip", {}, verdicts)["goals"][0] == {
        "name": "p95", "value": 0.9877, "goal": "<= 1", "holds": True,
    }  # fmt: skip


def test_without_goals_there_is_no_table_of_them() -> None:
    assert list(goals_table([])) == []


def lines_of(drawing: str) -> list[list[tuple[float, float]]]:
    found = ElementTree.fromstring(drawing).iter(f"{SVG}polyline")
    points = [line.attrib["points"].split() for line in found]
    return [[tuple(float(part) for part in point.split(",")) for point in line] for line in points]  # type: ignore[misc]


@given(st.lists(st.floats(0, 10_000), min_size=len(CURVE), max_size=len(CURVE)).map(sorted))
def test_a_curve_runs_to_the_right_and_upwards_within_the_picture(waits: list[float]) -> None:
    [line] = lines_of(chart("trip", {"rule": waits}))
    assert [x for x, _ in line] == sorted(x for x, _ in line)
    assert [y for _, y in line] == sorted((y for _, y in line), reverse=True)
    assert all(0 <= x <= 960 and 0 <= y <= 540 for x, y in line)


@pytest.mark.parametrize("highest", [0.0, 0.4, 1.0, 7.0, 60.0, 480.0, 100_000.0])
def test_a_chart_has_a_handful_of_lines_whatever_the_waits(highest: float) -> None:
    drawing = ElementTree.fromstring(chart("trip", {"rule": [highest] * len(CURVE)}))
    ends = [text for text in drawing.iter(f"{SVG}text") if text.attrib.get("text-anchor") == "end"]
    assert 2 <= len(ends) <= 13


def test_the_legend_begins_with_the_longest_waits() -> None:
    drawing = ElementTree.fromstring(chart("trip", {"pool": [1.0] * len(CURVE), "map": [9.0] * len(CURVE)}))
    texts = [text.text for text in drawing.iter(f"{SVG}text")]
    assert texts.index("map") < texts.index("pool")


def test_more_policies_than_colours_are_told_apart_by_dashes() -> None:
    curves = {f"policy {n}": [float(n)] * len(CURVE) for n in range(2 * len(COLOURS))}
    drawing = ElementTree.fromstring(chart("trip", curves))
    strokes = {
        (line.attrib["stroke"], line.attrib.get("stroke-dasharray"))
        for line in drawing.iter(f"{SVG}polyline")
    }
    assert len(strokes) == len(curves)


def test_an_option_without_a_value_is_not_understood() -> None:
    result = CliRunner().invoke(simulate, ["--seeds"])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
