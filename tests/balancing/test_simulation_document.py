"""Documents with the line of every value, and what a value that isn't as it should be turns into."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.balancing.simulation.document import Fault, FaultyInputError, Part, made_one, parse

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=6)
    | st.sampled_from(['"', "\\", "{,}:", "\n"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for step, inner in steps for deeper in paths(inner, (*path, step)))]


def part_at(document: Part, path: tuple[str | int, ...]) -> Part:
    part = document
    for step in path:
        part = dict(part.fields())[step] if isinstance(step, str) else list(part.items())[step]
    return part


@given(values, st.sampled_from([None, 0, 1, 3]))
def test_every_value_knows_its_line(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    for path in paths(value):
        document = parse(text)
        part_at(document, path).fault("here")
        [fault] = document.faults
        line = text.splitlines()[fault.line - 1]
        if path and isinstance(path[-1], str):
            assert json.dumps(path[-1]) in line
        elif indent is None:
            assert fault.line == 1
        else:
            assert line.strip().startswith(
                json.dumps(part_at(document, path).value, indent=1).splitlines()[0][0]
            )


def whole(**fields: Any) -> Part:
    return parse(json.dumps(fields))


def test_a_missing_field_is_said_once_and_reading_goes_on() -> None:
    document = whole(a=1)
    missing = document.part("b")
    assert (missing.number(), missing.whole(1), missing.flag(), missing.text(), missing.clock()) == (
        0,
        1,
        False,
        "",
        0,
    )
    assert (list(missing.items()), list(missing.fields()), missing.absent) == ([], [], True)
    assert [fault.words for fault in document.faults] == ["the scenario: the field b is missing"]


@pytest.mark.parametrize("value", [None, "1", True, [1], {"a": 1}])
def test_what_is_no_number_is_a_fault_and_counts_as_nothing(value: Any) -> None:
    document = whole(a=value)
    assert document.part("a").number() == 0.0
    assert len(document.faults) == 1


@pytest.mark.parametrize(("value", "right"), [(0.5, True), (0, True), (1, True), (1.1, False), (-0.1, False)])
def test_a_number_lies_within_its_bounds(value: float, right: bool) -> None:
    document = whole(a=value)
    document.part("a").number(0.0, 1.0)
    assert (document.faults == []) == right


@pytest.mark.parametrize("value", [10**40, -(10**40), 1e300])
def test_a_number_beyond_all_sense_is_a_fault(value: float) -> None:
    document = whole(a=value)
    document.part("a").number()
    assert len(document.faults) == 1


@pytest.mark.parametrize(
    ("text", "minute"),
    [("00:00", 0), ("08:30", 510), ("23:59", 1439), ("24:00", None), ("8:30", None), ("08:60", None)],
)
def test_a_time_of_day_is_hours_and_minutes(text: str, minute: int | None) -> None:
    document = whole(a=text)
    assert document.part("a").clock() == (minute or 0)
    assert (document.faults == []) == (minute is not None)


def test_digits_of_other_scripts_are_no_time_of_day() -> None:
    document = whole(a="۰۸:۳۰")
    document.part("a").clock()
    assert document.faults


def test_a_day_may_end_at_midnight_where_that_is_said() -> None:
    assert whole(a="24:00").part("a").clock(24 * 60) == 1440


def test_shares_are_brought_to_one_where_they_nearly_make_it() -> None:
    document = whole(a=[])
    assert sum(made_one(document.part("a"), [0.333, 0.333, 0.333])) == pytest.approx(1.0)
    assert document.faults == []
    made_one(document.part("a"), [0.3, 0.3])
    assert [fault.words for fault in document.faults] == ["a: the shares sum to 0.6, not to 1"]


def test_a_value_is_called_as_a_person_would_point_at_it() -> None:
    document = whole(desks=[{"speed": {"0": 1}}])
    assert part_at(document, ("desks", 0, "speed", "0")).name == "desks[0].speed.0"


def test_long_values_are_shortened_in_what_is_said() -> None:
    document = whole(a="x" * 1000)
    document.part("a").number()
    assert len(document.faults[0].words) < 100


def test_faults_are_told_in_order_and_once() -> None:
    error = FaultyInputError([Fault(7, "b"), Fault(2, "a"), Fault(7, "b")])
    assert str(error) == "line 2: a\nline 7: b"
