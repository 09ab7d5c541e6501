"""A roster solved apart from everything else: what the worker's second process does."""

from __future__ import annotations

from deskops.core.background import Tell
from deskops.staff.rostering.problem import Problem
from deskops.staff.rostering.solver import solve


def solve_apart(tell: Tell, problem: Problem) -> None:
    """Tells of each Progress, then the Plan."""
    tell(solve(problem, told=tell))
