"""The parts that the benchmarks share: percentiles, results, the table, and the clients' frames."""

import json
from collections.abc import Callable

import pytest

from benchmarks import __main__ as command
from benchmarks.result import CannotMeasureError, Result, Scale, percentile
from benchmarks.sockets import OPEN, _frame, _masked


def test_a_percentile_is_a_measured_value_not_one_in_between() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert (percentile(values, 50), percentile(values, 95), percentile(values, 100)) == (3.0, 5.0, 5.0)


def test_the_95th_of_a_hundred_leaves_five_above() -> None:
    assert percentile([float(number) for number in range(1, 101)], 95) == 95.0


def test_nothing_measured_is_an_error_and_not_a_zero() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 50)


def test_a_figure_is_rounded_and_keeps_its_details() -> None:
    facts = Result(1 / 3, "×", ">= 0.3", True, 2 / 3, [1 / 3], {"ratios": {"wall": 1 / 7}}).facts("intake")
    assert (facts["value"], facts["baseline"], facts["runs"]) == (0.333, 0.667, [0.333])
    assert facts["ratios"] == {"wall": 0.143}
    assert "Python 3" in facts["machine"]


def test_tiny_is_the_same_with_less() -> None:
    assert (Scale().of(700, 40), Scale(tiny=True).of(700, 40)) == (700, 40)
    assert Scale(tiny=True).runs < Scale().runs


def figure(value: float, holds: bool) -> Callable[[Scale], Result]:
    return lambda scale: Result(value, "ms", "<= 2", holds, None, [value])


def absent(scale: Scale) -> Result:
    raise CannotMeasureError("redis-server is not installed")


def test_all_of_them_end_in_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "BENCHMARKS", {"quick": figure(1.0, True), "away": absent})
    monkeypatch.setattr(command, "_purpose", lambda measure: "tried")
    assert command.main(["all"]) == 0
    *lines, head, quick, away = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["holds"] for line in lines] == [True, None]
    assert head.startswith("benchmark")
    assert (quick.split()[-1], away.split()[-1]) == ("holds", "skipped")


def test_a_missed_goal_ends_in_a_bad_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "BENCHMARKS", {"slow": figure(3.0, False)})
    monkeypatch.setattr(command, "_purpose", lambda measure: "tried")
    assert command.main(["slow"]) == 1
    assert json.loads(capsys.readouterr().out)["holds"] is False


def test_what_is_missing_is_named_and_is_no_missed_goal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "BENCHMARKS", {"away": absent})
    monkeypatch.setattr(command, "_purpose", lambda measure: "tried")
    assert command.main(["away"]) == 0
    assert json.loads(capsys.readouterr().out)["skipped"] == "redis-server is not installed"


@pytest.mark.parametrize("size", [0, 125, 126, 40_000])
def test_a_frame_is_read_back_whole(size: int) -> None:
    payload = b"x" * size
    masked = _masked(OPEN, payload)
    head = masked[: len(masked) - size - 4]
    from_server = bytes([head[0], head[1] & 0x7F]) + head[2:] + payload
    assert _frame(from_server) == (OPEN, payload, len(from_server))


@pytest.mark.parametrize("size", [10, 126, 70_000])
def test_half_a_frame_waits_for_its_rest(size: int) -> None:
    lengths = {
        10: b"\x0a",
        126: b"\x7e" + (126).to_bytes(2, "big"),
        70_000: b"\x7f" + (70_000).to_bytes(8, "big"),
    }
    frame = b"\x81" + lengths[size] + b"y" * size
    assert all(_frame(frame[:cut]) is None for cut in (0, 1, 2, 3, 9, size // 2))
    assert _frame(frame) == (OPEN, b"y" * size, len(frame))
