"""A roster close to the best: relaxed, its whole parts kept, the rest decided exactly; greedy where no solver can run.

Source: the design of rostering. The relaxation decides most shifts whole already, and proves what no roster goes below.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from deskops.staff.rostering.choices import Choices, choices
from deskops.staff.rostering.costing import cost, shortfalls
from deskops.staff.rostering.greedy import GREEDY, filled
from deskops.staff.rostering.problem import Assignment, Plan, Problem
from deskops.staff.rostering.watch import (
    DONE,
    GREEDY_STAGE,
    RELAXING,
    ROUNDING,
    Cancel,
    Cancelled,
    Progress,
    Told,
    Watch,
)

__all__ = ["LIMIT_SECONDS", "MIP", "Cancelled", "Progress", "solve"]

MIP = "mip"
LIMIT_SECONDS = 300.0
SEARCH = "deskops.staff.rostering.search"
FAILURES = (ImportError, OSError, RuntimeError, ValueError, TypeError)
"""A library that isn't there, can't be loaded, or says no."""


def solve(
    problem: Problem,
    *,
    told: Told | None = None,
    cancelled: Cancel | None = None,
    limit_seconds: float = LIMIT_SECONDS,
) -> Plan:
    """The cheapest roster that is found within `limit_seconds`; the same for the same problem, unless they run out.

    `told` and `cancelled` are called in the caller's thread, ten times a second while a solver works. Raises Cancelled as
    soon as `cancelled` says so, ValueError where something frozen isn't of the problem.
    """
    watch = Watch(told, cancelled, limit_seconds)
    open_choices = choices(problem)
    draft = filled(open_choices)
    watch.reach(GREEDY_STAGE, 0.05, cost(problem, draft))
    plan = _solved(open_choices, draft, watch)
    watch.reach(DONE, 1.0, plan.cost, plan.bound)
    return plan


def _solved(open_choices: Choices, draft: frozenset[Assignment], watch: Watch) -> Plan:
    problem = open_choices.problem
    if not open_choices.open:
        return _plan(problem, draft, cost(problem, draft), MIP)
    try:
        # Loaded only where somebody solves: it takes memory, and whoever can't load it still gets a draft.
        search = importlib.import_module(SEARCH).Search(open_choices, draft)
        watch.work(RELAXING, 0.4, search, search.relax)
        for step in search.steps():
            if search.is_good() or not watch.seconds_left:
                break
            watch.work(ROUNDING, 0.95, search, step)
    except FAILURES:
        return _plan(problem, draft, None, GREEDY)
    method = GREEDY if search.bound is None else MIP
    return _plan(problem, search.best, search.bound, method, search.figures())


def _plan(
    problem: Problem,
    assignments: frozenset[Assignment],
    bound: float | None,
    method: str,
    figures: Mapping[str, float] | None = None,
) -> Plan:
    return Plan(
        assignments,
        shortfalls(problem, assignments),
        cost(problem, assignments),
        bound,
        method,
        figures or {},
    )
