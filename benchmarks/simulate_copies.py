"""A day of ten disjoint copies of a province, 360 desks and 324,000 demands, against one of one."""

from __future__ import annotations

import time
from dataclasses import replace

from benchmarks.provinces import NAMES, copies, scenario_of
from benchmarks.result import Result, Scale, say
from deskops.balancing.simulation.drawing import draw
from deskops.balancing.simulation.policies import POLICIES
from deskops.balancing.simulation.scenario import Person, Scenario

GOAL = 11.0
POLICY = "rule-full"
SEED = 1


def measure(scale: Scale) -> Result:
    """The ratio of processor times of the whole rule; the scenario that grows more."""
    count = scale.of(10, 2)
    ratios, seconds = {}, {}
    for name in NAMES:
        scenario = scenario_of(name)
        scenario = replace(scenario, days=1, load=0.05, events=()) if scale.tiny else scenario
        people = draw(scenario, SEED)
        one, many = _seconds(scenario, people), _seconds(*copies(scenario, people, count))
        ratios[name], seconds[name] = many / one, [one, many]
        say(f"{name}: {one:.1f} s, {count} copies {many:.1f} s, {ratios[name]:.1f} ×")
    worst = max(ratios.values())
    details = {"ratios": ratios, "seconds": seconds, "copies": count, "policy": POLICY}
    baseline = seconds[max(ratios, key=lambda name: ratios[name])][0]
    return Result(
        worst, "× the time of one", "<= 11", worst <= GOAL, baseline, list(ratios.values()), details
    )


def _seconds(scenario: Scenario, people: list[Person]) -> float:
    started = time.process_time()
    POLICIES[POLICY](scenario, people, SEED)
    return time.process_time() - started
