"""What was acknowledged against what is held: what is missing, double or different is found."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deskops.cli.replaying.calls import Call
from deskops.cli.replaying.comparing import Comparison, compare, percentile, table
from deskops.cli.replaying.exchange import Acknowledged
from tests.cli.call_logs import calls_of, in_menu, row

PLACE = 7


def moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def held(call: Call, **changes: Any) -> dict[str, Any]:
    """What the API says of a call that was stored as the log has it."""
    turn = call.fate in {"answered", "hung_up"}
    line = {
        "external_id": call.key,
        "ticket_id": call.line if turn else None,
        "status": {"answered": "done", "hung_up": "left"}.get(call.fate),
        "place_id": PLACE if call.answered else None,
        "at": moment(call.entered),
        "registered_at": moment(call.entered) if turn else None,
        "called_at": moment(call.answered),
        "serving_at": moment(call.answered),
        "done_at": moment(call.ended) if turn else None,
    }
    return line | changes


def said(call: Call) -> Acknowledged:
    status = {"answered": "done", "hung_up": "left"}.get(call.fate, "contact")
    return Acknowledged(status, call.line if status != "contact" else None)


@pytest.fixture
def calls(tmp_path: Path) -> list[Call]:
    return calls_of(tmp_path, row("9:00:00"), row("9:10:00", served=None), in_menu("9:20:00"))


def comparison(calls: list[Call], stored: list[dict[str, Any]]) -> Comparison:
    seats = {call.key: PLACE for call in calls if call.answered}
    return compare(calls, {call.key: said(call) for call in calls}, stored, topics={"PS": 1}, seats=seats)


def test_what_is_held_as_it_was_said_is_in_order(calls: list[Call]) -> None:
    found = comparison(calls, [held(call) for call in calls])
    assert (found.stored, found.lost, found.duplicated, found.mismatches) == (3, [], [], [])


def test_a_call_that_is_not_held_is_lost(calls: list[Call]) -> None:
    found = comparison(calls, [held(call) for call in calls[1:]])
    assert (found.stored, found.lost) == (2, [calls[0].key])
    assert found.mismatches == [f"line {calls[0].line}: not stored"]


def test_an_acknowledged_end_that_is_not_held_is_lost(calls: list[Call]) -> None:
    stored = [held(calls[0], status="serving", done_at=None), held(calls[1]), held(calls[2])]
    assert comparison(calls, stored).lost == [calls[0].key]


def test_a_call_held_twice_is_duplicated(calls: list[Call]) -> None:
    stored = [held(call) for call in calls] + [held(calls[1], ticket_id=99)]
    assert comparison(calls, stored).duplicated == [calls[1].key]


@pytest.mark.parametrize(
    ("field", "value"), [("place_id", 8), ("serving_at", "2026-11-01T00:00:00+00:00"), ("done_at", None)]
)
def test_what_differs_from_the_log_is_named(calls: list[Call], field: str, value: Any) -> None:
    stored = [held(calls[0], **{field: value}), *(held(call) for call in calls[1:])]
    [mismatch] = comparison(calls, stored).mismatches
    assert mismatch.startswith(f"line {calls[0].line}: {field} is ")


def test_by_rule_who_served_is_not_compared(calls: list[Call]) -> None:
    stored = [held(calls[0], place_id=8), *(held(call) for call in calls[1:])]
    found = compare(calls, {call.key: said(call) for call in calls}, stored, topics={"PS": 1}, seats=None)
    assert found.mismatches == []


def test_contacts_of_others_in_the_trip_do_not_count(calls: list[Call]) -> None:
    stranger = held(calls[0], external_id=None, ticket_id=1000)
    found = comparison(calls, [*(held(call) for call in calls), stranger])
    assert (found.stored, found.waits["PS"]["calls"]) == (3, 3)


def test_waits_stand_beside_the_logs_own(calls: list[Call]) -> None:
    late = held(calls[0], serving_at=moment(calls[0].entered + 300))
    waits = comparison(calls, [late, held(calls[1]), held(calls[2])]).waits["PS"]
    assert (waits["answered"], waits["abandoned"], waits["menu"], waits["p50"]) == (1, 1, 1, 300)
    assert (waits["log"]["answered"], waits["log"]["p50"]) == (1, 30)


def test_the_table_has_a_line_for_each_type(calls: list[Call]) -> None:
    lines = list(table(comparison(calls, [held(call) for call in calls]).waits))
    assert [line.split()[0] for line in lines] == ["calls", "PS"]


@pytest.mark.parametrize(
    ("values", "percent", "wanted"),
    [([], 50, 0), ([4], 95, 4), ([1, 2, 3, 4], 50, 2), (list(range(1, 101)), 95, 95), ([9, 1, 5], 50, 5)],
)
def test_a_percentile_is_a_value_that_occurred(values: list[float], percent: int, wanted: float) -> None:
    assert percentile(values, percent) == wanted
