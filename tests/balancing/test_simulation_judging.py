"""Figures, their means over traces, and the goals."""

from typing import Any

import pytest

from deskops.balancing.simulation.engine import Passed
from deskops.balancing.simulation.judging import (
    CURVE,
    GOALS,
    Figure,
    Judged,
    curve_of,
    figures_of,
    needed,
    over_traces,
    verdicts,
)
from deskops.balancing.simulation.policies import POLICIES, Play
from tests.balancing.scenes import caller, scene, walk_in

HOME = scene(walk={"minutes": None})


def judged(**figures: float) -> Judged:
    return {name: Figure(value, (value, value)) for name, value in figures.items()}


def all_policies(**ours: Any) -> dict[str, Judged]:
    plain = judged(p95=60.0, p99=70.0)
    known = {"p95": 60.0, "p99": 70.0, "overtaken": 0.04, "walks_per_1000": 0.0, "moves_per_1000": 0.0}
    known["estimates_within_5"] = 0.9
    return dict.fromkeys(POLICIES, plain) | {"rule-full": judged(**known | ours)}


def test_walks_count_for_walk_ins_and_moves_for_all() -> None:
    people = [walk_in(0), walk_in(0), caller(0), caller(0)]
    passed = {n: Passed(10.0, 1, 5.0) for n in range(3)}
    play = Play(passed, walked={0}, moved={0}, accepted={1}, staff_moves=3)
    figures = figures_of(people, play)
    assert (figures["walks_per_1000"], figures["moves_per_1000"]) == (500, 250)
    assert (figures["accepted"], figures["staff_moves"], figures["unserved"]) == (1, 3, 1)
    assert (figures["mean"], figures["estimates_within_5"]) == (10, None)


def test_a_figure_is_the_mean_over_traces_with_its_interval() -> None:
    found = over_traces([{"p95": 10.0}, {"p95": 12.0}, {"p95": 14.0}])["p95"]
    assert found is not None
    assert found.value == 12.0
    assert found.interval[0] < 10 < 14 < found.interval[1]


def test_what_a_policy_says_nothing_of_stays_without_a_value() -> None:
    assert over_traces([{"estimates_within_5": None}])["estimates_within_5"] is None


def test_a_curve_rises_to_the_longest_waits() -> None:
    people = [caller(0) for _ in range(101)]
    curve = curve_of(people, Play({n: Passed(float(n), 1, 5.0) for n in range(101)}))
    assert len(curve) == len(CURVE)
    assert (curve[0], curve[50], curve[95]) == pytest.approx((0, 50, 95))
    assert curve == sorted(curve)


def test_a_curve_of_nobody_is_flat() -> None:
    assert set(curve_of([caller(0)], Play({}))) == {0.0}


def test_what_a_goal_is_held_against_is_played_too() -> None:
    assert needed(["rule-full"]) == {"rule-full", "pool", "same-speed-pool", "fixed-map"}
    assert needed(["rule-advice"]) == {"rule-advice", "rule"}
    assert needed(["late-binding"]) == {"late-binding"}


def test_goals_differ_by_whether_people_can_walk() -> None:
    goals = {one.name: (one.goal, other.goal) for one, other in zip(
        verdicts(scene(), all_policies()), verdicts(HOME, all_policies()), strict=True
    )}  # fmt: skip
    assert len(goals) == len(GOALS)
    assert goals["p95 / full pool"] == ("<= 1.22", "<= 1.3")
    assert goals["walks per 1,000 walk-ins"] == ("<= 40", "<= 0")
    assert goals["fixed map's p95 / ours"] == (">= 3.2", ">= 3")


def test_goals_are_ratios_of_the_means() -> None:
    policies = all_policies(p95=30.0, p99=63.0) | {"fixed-map": judged(p95=96.0)}
    found = {one.name: one for one in verdicts(HOME, policies)}
    assert found["p95 / full pool"][1:] == (0.5, "<= 1.3", True)
    assert found["p99 / same-speed pool"][1:] == (0.9, "<= 1", True)
    assert found["fixed map's p95 / ours"][1:] == (3.2, ">= 3", True)


@pytest.mark.parametrize(
    ("figure", "value"),
    [("overtaken", 0.051), ("walks_per_1000", 1.0), ("moves_per_1000", 0.1), ("estimates_within_5", 0.79)],
)
def test_a_goal_that_is_missed_says_so(figure: str, value: float) -> None:
    missed = [one.value for one in verdicts(HOME, all_policies(**{figure: value})) if not one.holds]
    assert value in missed


def test_without_the_policies_of_a_goal_there_is_no_verdict() -> None:
    assert verdicts(HOME, {"pool": judged(p95=1.0)}) == []


def test_against_a_wait_of_nothing_there_is_a_verdict_without_a_value() -> None:
    policies = all_policies(p95=0.0) | {"pool": judged(p95=0.0)}
    found = {one.name: one for one in verdicts(HOME, policies)}
    assert found["p95 / full pool"][1:] == (None, "<= 1.3", True)


def test_estimates_of_a_day_on_which_nobody_queued_are_no_miss() -> None:
    policies = all_policies()
    policies["rule-full"]["estimates_within_5"] = None
    found = {one.name: one for one in verdicts(HOME, policies)}
    assert found["estimates within 5 min"][1:] == (None, ">= 0.8", True)
