"""The goals of the rule on both scenarios and their traces: waits against the limits, overtaking, walks, estimates."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from benchmarks.provinces import FOLDER, NAMES, SEEDS, scenario_of
from benchmarks.result import Result, Scale, say
from deskops.balancing.simulation.judging import needed, over_traces, verdicts
from deskops.balancing.simulation.scenario import Scenario
from deskops.cli.simulating.files import Trace, drawn, trace_of
from deskops.cli.simulating.plays import play_all
from deskops.cli.simulating.printing import as_document

OURS = ("rule-full", "rule-advice")


def measure(scale: Scale) -> Result:
    """How many goals are missed; each with its value beside it, and all figures."""
    details: dict[str, Any] = {}
    missed = []
    for name in NAMES:
        scenario, traces = _played(scenario_of(name), scale)
        outcomes = play_all(scenario, traces, needed(OURS), os.cpu_count() or 1, lambda _: None)
        judged = {policy: over_traces([one.figures for one in found]) for policy, found in outcomes.items()}
        found = verdicts(scenario, judged)
        missed.append(float(sum(not one.holds for one in found)))
        details[name] = {
            "goals": [one.document() for one in found],
            "policies": {policy: as_document(figures) for policy, figures in judged.items()},
        }
        for one in found:
            say(f"{name}: {one.name} {one.value} {one.goal} {'holds' if one.holds else 'missed'}")
    return Result(sum(missed), "goals missed", "0", not sum(missed), None, missed, details)


def _played(scenario: Scenario, scale: Scale) -> tuple[Scenario, list[Trace]]:
    if scale.tiny:
        short = replace(scenario, days=1, load=0.05, events=())
        return short, [drawn(short, 1)]
    return scenario, [trace_of(FOLDER / f"demands-{scenario.name}-{seed}.csv.gz", scenario) for seed in SEEDS]
