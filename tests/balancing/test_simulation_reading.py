"""Scenario documents: what is read from one, and every fault named with its line."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from deskops.balancing.simulation.document import Fault, FaultyInputError
from deskops.balancing.simulation.reading import read_scenario
from deskops.balancing.simulation.scenario import (
    CounterPlan,
    Desk,
    Generator,
    NoShows,
    SiteShares,
    Surge,
    Topic,
)
from tests.balancing.scenes import document, scene, written
from tests.cli.real_data import real_file

Path = tuple[str | int, ...]


def faults_of(text: str) -> list[Fault]:
    with pytest.raises(FaultyInputError) as refused:
        read_scenario(text)
    return refused.value.faults


def changed(path: Path, value: Any) -> dict[str, Any]:
    whole = document()
    inner: Any = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return whole


def line_of(text: str, path: Path) -> int:
    """Where a value stands in a document written with one field a line, found without reading it."""
    marker = "here it is"
    value = json.loads(text)
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = marker
    return next(n for n, line in enumerate(json.dumps(value, indent=1).splitlines(), 1) if marker in line)


def test_every_field_is_read() -> None:
    event = {"type": "desk_down", "day": 1, "at": "10:00", "minutes": 5, "desk": 10}
    read = scene(events=[event])
    assert (read.name, read.days, read.opening, read.load) == ("small", 1, (480, 720), 0.8)
    assert (read.sites, read.hall, read.walk_minutes) == (2, 0, (3, 8))
    assert read.topics == (Topic(0, 0.5, 10, 9), Topic(1, 0.5, 10, 9))
    assert read.desks[0] == Desk(10, 1, 0, True, True, {0: 1.0}, (CounterPlan(480, 2),))
    assert [desk.is_headquarters for desk in read.desks] == [False, False, True]
    assert (read.reference_slowdown, read.accept_share) == (1.1, 0.5)
    assert read.generator == Generator(
        profile_per_hour=(2, 1, 1, 1),
        call_share=0.5,
        urgent_share=0.05,
        service_cv=0.8,
        no_show=NoShows(0.1, 1.0),
        surge=Surge(1, 540, 30, (0,), 3),
        site_of_walk_in=SiteShares(0.5, 0.25, 0.25),
    )


@pytest.mark.parametrize("name", ["trip34", "province34"])
def test_the_scenarios_beside_the_project_are_read(name: str) -> None:
    read = read_scenario(real_file(f"scenario-{name}.json").read_text(encoding="utf-8"))
    assert (read.name, len(read.desks), len(read.topics), len(read.events)) == (name, 36, 23, 9)
    assert (read.walk_minutes is None) == (name == "province34")


def test_where_nobody_can_walk_the_ways_are_null() -> None:
    assert scene(walk={"minutes": None}).walk_minutes is None


def test_the_generator_and_its_surge_may_be_missing() -> None:
    whole = document()
    del whole["generator"]["surge"]
    assert read_scenario(written(whole)).generator.surge is None
    del whole["generator"]
    assert read_scenario(written(whole)).generator is None


def test_rounded_shares_are_brought_to_one() -> None:
    read = read_scenario(written(changed(("topics", 0, "share"), 0.499)))
    assert sum(topic.share for topic in read.topics) == pytest.approx(1.0)


FAULTS: list[tuple[Path, Any, str]] = [
    (("topics", 1, "share"), -0.5, "topics[1].share: must be from 0 to 1, not -0.5"),
    (("topics", 1, "mean_minutes"), 0, "topics[1].mean_minutes: must be above 0"),
    (("topics", 1, "believed_mean_minutes"), "ten", 'must be a number, not "ten"'),
    (("topics", 1, "id"), 0, "topics[1].id: 0 is given twice"),
    (("desks", 1, "speed"), {}, "desks[1].speed: the desk is competent for nothing"),
    (("desks", 1, "speed", "0"), 0, "desks[1].speed.0: must be above 0"),
    (("desks", 1, "speed", "0"), -1, "desks[1].speed.0: must be 0 or more, not -1"),
    (("desks", 1, "speed", "7"), 1.0, "desks[1].speed.7: there is no topic 7"),
    (("desks", 1, "speed", "loan"), 1.0, "there is no topic loan"),
    (("desks", 1, "own_topic"), 5, "desks[1].own_topic: there is no topic 5"),
    (("desks", 0, "own_topic"), 1, "the desk isn't competent for its own topic"),
    (("desks", 1, "site"), 2, "desks[1].site: there is no site 2"),
    (("desks", 1, "id"), 10, "desks[1].id: 10 is given twice"),
    (("desks", 1, "id"), 1.5, "desks[1].id: must be a whole number"),
    (("desks", 1, "id"), True, "desks[1].id: must be a number, not true"),
    (("desks", 1, "calls"), "yes", 'desks[1].calls: must be true or false, not "yes"'),
    (("desks", 2, "calls"), False, "the desk takes neither walk-ins nor calls"),
    (("desks", 1, "counters"), [], "zero staff"),
    (("desks", 1, "counters", 0, "count"), 0, "zero staff"),
    (("desks", 1, "counters", 0, "count"), -1, "must be 0 or more, not -1"),
    (("desks", 1, "counters", 0, "from"), "25:00", '"25:00" is no time of day'),
    (("desks", 1, "counters", 0, "from"), "8 o'clock", "is no time of day"),
    (("desks", 1, "counters", 0, "from"), "", "is no time of day"),
    (("desks", 1, "counters", 0, "to"), "13:00", "desks[1].counters[0].to: unknown field"),
    (("desks", 1, "colour"), "red", "desks[1].colour: unknown field"),
    (("colour",), "red", "colour: unknown field"),
    (("days",), 0, "days: must be 1 or more"),
    (("load",), 0, "load: must be above 0"),
    (("opening",), ["12:00", "08:00"], "must be two times"),
    (("walk", "minutes"), [8, 3], "walk.minutes: must be null, or the shortest and the longest way"),
    (("hall",), 2, "hall: there is no site 2"),
    (("reference_slowdown",), 0, "must be above 0"),
    (("offer", "accept_share"), 1.2, "must be from 0 to 1"),
    (("generator", "surge", "at"), "11:45", "the surge must begin and end within the opening hours"),
    (("generator", "surge", "at"), "07:59", "the surge must begin and end within the opening hours"),
    (("generator", "surge", "topics"), [9], "there is no topic 9"),
    (("generator", "surge", "day"), 2, "there is no day 2"),
    (("generator", "profile_per_hour"), [1, 1], "must be 4 weights"),
    (("generator", "profile_per_hour"), [0, 0, 0, 0], "must be 4 weights"),
    (("generator", "call_share"), -0.1, "must be from 0 to 1"),
    (("generator", "no_show", "kind"), 1, "unknown field"),
    (("generator", "site_of_walk_in", "hall"), 0.85, "the shares sum to 1.6, not to 1"),
    (("topics",), [], "there must be at least one topic"),
    (("desks",), {}, "desks: must be a list"),
    (("events",), [{"type": "fire"}], "must be desk_down or move_counters"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "words"), FAULTS)
def test_a_fault_is_named_with_its_line(path: Path, value: Any, words: str) -> None:
    text = written(changed(path, value))
    lines = [fault.line for fault in faults_of(text) if words in fault.words]
    # A fault may lie deeper in the value, or be one of the object that the value belongs to.
    assert lines and line_of(text, path[:2]) <= lines[0] <= line_of(text, path) + 2


@pytest.mark.parametrize(
    "path",
    [("load",), ("topics", 1, "share"), ("desks", 1, "speed", "0"), ("offer", "accept_share")],
)
def test_the_line_is_that_of_the_value(path: Path) -> None:
    text = written(changed(path, -1))
    [fault] = faults_of(text)
    assert (fault.line, fault.words.split("not ")[-1]) == (line_of(text, path), "-1")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"type": "desk_down", "day": 1, "at": "10:00", "minutes": 5, "desk": 99}, "there is no desk 99"),
        ({"type": "desk_down", "day": 3, "at": "10:00", "minutes": 5, "desk": 10}, "there is no day 3"),
        ({"type": "desk_down", "day": 1, "at": "10h", "minutes": 5, "desk": 10}, "is no time of day"),
        ({"type": "desk_down", "day": 1, "at": "10:00", "minutes": 0, "desk": 10}, "must be above 0"),
        ({"type": "desk_down", "day": 1, "at": "10:00", "desk": 10}, "the field minutes is missing"),
        (
            {"type": "move_counters", "day": 1, "at": "10:00", "travel_minutes": 5, "moves": [[10, 21]]},
            "there is no desk 21",
        ),
        (
            {"type": "move_counters", "day": 1, "at": "10:00", "travel_minutes": 5, "moves": [[10]]},
            "must be two desks",
        ),
    ],
)
def test_an_event_that_makes_no_sense_is_a_fault(event: dict[str, Any], words: str) -> None:
    [fault] = faults_of(written(document(events=[event])))
    assert words in fault.words


def test_all_faults_are_named_at_once_in_order_of_lines() -> None:
    whole = changed(("topics", 0, "share"), -1)
    whole["colour"] = "red"
    whole["desks"][0]["site"] = 77
    faults = faults_of(written(whole))
    assert [fault.words.split(":")[0] for fault in faults] == ["topics[0].share", "desks[0].site", "colour"]


@pytest.mark.parametrize(
    "name", ["name", "days", "opening", "topics", "desks", "events", "walk", "offer", "reference_slowdown"]
)
def test_a_missing_field_is_named(name: str) -> None:
    whole = document()
    del whole[name]
    assert f"the scenario: the field {name} is missing" in [
        fault.words for fault in faults_of(written(whole))
    ]


def test_last_years_format_is_refused_by_that_alone() -> None:
    whole = document(format="deskops-scenario/1", colour="red")
    [fault] = faults_of(written(whole))
    assert fault == Fault(
        2, "format: deskops-scenario/1 is not what is read here, which is deskops-scenario/2"
    )


@pytest.mark.parametrize("kept", [0, 1, 60, 500, 900])
def test_half_a_file_is_refused_with_the_line_it_ends_in(kept: int) -> None:
    half = written(document())[:kept]
    [fault] = faults_of(half)
    assert fault.words == "the file ends too early" or fault.words.startswith("no JSON: Unterminated")
    assert fault.line <= half.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "must be an object"),
        ('"trip"', "must be an object"),
        ('{"load": NaN}', "NaN is no number"),
        ("{]", "no JSON"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_scenario_at_all_is_refused(text: str, words: str) -> None:
    assert words in faults_of(text)[0].words


def test_a_field_given_twice_is_refused() -> None:
    text = written(document()).replace('"load": 0.8', '"load": 0.8,\n "load": 0.9')
    assert faults_of(text) == [Fault(10, "load is given twice")]


def test_a_desk_whose_counters_all_come_by_a_move_has_staff() -> None:
    whole = changed(("desks", 0, "counters", 0, "count"), 0)
    whole["events"] = [
        {"type": "move_counters", "day": 1, "at": "09:00", "travel_minutes": 5, "moves": [[20, 10]]}
    ]
    assert read_scenario(written(whole)).desks[0].counters == (CounterPlan(480, 0),)


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, True, 1e400])
def test_nothing_in_any_place_brings_the_reader_down(value: Callable[[], None]) -> None:
    for name in document():
        assert faults_of_or_none(written(document(**{name: value})))


def faults_of_or_none(text: str) -> bool:
    try:
        read_scenario(text)
    except FaultyInputError as refused:
        return bool(refused.faults)
    return True
