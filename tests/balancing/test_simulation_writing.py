"""What is written of a scenario and of its people is read back as it was."""

import io
import json
from dataclasses import replace

import pytest

from deskops.balancing.simulation.drawing import draw
from deskops.balancing.simulation.reading import read_scenario
from deskops.balancing.simulation.scenario import CounterMove, DeskDown, Scenario
from deskops.balancing.simulation.traces import read_trace
from deskops.balancing.simulation.writing import document_of, trace_of
from tests.balancing.scenes import HALL, LOAN, PORT, document, scene
from tests.cli.real_data import real_file


def read_back(scenario: Scenario) -> Scenario:
    return read_scenario(json.dumps(document_of(scenario)))


def test_a_scenario_comes_back_as_it_was() -> None:
    assert read_back(scene()) == scene()


@pytest.mark.parametrize("name", ["trip34", "province34"])
def test_the_scenarios_beside_the_project_come_back_as_they_were(name: str) -> None:
    scenario = read_scenario(real_file(f"scenario-{name}.json").read_text())
    back = read_back(scenario)
    # Shares that are brought to one a second time may differ in their last digits.
    assert replace(back, topics=scenario.topics, generator=scenario.generator) == scenario
    assert [topic.share for topic in back.topics] == pytest.approx([topic.share for topic in scenario.topics])


def test_what_stops_and_moves_comes_back() -> None:
    events = (DeskDown(540, 10, 30.0), CounterMove(600, 20, 10, 12.5))
    assert read_back(replace(scene(), events=events)).events == events


def test_where_nobody_can_walk_and_nothing_is_drawn_that_comes_back_too() -> None:
    still = replace(scene(), walk_minutes=None, generator=None)
    assert read_back(still) == still


def test_what_only_a_trip_knows_comes_back() -> None:
    scenario = replace(scene(), walk_pairs={(HALL, PORT): 7.5})
    desks = (replace(scenario.desks[0], languages={"az": 1}), *scenario.desks[1:])
    known = read_back(replace(scenario, desks=desks))
    assert known.walk_pairs == {(HALL, PORT): 7.5}
    assert known.desks[0].languages == {"az": 1}


def test_people_come_back_with_language_and_patience() -> None:
    scenario = scene()
    people = draw(scenario, 7)
    people[0] = people[0]._replace(language="az", patience_minutes=12.5)
    assert read_trace(io.StringIO(trace_of(people), newline=""), scenario) == people


def test_an_old_trace_without_these_columns_is_read_as_before() -> None:
    scenario = scene()
    rows = [line.split(",") for line in trace_of(draw(scenario, 7)).splitlines()]
    old = "\n".join(",".join(row[:8]) for row in rows)
    people = read_trace(io.StringIO(old, newline=""), scenario)
    assert {(who.language, who.patience_minutes) for who in people} == {("fa", None)}


def test_a_desk_may_own_several_topics() -> None:
    whole = document()
    whole["desks"][1] |= {"own_topic": LOAN, "also_own": [1]}
    scenario = read_scenario(json.dumps(whole))
    assert scenario.desks[1].own_topics == {0, 1}
    assert read_back(scenario) == scenario
