"""Rosters in processor seconds: draft, whole ones of 100 to 2,000 people, after drop-outs, and a suggestion for one slot."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import TypeVar

from benchmarks.result import Result, Scale, median, say
from benchmarks.rosters import HUNDRED, SEVEN_HUNDRED, TWO_THOUSAND, Size, roster_problem, with_drop_outs
from deskops.staff.rostering.greedy import greedy
from deskops.staff.rostering.problem import Plan
from deskops.staff.rostering.solver import solve
from deskops.staff.rostering.suggestion import suggest

TINY = Size(40, 6)
GAP = 0.01
MOST_CHANGED = 120
Answer = TypeVar("Answer")


def draft(scale: Scale) -> Result:
    """The greedy draft of 700 people; `seconds_of_2000`: the same of 2,000."""
    seconds = {}
    for size in (SEVEN_HUNDRED, TWO_THOUSAND):
        problems = [roster_problem(_of(scale, size), seed) for seed in _seeds(scale)]
        seconds[size] = [_timed(greedy, given)[0] for given in problems]
    worst = median(seconds[TWO_THOUSAND])
    return _result(seconds[SEVEN_HUNDRED], 0.3, True, {"seconds_of_2000": worst})


def hundred(scale: Scale) -> Result:
    """100 people at 8 desks, 9 shifts."""
    return _whole(scale, HUNDRED, 1.0)


def seven_hundred(scale: Scale) -> Result:
    """700 people at 35 desks, 9 shifts."""
    return _whole(scale, SEVEN_HUNDRED, 2.0)


def two_thousand(scale: Scale) -> Result:
    """2,000 people at 100 desks, 9 shifts."""
    return _whole(scale, TWO_THOUSAND, 8.0)


def replan(scale: Scale) -> Result:
    """20 of 700 drop out after the first shift, and two desks want twice as many."""
    runs, changed = [], []
    for seed in _seeds(scale):
        given = roster_problem(_of(scale, SEVEN_HUNDRED), seed)
        plan = solve(given)
        later = with_drop_outs(given, plan.assignments, seed, gone=scale.of(20, 2))
        seconds, again = _timed(solve, later)
        runs.append(seconds)
        changed.append(len({person for person, _ in again.assignments ^ plan.assignments}))
        say(f"seed {seed}: {seconds:.2f} s, {changed[-1]} people change")
    few = median(changed) <= MOST_CHANGED
    return _result(runs, 1.0, few, {"changed": changed}, f", {MOST_CHANGED} people changed")


def suggestion(scale: Scale) -> Result:
    """One slot of 2,000 people's roster has lost half of its people; the value is the slowest of 20 slots."""
    runs = []
    for seed in _seeds(scale):
        given = roster_problem(_of(scale, TWO_THOUSAND), seed)
        full = greedy(given).assignments
        rng = Random(seed)
        seconds = []
        for slot in rng.sample(sorted(given.slots), scale.of(20, 3)):
            left = frozenset(entry for entry in sorted(full) if entry[1] != slot or rng.random() < 0.5)
            seconds.append(_timed(suggest, given, left, slot)[0])
        runs.append(max(seconds))
    return _result(runs, 0.1, True, {})


def _whole(scale: Scale, size: Size, goal: float) -> Result:
    runs, gaps = [], []
    for seed in _seeds(scale):
        given = roster_problem(_of(scale, size), seed)
        seconds, plan = _timed(solve, given)
        runs.append(seconds)
        gaps.append(_gap(plan))
        say(f"seed {seed}: {seconds:.2f} s, cost {plan.cost:g}, at most {gaps[-1]:.2%} above the best")
    return _result(runs, goal, max(gaps) <= GAP, {"gaps": gaps}, ", gap <= 1 %")


def _gap(plan: Plan) -> float:
    return 1.0 if plan.bound is None else (plan.cost - plan.bound) / max(1.0, plan.cost)


def _seeds(scale: Scale) -> range:
    return range(1, scale.of(5, 1) + 1)


def _of(scale: Scale, size: Size) -> Size:
    return TINY if scale.tiny else size


def _timed(work: Callable[..., Answer], *given: object) -> tuple[float, Answer]:
    """Processor seconds of this process with all its threads, and what came of it."""
    begun = time.process_time()
    answer = work(*given)
    return time.process_time() - begun, answer


def _result(runs: list[float], goal: float, good: bool, details: dict[str, object], more: str = "") -> Result:
    value = median(runs)
    return Result(value, "processor s", f"<= {goal:g} s{more}", good and value <= goal, None, runs, details)
