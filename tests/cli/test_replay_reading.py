"""What a row of a call log says, and what is odd about it. Each is a call, or listed with its reason."""

from datetime import datetime
from pathlib import Path

import pytest

from deskops.cli.replaying.calls import Odd, read_log
from tests.cli.call_logs import TEHRAN, calls_of, in_menu, log_of, row, write_log
from tests.cli.real_data import real_file


def local(seconds: float | None) -> str:
    assert seconds is not None
    return datetime.fromtimestamp(seconds, TEHRAN).strftime("%d %H:%M:%S")


def test_an_answered_call_waits_from_the_queue_until_service(tmp_path: Path) -> None:
    [call] = calls_of(tmp_path, row("9:00:00", waits=30, served=120, server="ANNA"))
    assert (call.fate, call.server, call.wait) == ("answered", "ANNA", 30)
    assert [local(call.entered), local(call.answered), local(call.ended)] == [
        "01 09:00:10",
        "01 09:00:40",
        "01 09:02:40",
    ]
    assert call.service == 120


def test_a_call_answered_at_once_never_queued(tmp_path: Path) -> None:
    [call] = calls_of(tmp_path, row(waits=None, served=60))
    assert call.entered == call.answered
    assert call.wait == 0


def test_who_is_answered_before_the_menu_ended_enters_then(tmp_path: Path) -> None:
    [call] = calls_of(
        tmp_path, row("9:00:00", waits=None, served=60, ser_start="9:00:08", ser_exit="9:01:08")
    )
    assert local(call.entered) == local(call.answered) == "01 09:00:08"


def test_who_hangs_up_in_the_queue_leaves_it(tmp_path: Path) -> None:
    [call] = calls_of(tmp_path, row("9:00:00", waits=45, served=None))
    assert (call.fate, local(call.ended), call.answered, call.server) == (
        "hung_up",
        "01 09:00:55",
        None,
        None,
    )


def test_who_hangs_up_in_the_menu_never_reached_the_queue(tmp_path: Path) -> None:
    [call] = calls_of(tmp_path, in_menu("9:00:00"))
    assert (call.fate, local(call.entered)) == ("menu", "01 09:00:00")


def test_priority_two_is_urgent(tmp_path: Path) -> None:
    calls = calls_of(tmp_path, *(row(f"9:0{level}:00", priority=level) for level in (0, 1, 2)))
    assert [call.urgent for call in calls] == [False, False, True]


def test_calls_come_in_order_of_time_whatever_the_order_of_rows(tmp_path: Path) -> None:
    calls = calls_of(tmp_path, row("10:00:00"), row("8:00:00"), row("9:00:00"))
    assert [local(call.entered)[3:5] for call in calls] == ["08", "09", "10"]


def test_times_run_on_past_midnight(tmp_path: Path) -> None:
    log = log_of(tmp_path, row("23:59:00", waits=30, served=120))
    [call] = log.calls
    assert [local(call.answered), local(call.ended)] == ["01 23:59:40", "02 00:01:40"]
    assert [odd.reason for odd in log.odd] == ["past_midnight"]


def test_a_queue_that_begins_after_midnight_is_of_the_next_day(tmp_path: Path) -> None:
    [call] = calls_of(tmp_path, row("23:59:55", waits=30, served=60))
    assert [local(call.entered), local(call.answered)] == ["02 00:00:05", "02 00:00:35"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"vru_exit": "8:58:00"}, "negative_interval"),
        ({"q_time": -5}, "negative_interval"),
        ({"q_time": 500}, "times_differ"),
        ({"served": 4000}, "service_of_hours"),
        ({"server": "NO_SERVER"}, "unknown_server"),
        ({"ser_start": "0:00:00", "ser_exit": "0:00:00", "ser_time": 0}, "no_service_times"),
        ({"ser_start": "9:00:15", "ser_exit": "9:02:15"}, "queue_and_service_apart"),
        ({"outcome": "HANG"}, "served_though_hung_up"),
        ({"outcome": "PHANTOM"}, "phantom"),
    ],
)
def test_an_odd_row_is_sent_and_reported(tmp_path: Path, cells: dict[str, object], reason: str) -> None:
    log = log_of(tmp_path, row("9:00:00", **cells))  # type: ignore[arg-type]
    assert len(log.calls) == 1
    assert reason in [odd.reason for odd in log.odd]
    assert all(odd.sent and odd.line == 2 for odd in log.odd)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"type": "XX"}, "unknown_type"),
        ({"outcome": "MAYBE"}, "unknown_outcome"),
        ({"vru_entry": "noon", "entered": "9:00:00"}, "unreadable_time"),
        ({"q_time": "long"}, "unreadable_time"),
        ({"q_start": "25:00:00"}, "unreadable_time"),
        ({"date": "2026-02-30"}, "unreadable_date"),
        ({"call_id": ""}, "no_call_id"),
        ({"q_start": "9:00:20", "q_exit": "9:00:10"}, "negative_interval"),
    ],
)
def test_a_row_that_is_no_call_is_listed_and_left_out(
    tmp_path: Path, cells: dict[str, object], reason: str
) -> None:
    cells = dict(cells)
    log = log_of(tmp_path, row(str(cells.pop("entered", "9:00:00")), **cells))  # type: ignore[arg-type]
    assert log.calls == []
    assert [(odd.line, odd.reason, odd.sent) for odd in log.odd] == [(2, reason, False)]


def test_a_call_that_comes_twice_is_sent_once(tmp_path: Path) -> None:
    log = log_of(
        tmp_path, row("9:00:00", call_id=7), row("9:10:00", call_id=7), row("9:20:00", call_id=7, line="L2")
    )
    assert [call.key for call in log.calls] == ["L1-7", "L2-7"]
    assert log.odd == [Odd(3, "repeated_call", "first in line 2", sent=False)]


def test_a_row_with_too_few_cells_does_not_stop_the_file(tmp_path: Path) -> None:
    path = write_log(tmp_path / "calls.csv", [row("9:00:00"), row("9:10:00")])
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], "L1,5", lines[2]]), encoding="utf-8")
    log = read_log(path, TEHRAN)
    assert (log.read, len(log.calls)) == (3, 2)
    assert [(odd.line, odd.reason) for odd in log.odd] == [(3, "broken_row")]


def test_persian_digits_are_digits(tmp_path: Path) -> None:
    [call] = calls_of(tmp_path, row("9:00:00", q_time="۳۰", date="۲۰۲۶-۱۱-۰۱", vru_entry="۹:۰۰:۰۰"))
    assert local(call.entered) == "01 09:00:10"


def test_a_limit_reads_the_first_rows(tmp_path: Path) -> None:
    path = write_log(tmp_path / "calls.csv", [row(f"9:0{n}:00") for n in range(5)])
    assert read_log(path, TEHRAN, limit=2).read == 2


def test_a_log_without_a_needed_column_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("line,call_id\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no column priority, type"):
        read_log(path, TEHRAN)


def test_no_row_of_the_real_log_is_lost() -> None:
    log = read_log(real_file("calls-1999-08-01-to-15.csv"), TEHRAN)
    left_out = {odd.line for odd in log.odd if not odd.sent}
    assert log.read == 23_668
    assert {call.line for call in log.calls} | left_out == set(range(2, log.read + 2))
    assert all(call.entered <= call.begins <= call.ended for call in log.calls)
