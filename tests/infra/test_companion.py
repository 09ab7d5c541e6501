"""When a companion is started again, on a clock that the test moves."""

import signal
import sys
from pathlib import Path

import pytest

from deskops import companion
from deskops.companion import FIRST_PAUSE, LONGEST_PAUSE, STEADY_AFTER, Companion
from tests.services import wait_until


class Clock:
    """Stands in for the `time` module of the companion."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(companion, "time", clock)
    return clock


def dead_after_tending(beside: Companion) -> int:
    """Let it start if it wants to and end at once; return the process id."""
    beside.tend()
    assert beside.process is not None
    beside.process.wait()
    return beside.process.pid


def pause_before_next_start(beside: Companion, clock: Clock) -> float:
    beside.tend()
    assert beside.process is None
    begun = clock.seconds
    while beside.process is None:
        clock.seconds += 0.5
        beside.tend()
    beside.process.wait()
    return clock.seconds - begun


def test_the_first_start_waits_as_long_as_it_is_told(clock: Clock) -> None:
    beside = Companion([sys.executable, "-c", ""], first_after=2.0)
    clock.seconds += 1.5
    beside.tend()
    assert beside.process is None
    clock.seconds += 0.5
    dead_after_tending(beside)


def test_pauses_double_up_to_a_limit(clock: Clock) -> None:
    beside = Companion([sys.executable, "-c", ""])
    dead_after_tending(beside)
    pauses = [pause_before_next_start(beside, clock) for _ in range(7)]
    assert pauses == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]


def test_after_a_steady_run_the_first_pause_counts_again(clock: Clock) -> None:
    beside = Companion([sys.executable, "-c", ""])
    dead_after_tending(beside)
    assert [pause_before_next_start(beside, clock) for _ in range(3)] == [1, 2, 4]
    clock.seconds += STEADY_AFTER + 1
    assert pause_before_next_start(beside, clock) == FIRST_PAUSE


def test_a_running_companion_is_left_alone(clock: Clock) -> None:
    beside = Companion([sys.executable, "-c", "import time; time.sleep(60)"])
    beside.tend()
    first = beside.process
    clock.seconds += 100
    beside.tend()
    assert beside.process is first
    beside.end()


def test_a_deaf_companion_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(companion, "END_WITHIN", 0.2)
    deaf = "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    note = "pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    beside = Companion([sys.executable, "-c", deaf + note, str(tmp_path / "deaf")])
    beside.tend()
    wait_until((tmp_path / "deaf").exists, "a companion that ignores SIGTERM")
    process = beside.process
    assert process is not None
    beside.end()
    assert process.returncode == -signal.SIGKILL


def test_ending_what_was_never_started_does_nothing() -> None:
    Companion(["never"]).end()
